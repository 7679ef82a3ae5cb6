"""What AWS itself estimates before there is a bill: a sum that grows through the month."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a service ("" for all of them) has cost since the month began, at some moments (UTC),
    the oldest first; in USD. It begins anew with every month."""

    service: str
    points: tuple[tuple[datetime, Decimal], ...]
