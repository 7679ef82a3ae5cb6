"""A believable organisation's bill with planted, recorded events, for trying everything at home."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from domain.period import Period

if TYPE_CHECKING:
    from integrations.demo.truth import Truth


def write(folder: Path, as_of: date, seed: int = 7, scale: float = 1.0) -> "Truth":
    """Write thirteen months of FOCUS 1.2 (AWS columns) up to the day before `as_of`.

    Layout: `data/BILLING_PERIOD=YYYY-MM/*.parquet`, `metadata/…/*-Manifest.json`, `truth.json`.
    """
    from integrations.demo import export

    return export.write(folder, as_of, seed, scale)


def restate(folder: Path, period: Period, as_of: date) -> Decimal:
    """Deliver a month again with late charges; what it costs more."""
    from integrations.demo import export

    return export.restate(folder, period, as_of)
