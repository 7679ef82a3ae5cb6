"""Tables of somebody else: their items as daily sums in costbot's words, or one clear error."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.aggregates import Place, Reading
from domain.errors import InputError
from domain.query import ChargeType
from integrations.aws.aggregates.table import Item, Table
from integrations.plain import line

AMOUNTS = ("unblended", "net_unblended", "amortised", "net_amortised", "list")
NEEDED = ("day", "unblended", "currency", "payer", "service")
_MAPPING = "Correct [[aggregates]] in costbot.toml, or the item."

#: Words of AWS for types of charges, beside costbot's own. A fee that is no commitment's is other.
#: docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html
_CHARGES = {
    "discountedusage": ChargeType.USAGE,
    "savingsplancoveredusage": ChargeType.USAGE,
    "savingsplannegation": ChargeType.USAGE,
    "savingsplanrecurringfee": ChargeType.COMMITMENT,
    "savingsplanupfrontfee": ChargeType.COMMITMENT,
    "rifee": ChargeType.COMMITMENT,
    "purchase": ChargeType.COMMITMENT,
    "fee": ChargeType.OTHER,
    "adjustment": ChargeType.OTHER,
} | {kind.value: kind for kind in ChargeType}


def rows(table: Table, reading: Reading) -> Iterator[dict[str, str]]:
    """Every daily sum, with `day` as YYYY-MM-DD. Raises InputError, which names a wrong item."""
    keys = table.keys()
    where = f"dynamodb://{table.name}"
    if keys is None:
        advice = "Check its name and AWS_DEFAULT_REGION."
        raise InputError("there is no such table.", where, advice=advice)
    unknown = [name for name in reading.partition if name != keys[0]]
    if unknown:
        problem = f"{unknown[0]} is not the table's partition key, which is {keys[0]}."
        raise InputError(problem, where, advice=_MAPPING)
    for page in _pages(table, reading):
        for item in page:
            yield _Read(where, keys, item).row(reading.places)


def _pages(table: Table, reading: Reading) -> Iterator[list[Item]]:
    """A Query where the items are under one key, else a Scan."""
    names: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}

    def conditions(wanted: Mapping[str, str], form: str, letter: str) -> str:
        found: list[str] = []
        for number, (name, value) in enumerate(wanted.items()):
            names[f"#{letter}{number}"], values[f":{letter}{number}"] = name, {"S": value}
            found.append(form.format(name=f"#{letter}{number}", value=f":{letter}{number}"))
        return " AND ".join(found)

    asked: dict[str, Any] = {}
    if reading.partition:
        asked["KeyConditionExpression"] = conditions(reading.partition, "{name} = {value}", "p")
    if reading.only:
        form = "begins_with({name}, {value})"
        asked["FilterExpression"] = conditions(reading.only, form, "o")
    if names:
        asked |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return table.pages(**asked) if reading.partition else table.scanned(**asked)


class _Read:
    """One item on its way."""

    def __init__(self, table: str, keys: tuple[str, ...], item: Item) -> None:
        self._item = item
        self._table = table
        self._key = ", ".join(f"{name} = {_shown(item.get(name))}" for name in keys)

    def row(self, places: Mapping[str, Place]) -> dict[str, str]:
        found = {word: self._text(word, place) for word, place in places.items()}
        row = {word: text for word, text in found.items() if text}
        row["day"] = str(self._day(places["day"], found["day"]))
        for word in AMOUNTS:
            if word in row:
                row[word] = self._amount(places[word], row[word])
        row["charge"] = self._charge(places.get("charge"), found.get("charge", ""))
        return row

    def _text(self, word: str, place: Place) -> str:
        """The text of an attribute; "" where an attribute that may be absent is."""
        if not place.attribute:
            return place.value
        given = self._item.get(place.attribute)
        kind, value = next(iter(given.items())) if given else ("NULL", None)
        if kind == "NULL" or value == "":
            if word in NEEDED:
                said = "cost" if word == "unblended" else word
                raise self._wrong(place, f"it is missing, and says the {said}.")
            return ""
        if kind not in ("S", "N"):
            raise self._wrong(place, "it is neither a text nor a number.")
        if not place.split:
            return str(value)
        parts = str(value).split(place.split)
        if len(parts) < place.part:
            problem = f"{_shown(given)} has no part {place.part} when split at {place.split!r}."
            raise self._wrong(place, problem)
        return parts[place.part - 1]

    def _day(self, place: Place, text: str) -> date:
        """2026-10-05, 20261005, or a moment, whose day in UTC it is."""
        try:
            if re.fullmatch(r"\d{8}", text, re.ASCII):
                return date(int(text[:4]), int(text[4:6]), int(text[6:]))
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
                return date.fromisoformat(text)
            at = datetime.fromisoformat(text) if "-" in text else None
        except ValueError:
            at = None
        if at is None:
            raise self._wrong(place, f"{line(text, 40)!r} is no day such as 2026-10-05.")
        return (at.astimezone(UTC) if at.tzinfo else at).date()

    def _amount(self, place: Place, text: str) -> str:
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
            raise self._wrong(place, f"{line(text, 40)!r} is no amount such as 12.50.")
        return format(amount, "f")

    def _charge(self, place: Place | None, text: str) -> str:
        """Usage, unless the item says something else."""
        kind = _CHARGES.get(text.lower() or ChargeType.USAGE)
        if kind is None:
            known = ", ".join(ChargeType)
            problem = f"{line(text, 40)!r} is no type of charge: {known}."
            raise self._wrong(place or Place(), problem)
        return kind.value

    def _wrong(self, place: Place, problem: str) -> InputError:
        where = f"{self._table}, item {self._key}, attribute {place.attribute}"
        return InputError(problem, where, advice=_MAPPING)


def _shown(value: Mapping[str, Any] | None) -> str:
    return repr(line(str(next(iter(value.values()))), 60)) if value else "nothing"
