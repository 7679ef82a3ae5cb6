"""A card and its numbers as JSON values, for programs that ask."""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from cards.model import Card
from domain.answer import CostTable


def answer(
    shown: Card, text: str, numbers: CostTable | None, settled_through: date | None
) -> dict[str, Any]:
    """What `ask --json` prints; `data` is null for an answer without numbers."""
    data = None
    if numbers is not None:
        data = table(numbers) | {"settled_through": str(settled_through or "") or None}
    return {"card": card(shown), "text": text, "data": data}


def card(value: Card) -> dict[str, Any]:
    """The card as nested dicts; each block and span says its `kind`, a plain span is a string."""
    return {
        "title": value.title,
        "tone": value.tone.value,
        "blocks": [_plain(block) for block in value.blocks],
    }


def table(value: CostTable) -> dict[str, Any]:
    """Columns, rows and total; amounts are exact decimals as text, a missing value is null."""
    compared = value.previous is not None
    rows = [*value.rows, *([value.rest] if value.rest else [])]
    return {
        "columns": [
            *(str(dimension) for dimension in value.query.group_by),
            "cost",
            *(("previous", "change") if compared else ()),
        ],
        "rows": [
            [
                *(row.key or (f"{value.rest_count} others",) * len(value.query.group_by)),
                exact(row.cost),
                *((exact(row.previous or Decimal(0)), exact(row.change)) if compared else ()),
            ]
            for row in rows
        ],
        "total": exact(value.total.amount),
        "previous_total": exact(value.previous.amount) if value.previous else None,
        "currency": value.total.currency,
        "measure": value.query.measure.value,
        "period": [str(value.query.period.start), str(value.query.period.end)],
    }


def exact(amount: Decimal | None) -> str:
    """Every digit, no exponent and no trailing zeros."""
    return format((amount or Decimal(0)).normalize() + Decimal(0), "f")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        parts = {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
        kind = parts.pop("kind", None)
        return {"kind": type(value).__name__.lower(), **({"shape": kind} if kind else {}), **parts}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return dict(value) if isinstance(value, dict) else value
