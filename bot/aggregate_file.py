"""The `[[aggregates]]` of `costbot.toml`: how tables of daily sums of others are read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from bot.mistakes import Spot, shown
from domain.aggregates import Place, Reading
from domain.errors import SettingsError

#: What an item can say, with an example of an attribute; `cost` stands for the unblended cost.
WORDS = {
    "day": "date",
    "cost": "amount",
    "currency": "currency",
    "payer": "payer_id",
    "service": "service",
    "account": "account_id",
    "account_name": "account",
    "region": "region",
    "charge": "charge_type",
    "category": "category",
    "purchase": "purchase_option",
    "provider": "provider",
    "net_unblended": "net_amount",
    "amortised": "amortised",
    "net_amortised": "net_amortised",
    "list": "list_price",
}
_NEEDED = ("day", "cost", "currency", "payer", "service")
#: What may be the same for all items; a day or an amount is not.
_CONSTANT = ("currency", "payer", "service", "account", "provider", "region")


def read(file: Path) -> Mapping[str, Reading]:
    """The tables of a file by name, none where there is no file. Raises SettingsError."""
    spot = Spot(file.name, "[[aggregates]]")
    tables = _tables(file)
    if not isinstance(tables, list):
        raise spot.wrong("", "it is written as a list", "Write [[aggregates]], in two brackets.")
    found: dict[str, Reading] = {}
    for number, table in enumerate(cast("list[Any]", tables), 1):
        reading = _reading(Spot(file.name, f"[[aggregates]] {number}"), table)
        if reading.table in found:
            raise spot.wrong("table", f"{shown(reading.table)} is there twice", "Keep one of them.")
        found[reading.table] = reading
    return found


def _tables(file: Path) -> Any:
    if not file.exists():
        return []
    try:
        return tomllib.loads(file.read_text("utf-8")).get("aggregates", [])
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read as TOML.") from error


def _reading(spot: Spot, given: Any) -> Reading:
    if not isinstance(given, dict):
        raise spot.wrong("", "it is a table", "Write [[aggregates]] and its keys below.")
    table = cast("dict[str, Any]", given)
    name = spot.text(table, "table", '"billing-daily"')
    if not name:
        raise spot.wrong("table", "it is missing", 'Write table = "billing-daily".')
    spot = Spot(spot.file, f'{spot.table} "{name}"')
    spot.known(table, ("table", "partition", "only", *WORDS))
    places = {word: _place(spot, table, word) for word in WORDS if word in table}
    for word in _NEEDED:
        if word not in places:
            advice = f'Write {word} = "{WORDS[word]}": the attribute that says it'
            constant = f', or {word} = {{ value = "…" }}.' if word in _CONSTANT else "."
            raise spot.wrong(word, "it is missing", advice + constant)
    partition = _texts(spot, table, "partition", '{ pk = "DAILY" }')
    if len(partition) > 1:
        raise spot.wrong("partition", "it has two keys", "A table has one partition key.")
    renamed = {"unblended" if word == "cost" else word: place for word, place in places.items()}
    return Reading(name, renamed, partition, _texts(spot, table, "only", '{ sk = "DAY#" }'))


def _place(spot: Spot, table: Mapping[str, Any], word: str) -> Place:
    """An attribute's name, a part of one, or a text for all items."""
    if not isinstance(table[word], dict):
        return Place(spot.text(table, word, f'"{WORDS[word]}"'))
    inner = cast("dict[str, Any]", table[word])
    within = Spot(spot.file, f"{spot.table}, {word}")
    within.known(inner, ("attribute", "split", "part", "value"))
    if "value" in inner:
        if word not in _CONSTANT or len(inner) > 1:
            advice = f'Write {word} = "{WORDS[word]}": the attribute that says it.'
            raise within.wrong("value", "it cannot be the same for all items", advice)
        return Place(value=within.text(inner, "value", '"USD"'))
    part = inner.get("part", 1)
    if isinstance(part, bool) or not isinstance(part, int) or part < 1:
        raise within.wrong("part", f"{shown(part)} is no number from 1 on", "Write part = 2.")
    attribute, split = within.text(inner, "attribute", '"sk"'), within.text(inner, "split", '"#"')
    if not attribute or not split:
        advice = f'Write {word} = {{ attribute = "sk", split = "#", part = 2 }}.'
        raise within.wrong("", "attribute or split is missing", advice)
    return Place(attribute, split, part)


def _texts(spot: Spot, table: Mapping[str, Any], key: str, example: str) -> dict[str, str]:
    inner = spot.inner(table, key, f"{key} = {example}")
    for value in inner.values():
        if not isinstance(value, str) or not value:
            raise spot.wrong(key, f"{shown(value)} is no text", f"Write {key} = {example}.")
    return inner
