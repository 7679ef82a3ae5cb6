"""What was worked out from the bill and holds until another load changes it."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from domain.ports import Lake

T = TypeVar("T")


@dataclass(slots=True)
class PerLoad:
    """Remembers answers that many questions need, for the bill as it is loaded now."""

    _of: object = None
    _known: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any])

    async def get(self, lake: Lake, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The answer for `key`, worked out once for each load."""
        bills = lake.status().bills
        now = frozenset((bill.billing_account, bill.period, bill.loaded_at) for bill in bills)
        if now != self._of:
            self._of, self._known = now, {}
        if key not in self._known:
            self._known[key] = await work()
        return cast("T", self._known[key])
