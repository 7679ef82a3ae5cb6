"""What detection remembers from one look to the next, so that a look goes through few days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.anomalies import Memory

#: Days that every look goes through: what AWS may correct, and no incident is news for longer.
TAIL = timedelta(days=63)


@dataclass(slots=True)
class Watching:
    """The memory of the days up to TAIL before the newest, and what it was made of.

    The days after it are looked at again, for AWS corrects them; when it corrects older ones, all
    days are.
    """

    memory: "Memory | None" = None
    made_of: object = None

    def usable(self, through: date, made_of: Callable[[date], object]) -> "Memory | None":
        """The memory; None where there is none, its days changed, or it ends too long ago.

        `made_of` tells the state of the bills that the days up to one come from.
        """
        memory = self.memory
        if memory is None or memory.through is None:
            return None
        near = TAIL <= through - memory.through <= 2 * TAIL
        return memory if near and self.made_of == made_of(memory.through) else None

    def keep(self, memory: "Memory", made_of: Callable[[date], object]) -> None:
        if memory.through is not None:
            self.memory, self.made_of = memory, made_of(memory.through)
