"""One destination is down for half an hour of virtual time: what the others notice of it."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

from bench.chaos.alerts import alert
from bench.chaos.virtual import Instant, VirtualLoop, run
from bot import delivery as product
from domain.delivery import Receipt, Receipts
from domain.errors import TemporaryError
from domain.finding import Finding
from domain.ports import Sighting
from store.state import FindingStore, Outbox, suspect

SCHEMES = ("slack", "teams", "jira", "pagerduty", "datadog")
DOWN = "jira"
ADDRESSES = {"slack": "slack:C1", "teams": "teams:19:a", "jira": "jira:OPS"}
FROM, UNTIL, END = 600.0, 2400.0, 3600.0
EVERY_SECONDS = 10.0
#: Hours of this kind, each with chances of its own; the worst of them counts.
HOURS = 2


class Place:
    """Takes 20 to 400 ms; while it is down half of the attempts hang, the others fail."""

    def __init__(self, scheme: str, loop: VirtualLoop, seed: int, down: bool) -> None:
        self.scheme = scheme
        self.first: dict[str, float] = {}
        self._loop = loop
        self._random = random.Random(f"{seed}{scheme}")
        self._down = down

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        if self._down and FROM <= self._loop.time() < UNTIL:
            await asyncio.sleep(self._random.choice((0.05, 3600.0)))
            raise TemporaryError("down")
        await asyncio.sleep(self._random.uniform(0.02, 0.4))
        self.first.setdefault(finding.id, self._loop.time())
        return Receipt(receipts.mine.destination, f"{self.scheme}{finding.number}")

    async def close(self) -> None:
        """Nothing is open."""


def scenario(seed: int, _small: bool, mutate: str) -> dict[str, Any]:
    usual = _worst(seed, down=False)
    if mutate:
        MUTATIONS[mutate]()
    trouble = _worst(seed, down=True)
    others = [scheme for scheme in SCHEMES if scheme != DOWN]
    ratio = {one: trouble["p99"][one] / usual["p99"][one] for one in others}
    return {
        "alerts": trouble["alerts"],
        "hours": HOURS,
        "down_minutes": (UNTIL - FROM) / 60,
        "p99_seconds_usual": usual["p99"],
        "p99_seconds_in_trouble": trouble["p99"],
        "p99_ratio_of_others": {one: round(value, 2) for one, value in ratio.items()},
        "drained_seconds_after_recovery": round(trouble["drained"], 1),
        "not_shown": trouble["missing"],
        "checks": {
            "the others' p99 under 2x": max(ratio.values()) < 2,
            "drained within 2 minutes": trouble["drained"] < 120,
            "nothing lost": trouble["missing"] == 0,
        },
    }


def _worst(seed: int, down: bool) -> dict[str, Any]:
    """The worst of all hours, figure by figure; `alerts` are those of all of them."""
    hours = [run(partial(_hour, seed=seed * 100 + hour, down=down)) for hour in range(HOURS)]
    return {
        "p99": {one: max(hour["p99"][one] for hour in hours) for one in SCHEMES},
        "alerts": sum(hour["alerts"] for hour in hours),
        "drained": max(hour["drained"] for hour in hours),
        "missing": sum(hour["missing"] for hour in hours),
    }


async def _hour(loop: VirtualLoop, seed: int, down: bool) -> dict[str, Any]:
    random.seed(seed)  # the product's own jitter
    database = Instant(loop)
    places = {one: Place(one, loop, seed, down and one == DOWN) for one in SCHEMES}
    delivery = product.Delivery(Outbox(database), places)
    findings = FindingStore(database, delivery.wake)
    await delivery.start()
    reported: dict[str, float] = {}
    chance = random.Random(seed)
    while loop.time() < END:
        found = alert(len(reported))
        reported[found.id] = loop.time()
        everywhere = tuple(ADDRESSES.get(one, one) for one in SCHEMES)
        await findings.report([Sighting(found, everywhere)], loop.now())
        await asyncio.sleep(chance.uniform(0, 2 * EVERY_SECONDS))
    await asyncio.sleep(600)
    await delivery.stop()
    waits = {
        one: sorted(place.first[key] - at for key, at in reported.items() if key in place.first)
        for one, place in places.items()
    }
    late = [places[DOWN].first.get(key, END) for key, at in reported.items() if at < UNTIL]
    return {
        "p99": {one: round(found[int(len(found) * 0.99)], 2) for one, found in waits.items()},
        "alerts": len(reported),
        "drained": max(late) - UNTIL,
        "missing": sum(len(reported) - len(found) for found in waits.values()),
    }


def no_room_of_its_own() -> None:
    """All destinations share eight attempts, and one that fails is not held back."""

    class Shared(Counter[Any]):
        def __getitem__(self, _key: Any) -> int:
            return self.total()

    product.Counter = Shared  # pyright: ignore
    suspect.SUSPECT = 10**9


def no_hurry() -> None:
    """What waits for its back-off goes on waiting once the destination is back."""
    suspect._hurry = lambda _connection, _destination, _now: None


def long_rest() -> None:
    """A destination that is down is asked as seldom as a copy that fails."""
    suspect.LONGEST_REST = timedelta(minutes=20)


MUTATIONS = {"room": no_room_of_its_own, "hurry": no_hurry, "rest": long_rest}
