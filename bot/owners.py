"""Owners: whose cost a finding is about, by tag, cost category, account, list, or default."""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.mistakes import Spot
from bot.places import place
from domain.routing import COST_CATEGORY, plain_label, plain_labels

COLUMNS = ("dimension", "value", "owner")
_KEYS = ("default", "accounts", "csv", "cost_categories", "rooms")


@dataclass(frozen=True, slots=True)
class Found:
    """An owner, "" for nobody, and the links of the chain that were followed, the last one the
    one that knew."""

    owner: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """The chain, and where each owner wants to hear. `listed` are rows of the CSV: dimension,
    value and owner; the first that fits counts."""

    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    accounts: Mapping[str, str] = field(default_factory=dict[str, str])
    listed: tuple[tuple[str, str, str], ...] = ()
    list_name: str = ""
    default: str = ""
    rooms: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def find(self, given: Mapping[str, str]) -> Found:
        """Whose it is, by labels."""
        labels = {name: value.strip() for name, value in plain_labels(given).items()}
        links: list[str] = []
        for tag in self.tags:
            if owner := labels.get(plain_label(tag)):
                return Found(owner, (*links, f"owner {owner} by tag {tag}"))
        links.append(f"no tag {' or '.join(self.tags)}" if self.tags else "no tag names owners")
        for category in self.categories:
            if owner := labels.get(COST_CATEGORY + category.casefold()):
                return Found(owner, (*links, f"owner {owner} by cost category {category}"))
        links.append("no cost category")
        account = labels.get("account", "")
        if owner := self.accounts.get(account):
            return Found(owner, (*links, f"owner {owner} by account {account}"))
        links.append(f"account {account} is not listed" if account else "no account")
        for dimension, value, owner in self.listed:
            if labels.get(dimension, "").casefold() == value.casefold():
                said = f"owner {owner} by {self.list_name} ({dimension} {value})"
                return Found(owner, (*links, said))
        if self.list_name:
            links.append(f"nothing in {self.list_name}")
        if self.default:
            return Found(self.default, (*links, f"owner {self.default} by default"))
        return Found("", (*links, "no default owner"))

    def places(self, owner: str) -> tuple[str, ...]:
        """Where an owner wants to hear; () for one that said nothing."""
        return self.rooms.get(owner.casefold(), ())


def read(
    table: Mapping[str, Any],
    file: Path,
    tags: Sequence[str],
    switched_on: Collection[str] | None = None,
) -> Owners:
    """The table `[owners]` of a file."""
    spot = Spot(file.name, "[owners]")
    spot.known(table, _KEYS)
    name = spot.text(table, "csv", '"owners.csv"')
    return Owners(
        tags=tuple(tags),
        categories=spot.texts(table, "cost_categories", '["Team"]') or tuple(tags),
        accounts=_accounts(spot, table),
        listed=_listed(spot, file.parent / name) if name else (),
        list_name=Path(name).name,
        default=spot.text(table, "default", '"platform"'),
        rooms=_rooms(Spot(file.name, "[owners.rooms]"), spot, table, switched_on),
    )


def _accounts(spot: Spot, table: Mapping[str, Any]) -> dict[str, str]:
    accounts = spot.inner(table, "accounts", 'accounts = { "111122223333" = "payments" }')
    for account, owner in accounts.items():
        if not (account.isascii() and account.isdecimal() and len(account) == 12):
            problem = f"{account!r} is no account id of 12 digits"
            raise spot.wrong("accounts", problem, 'Write "111122223333" = "payments".')
        if not isinstance(owner, str) or not owner.strip():
            problem = f"the owner of {account} is no text"
            raise spot.wrong("accounts", problem, f'Write "{account}" = "payments".')
    return {account: owner.strip() for account, owner in accounts.items()}


def _rooms(
    spot: Spot, owners: Spot, table: Mapping[str, Any], switched_on: Collection[str] | None
) -> dict[str, tuple[str, ...]]:
    rooms = owners.inner(table, "rooms", 'a table [owners.rooms] with payments = ["slack:C0456"]')
    found: dict[str, tuple[str, ...]] = {}
    for owner in rooms:
        try:
            texts = spot.texts(rooms, owner, '["slack:C0456ABCD"]')
            found[owner.casefold()] = tuple(place(text, switched_on) for text in texts)
        except ValueError as error:
            raise spot.wrong(owner, str(error), "An owner hears in places.") from None
    return found


def _listed(spot: Spot, path: Path) -> tuple[tuple[str, str, str], ...]:
    """The rows of a CSV; a mistake in it is named by its line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        advice = "Name a CSV file beside this one, with the columns " + ",".join(COLUMNS) + "."
        raise spot.wrong("csv", f"{path.name} cannot be read ({why})", advice) from error
    lines = csv.reader(text.splitlines())
    header = tuple(name.strip().lower() for name in next(lines, []))
    at = Spot(path.name, "line 1")
    if header != COLUMNS:
        raise at.wrong("", "the columns are not as expected", f"Write {','.join(COLUMNS)}.")
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for cells in lines:
        at = Spot(path.name, f"line {lines.line_num}")
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        if len(row) != 3 or not all(row):
            raise at.wrong("", "it needs three values", "Write service,Amazon EC2,payments.")
        dimension, value, owner = plain_label(row[0]), row[1], row[2]
        earlier = found.setdefault((dimension, value.casefold()), (dimension, value, owner))
        if earlier[2] != owner:
            problem = f"{dimension} {value} belongs to {earlier[2]} already"
            raise at.wrong("", problem, "Keep one of the two lines.")
    return tuple(found.values())
