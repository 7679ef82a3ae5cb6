"""What is wrong with costbot itself: something it needs is silent, stale, lost or not delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.finding import Severity


@dataclass(frozen=True, slots=True)
class Trouble:
    """`key` is the same as long as it is the same trouble; `todo` is what `who` can do."""

    key: str
    title: str
    severity: Severity
    said: str
    todo: str
    who: str = ""


class SelfWatch(Protocol):
    """Looks at costbot itself."""

    async def troubles(self, now: datetime) -> Sequence[Trouble]:
        """What is wrong at this moment. Raises nothing that it can say."""
        ...
