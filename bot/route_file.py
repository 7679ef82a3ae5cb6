"""The routing part of `costbot.toml`, read at start; every mistake is named with its place."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from bot import owners, quiet
from bot.mistakes import Spot, shown
from bot.owners import Owners
from bot.places import ROOMS, SCHEMES, place
from bot.rules import OWNER, Rule
from domain.delivery import scheme
from domain.errors import SettingsError
from domain.finding import Severity
from domain.query import DIMENSIONS, TIME_DIMENSIONS
from domain.routing import plain_label

_LABELS = tuple(name for name in DIMENSIONS if name not in TIME_DIMENSIONS and name != "tag")
_OWN = (
    *("name", "kind", "severity", "amount", "owner", "where", "to", "quiet"),
    *("escalate_after", "escalate_to"),
)
_WAIT = re.compile(r"(\d{1,5})\s*(m|min|h|d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_MONEY = re.compile(r"([\d_,]+(?:\.\d+)?)\s*([A-Z]{3})?")


@dataclass(frozen=True, slots=True)
class Routing:
    """What the file says: rules in their order, owners, how many alerts a room takes a day, and
    the places of whatever no rule takes."""

    rules: tuple[Rule, ...] = ()
    owners: Owners = Owners()
    alerts_per_day: Mapping[str, int] = field(default_factory=dict[str, int])
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a file may speak of: tags that name owners, kinds of findings (any, where empty), and
    the schemes that are switched on (None: all)."""

    tags: Sequence[str] = ("team", "owner")
    kinds: Collection[str] = ()
    switched_on: Collection[str] | None = None


def read(file: Path, otherwise: Sequence[str] = (), known: Known | None = None) -> Routing:
    """The routing of a file, an empty one where there is no file. Raises SettingsError."""
    known = known or Known()
    tables = _tables(file)
    spot = Spot(file.name, "[[route]]")
    routes = tables.get("route", [])
    if not isinstance(routes, list):
        raise spot.wrong("", "a route is written as a list", "Write [[route]] in double brackets.")
    owned = owners.read(
        Spot(file.name, "the file").inner(tables, "owners", "[owners]"),
        file,
        known.tags,
        known.switched_on,
    )
    reader = _Reader(file.name, known, owned)
    rules = tuple(
        reader.rule(number, table) for number, table in enumerate(cast("list[Any]", routes), 1)
    )
    return Routing(rules, owned, _rooms(file.name, tables, known), tuple(otherwise))


def _tables(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read as TOML.") from error


def _rooms(file: str, tables: Mapping[str, Any], known: Known) -> dict[str, int]:
    rooms = Spot(file, "the file").inner(tables, "rooms", '[rooms."slack:C0123ABCD"]')
    found: dict[str, int] = {}
    for room in rooms:
        spot = Spot(file, f'[rooms."{room}"]')
        try:
            place(room, known.switched_on)
        except ValueError as error:
            raise spot.wrong("", str(error), "A room is a place where people read.") from None
        if scheme(room) not in ROOMS:
            advice = f"Name a room of {', '.join(ROOMS)}."
            raise spot.wrong("", f"{room} is no room: nobody reads too much there", advice)
        table = spot.inner(rooms, room, f'[rooms."{room}"]')
        spot.known(table, ("alerts_per_day",))
        number = table.get("alerts_per_day")
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            problem = "it is no whole number from 1 up"
            raise spot.wrong("alerts_per_day", problem, "Write alerts_per_day = 10.")
        found[room] = number
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one `[[route]]` after the other."""

    file: str
    known: Known
    owners: Owners

    def rule(self, number: int, given: Any) -> Rule:
        spot = Spot(self.file, f"[[route]] {number}")
        if not isinstance(given, dict):
            raise spot.wrong("", "a route is a table", "Write [[route]] and its keys below.")
        table = cast("dict[str, Any]", given)
        name = spot.text(table, "name", '"payments pages"')
        spot = Spot(self.file, spot.table + (f' "{name}"' if name else ""))
        labels = self._labels(spot, table)
        after, escalate_to = self._escalation(spot, table)
        amount, currency = _amount(spot, table)
        return Rule(
            name=name or f"route {number}",
            to=self._places(spot, table, "to", needed=True),
            kinds=self._kinds(spot, table),
            severity=_severity(spot, table),
            labels=labels,
            owners=spot.texts(table, "owner", '"payments"'),
            amount=amount,
            currency=currency,
            quiet=_quiet(spot, table),
            escalate_after=after,
            escalate_to=escalate_to,
        )

    def _labels(self, spot: Spot, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        own = [name for name in (*_LABELS, *self.known.tags) if name not in _OWN]
        advice = 'Another label goes into where = { label = "value" }.'
        spot.known(table, (*_OWN, *own), advice)
        where = spot.inner(table, "where", 'where = { service = "Amazon EC2" }')
        inside = Spot(spot.file, f"{spot.table}, where")
        found = {
            plain_label(name): spot.texts(table, name, '"payments" or ["payments", "search"]')
            for name in own
            if name in table
        }
        for name in where:
            if plain_label(name) in found:
                raise inside.wrong(name, "it stands beside where as well", "Keep one of the two.")
            found[plain_label(name)] = inside.texts(where, name, '"payments"')
        return found

    def _kinds(self, spot: Spot, table: Mapping[str, Any]) -> tuple[str, ...]:
        kinds = tuple(kind.lower() for kind in spot.texts(table, "kind", '["spike", "budget"]'))
        for kind in kinds:
            if self.known.kinds and kind not in self.known.kinds:
                advice = f"Write one of {', '.join(sorted(self.known.kinds))}."
                raise spot.wrong("kind", f"there are no findings of the kind {kind!r}", advice)
        return kinds

    def _places(
        self, spot: Spot, table: Mapping[str, Any], key: str, needed: bool = False
    ) -> tuple[str, ...]:
        texts = spot.texts(table, key, '["slack:C0123ABCD", "pagerduty"]')
        if needed and not texts:
            known = ", ".join(SCHEMES)
            raise spot.wrong(key, "it says nowhere where to", f"Name places of {known}, or owner.")
        for text in texts:
            if text == OWNER and not self.owners.rooms:
                advice = 'Write [owners.rooms] with payments = ["slack:C0456ABCD"].'
                raise spot.wrong(key, "no owner has said where it wants to hear", advice)
            try:
                if text != OWNER:
                    place(text, self.known.switched_on)
            except ValueError as error:
                raise spot.wrong(key, str(error), 'Or write "owner".') from None
        return tuple(dict.fromkeys(texts))

    def _escalation(
        self, spot: Spot, table: Mapping[str, Any]
    ) -> tuple[timedelta | None, tuple[str, ...]]:
        said = spot.text(table, "escalate_after", '"30m"')
        places = self._places(spot, table, "escalate_to")
        if bool(said) != bool(places):
            missing = "escalate_to" if said else "escalate_after"
            example = '["pagerduty"]' if said else '"30m"'
            other = "escalate_after" if said else "escalate_to"
            advice = f"Write {missing} = {example}, or remove {other}."
            raise spot.wrong(missing, f"it is missing beside {other}", advice)
        found = _WAIT.fullmatch(said)
        if said and (found is None or not int(found[1])):
            raise spot.wrong("escalate_after", f"{said!r} is no time to wait", 'Write "30m".')
        wait = int(found[1]) * _UNITS[found[2][0]] if found else None
        return wait, places


def _severity(spot: Spot, table: Mapping[str, Any]) -> Severity | None:
    said = spot.text(table, "severity", '"high"').lower()
    if said and said not in [*Severity]:
        advice = f"Write one of {', '.join(Severity)}; it means at least that."
        raise spot.wrong("severity", f"{said!r} is no severity", advice)
    return Severity(said) if said else None


def _amount(spot: Spot, table: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    value = table.get("amount")
    if value is None:
        return None, ""
    found = None if isinstance(value, bool) else _MONEY.fullmatch(str(value).strip())
    try:
        amount = Decimal(found[1].replace(",", "").replace("_", "")) if found else Decimal(0)
    except InvalidOperation:
        amount = Decimal(0)
    if found is None or amount <= 0:
        advice = 'Write amount = 500, or amount = "500 EUR" for one currency alone.'
        raise spot.wrong("amount", f"{shown(value)} is no amount above zero", advice)
    return amount, found[2] or ""


def _quiet(spot: Spot, table: Mapping[str, Any]) -> tuple[quiet.Window, ...]:
    try:
        windows = tuple(map(quiet.window, spot.texts(table, "quiet", f"[{quiet.EXAMPLE}]")))
    except ValueError as error:
        raise spot.wrong("quiet", str(error), "Days, hours and zone, in this order.") from None
    if not quiet.ends(windows):
        raise spot.wrong("quiet", "it is always quiet", "Leave some hours in which alerts appear.")
    return windows
