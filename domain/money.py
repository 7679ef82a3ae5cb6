"""Money: an exact amount and the currency it is in."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217 code); sums keep every digit."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def rounded(self, quantum: Decimal = CENT) -> "Money":
        """The amount rounded half up, as invoices round."""
        return Money(self.amount.quantize(quantum, ROUND_HALF_UP), self.currency)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return other.amount


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum, in `currency`; zero for nothing."""
    return sum(amounts, Money(Decimal(0), currency))
