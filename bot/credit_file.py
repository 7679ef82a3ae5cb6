"""The `[[credits]]` of `costbot.toml`: what a bill does not tell of credits."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from bot.mistakes import Spot, shown
from domain.charge import Grant
from domain.errors import SettingsError

_OWN = ("name", "amount", "since", "expires")


def read(file: Path) -> tuple[Grant, ...]:
    """The credits of a file, none where there is no file. Raises SettingsError."""
    spot = Spot(file.name, "[[credits]]")
    tables = _tables(file)
    if not isinstance(tables, list):
        raise spot.wrong("", "a credit is written as a list", "Write [[credits]], in two brackets.")
    grants: list[Grant] = []
    for number, table in enumerate(cast("list[Any]", tables), 1):
        grant = _grant(Spot(file.name, f"[[credits]] {number}"), table)
        if grant.name.casefold() in [one.name.casefold() for one in grants]:
            raise spot.wrong("name", f"{shown(grant.name)} is there twice", "Keep one of the two.")
        grants.append(grant)
    return tuple(grants)


def _tables(file: Path) -> Any:
    if not file.exists():
        return []
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal).get("credits", [])
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read as TOML.") from error


def _grant(spot: Spot, given: Any) -> Grant:
    if not isinstance(given, dict):
        raise spot.wrong("", "a credit is a table", "Write [[credits]] and its keys below.")
    table = cast("dict[str, Any]", given)
    name = spot.text(table, "name", '"Activate"')
    if not name:
        raise spot.wrong("name", "it is missing", 'Write name = "Activate", as the bill has it.')
    spot = Spot(spot.file, f'{spot.table} "{name}"')
    spot.known(table, _OWN)
    amount, expires = _amount(spot, table), _day(spot, table, "expires")
    since = _day(spot, table, "since")
    if amount is None and expires is None:
        problem = "neither amount nor expires is there"
        raise spot.wrong("", problem, "Write amount = 25000, expires = 2027-03-31, or both.")
    if since is not None and amount is None:
        raise spot.wrong("since", "there is no amount", "Write amount = 25000 beside it.")
    return Grant(name, amount, since, expires)


def _amount(spot: Spot, table: Mapping[str, Any]) -> Decimal | None:
    value = table.get("amount")
    if value is None:
        return None
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not number or not Decimal(value).is_finite() or value <= 0:
        raise spot.wrong("amount", f"{shown(value)} is no amount above zero", "Write 25000.")
    return Decimal(value)


def _day(spot: Spot, table: Mapping[str, Any], key: str) -> date | None:
    """A TOML date, or one in quotes."""
    value = table.get(key)
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        raise spot.wrong(key, f"{shown(value)} is no day", f"Write {key} = 2027-03-31.") from None
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise spot.wrong(key, f"{shown(value)} is no day", f"Write {key} = 2027-03-31.")
