"""What is collected from outside again and again, and what asking for it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Collected:
    """The newest state of a source; `doing` is how far it is, while it is being asked.

    `content` is what it gave when it last did, as JSON; `said` is that in a few words. `failure` is
    why it gives nothing since `failed_since`, "" while it does.
    """

    source: str
    tried_at: datetime
    good_at: datetime | None = None
    said: str = ""
    content: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failure: str = ""
    failed_since: datetime | None = None
    doing: str = ""


class Collections(Protocol):
    """The newest state of every source."""

    async def get(self, source: str) -> Collected | None: ...

    async def listed(self) -> tuple[Collected, ...]:
        """All of them, by source."""
        ...

    async def doing(self, source: str, step: str, now: datetime) -> None:
        """It is being asked."""
        ...

    async def good(
        self, source: str, said: str, content: Mapping[str, Any], now: datetime
    ) -> Collected:
        """It gave this."""
        ...

    async def failed(self, source: str, why: str, now: datetime) -> Collected:
        """It gave nothing; what it gave before stays."""
        ...


class Spending(Protocol):
    """How often a vendor was asked for money on a UTC day, by all replicas together."""

    async def take(self, what: str, day: date, count: int, most: int) -> bool:
        """Count `count` more, before they are asked; False, and nothing is counted, where that
        would be more than `most`."""
        ...

    async def on(self, what: str, day: date) -> int: ...


class Replies(Protocol):
    """Answers that were paid for, until they are out of date."""

    async def get(self, key: str, now: datetime) -> Mapping[str, Any] | None: ...

    async def keep(self, key: str, content: Mapping[str, Any], until: datetime) -> None: ...
