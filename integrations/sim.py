"""Places that exist for trying things out: each behaves in one way, well or badly.

`sim://ok` takes everything; `sim://429` asks to wait first; `sim://5xx` fails twice; `sim://late`
takes it and loses its answer; `sim://slow` takes its time; `sim://dead` refuses for good.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from domain.delivery import Receipt, Receipts
from domain.errors import NotTakenError, PermanentError, TemporaryError
from domain.finding import Finding

SLOW_SECONDS = 3.0
WAIT_SECONDS = 2.0
FAILURES = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What the place shows of a finding."""

    ref: str
    finding: Finding


class Simulator:
    """A destination in memory. With another `scheme` it stands in for that one, always well.

    `shown` is by destination and finding. `told` hears of everything that is shown.
    """

    def __init__(
        self,
        scheme: str = "sim",
        told: Callable[[str, Finding], None] = lambda _where, _found: None,
    ) -> None:
        self._scheme = scheme
        self._told = told
        self._tries: Counter[tuple[str, str]] = Counter()
        self.shown: dict[tuple[str, str], Shown] = {}

    @property
    def scheme(self) -> str:
        return self._scheme

    async def close(self) -> None:
        """Nothing is open."""

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        mine = receipts.mine
        place, way = mine.destination, mine.address.removeprefix("//")
        key = (place, f"{finding.id}#{finding.occurrence}")
        self._tries[key] += 1
        if self._scheme == "sim":
            await self._behave(way, self._tries[key])
        known = self.shown.get(key)
        ref = known.ref if known else f"{self._scheme.upper()}-{len(self.shown) + 1}"
        self.shown[key] = Shown(ref, finding)
        self._told(place, finding)
        if way == "late" and known is None:
            raise TemporaryError("the answer was lost")
        return Receipt(place, ref)

    async def _behave(self, way: str, attempt: int) -> None:
        match way:
            case "ok" | "late":
                return
            case "429" if attempt == 1:
                raise NotTakenError("asked to wait", WAIT_SECONDS)
            case "5xx" if attempt <= FAILURES:
                raise TemporaryError("answered 503")
            case "slow":
                await asyncio.sleep(SLOW_SECONDS)
            case "dead":
                raise PermanentError("refuses for good")
            case "429" | "5xx":
                return
            case _:
                raise PermanentError(
                    f"sim://{way} is not known; use ok, 429, 5xx, late, slow or dead"
                )
