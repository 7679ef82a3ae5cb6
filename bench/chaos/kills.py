"""Deliveries under faults while whole bots are killed: nothing lost, nothing twice."""

import asyncio
import json
import random
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.chaos.alerts import ENDS, Feeder, verdict
from bench.chaos.bots import Bot
from bench.chaos.faults import Faults
from bench.chaos.places import Jira, Places
from bench.chaos.sink import Sink
from bench.chaos.worker import Ways
from store.state import Database
from store.state.migrate import prepare_now

SYSTEMS = ("slack", "teams", "jira", "pagerduty", "datadog")


@dataclass(frozen=True)
class Plan:
    """`alerts` go to five places each. A bot is killed when `effects_between` more effects were
    seen, give or take a half; each `in_start`-th kill comes while it starts."""

    alerts: int
    kills: int
    replicas: int = 1
    seed: int = 1
    share: float = 0.2
    effects_between: int = 110
    in_start: int = 10
    lag_seconds: float = 1.0
    stall_seconds: float = 3.0
    backlog: int = 1500
    most_seconds: float = 2700.0
    ways: Ways = field(default_factory=Ways)


class Kills:
    """One run of a plan on one database."""

    def __init__(self, plan: Plan, url: str, folder: Path) -> None:
        self.plan = plan
        self.places = Places(jira=Jira(lag_seconds=plan.lag_seconds))
        self.random = random.Random(plan.seed)
        self.sink = Sink(
            self.places,
            {
                system: Faults(
                    plan.seed * 100 + place, plan.share, plan.stall_seconds,
                    late=system in ("jira", "pagerduty"),
                )
                for place, system in enumerate(SYSTEMS)
            },
        )  # fmt: skip
        self.database = Database(url)
        self.feeder = Feeder(self.database)
        self.folder = folder
        self.url = url
        self.between: list[int] = []
        self.moments: list[float] = []
        self.reported = 0
        self.extra = 0

    async def run(self) -> dict[str, Any]:
        began = time.monotonic()
        await asyncio.to_thread(prepare_now, self.database)
        await self.sink.start()
        await self.feeder.rooms(f"{self.sink.url}/teams/")
        settings = self.sink.settings() | {"COSTBOT_DATABASE_URL": self.url}
        bots = [
            Bot(f"bot{number}", self.folder, settings, self.plan.ways)
            for number in range(self.plan.replicas)
        ]
        for bot in bots:
            await bot.start()
        feeding = asyncio.create_task(self._feed())
        try:
            await self._torment(bots, began)
            killed_after = time.monotonic() - began
            if self._late(began):
                feeding.cancel()
            else:
                await feeding
            left = await self._drain(began)
        finally:
            feeding.cancel()
            for bot in bots:
                await bot.close()
            await self.sink.stop()
        seconds = time.monotonic() - began
        dead = await self.feeder.dead()
        self.database.close()
        return self._figures(bots, seconds, killed_after, left, dead)

    async def _feed(self) -> None:
        """Report all alerts, keeping a backlog; then their numbers move while kills go on."""
        plan, step = self.plan, 20
        for start in range(0, plan.alerts, step):
            while await self.feeder.behind() > plan.backlog:
                await asyncio.sleep(0.2)
            # The bot wants its turn to write as well.
            await asyncio.sleep(0.05)
            await self.feeder.report(iter(range(start, min(start + step, plan.alerts))))
            self.reported = min(start + step, plan.alerts)
            for number in range(max(0, start - step), start, ENDS):
                await self.feeder.end(number)
        for number in range(max(0, plan.alerts - 2 * step), plan.alerts):
            if number % ENDS == 0:
                await self.feeder.end(number)
        while len(self.between) < plan.kills:
            await asyncio.sleep(0.2)
            if await self.feeder.behind() > min(plan.backlog // 3, plan.alerts):
                continue
            moved = [n for n in self.random.sample(range(plan.alerts), 20) if n % ENDS]
            self.extra += len(moved)
            await self.feeder.report(iter(moved), 1000 + self.extra)

    async def _torment(self, bots: list[Bot], began: float) -> None:
        """Kill one bot at a time, and start it again at once."""
        while len(self.between) < self.plan.kills and not self._late(began):
            seen = self.places.effects
            if self.random.randrange(self.plan.in_start) == 0:
                await asyncio.sleep(self.random.uniform(0.0, 0.5))
            else:
                between = self.plan.effects_between * 10 // 9
                wanted = self.random.randint(between // 2, 3 * between // 2)
                while self.places.effects < seen + wanted and not self._late(began):
                    await asyncio.sleep(0.005)
                await asyncio.sleep(self.random.uniform(0, 0.05))
            bot = self.random.choice(bots)
            self.between.append(self.places.effects - seen)
            self.moments.append(round(time.monotonic() - began, 1))
            await bot.kill()
            await bot.start()

    async def _drain(self, began: float) -> int:
        """Until nothing is behind; how much still is when there is no time left."""
        while (left := await self.feeder.behind()) and not self._late(began):
            await asyncio.sleep(0.3)
        await asyncio.sleep(self.plan.stall_seconds + 0.2)
        return left

    def _late(self, began: float) -> bool:
        return time.monotonic() - began > self.plan.most_seconds

    def _figures(
        self,
        bots: list[Bot],
        seconds: float,
        killed_after: float,
        left: int,
        dead: list[tuple[str, str, str]],
    ) -> dict[str, Any]:
        plan, places = self.plan, self.places
        found = verdict(places, plan.alerts, left, len(dead))
        average = sum(self.between) / max(1, len(self.between))
        errors = [line for bot in bots for line in bot.errors()]
        deliveries = plan.alerts * len(SYSTEMS)
        lost, twice = found["lost"], found["duplicates"]
        checks = {
            "nothing lost": not any(lost.values()),
            "no ticket twice": twice["tickets"] == 0,
            "no page twice": twice["pages"] == 0,
            "Slack twice at most 0.1 %": twice["slack"] <= plan.alerts / 1000,
            "all kills done": len(self.between) == plan.kills,
            "enough effects between kills": plan.kills == 0
            or average >= 0.9 * plan.effects_between,
        }
        return {
            "seed": plan.seed,
            "deliveries": deliveries,
            "replicas": plan.replicas,
            "kills": len(self.between),
            "effects": places.effects,
            "effects_between_kills": {
                "average": round(average, 1),
                "median": sorted(self.between)[len(self.between) // 2] if self.between else 0,
                "none": sum(one == 0 for one in self.between),
            },
            "faults": {name: dict(one.seen) for name, one in self.sink.faults.items()},
            **found,
            "slack_twice_percent": round(100 * twice["slack"] / plan.alerts, 3),
            "teams_twice_percent": round(100 * twice["teams"] / plan.alerts, 3),
            "given_up": dead[:5],
            "log_errors": len(errors),
            "log_samples": sorted({line[24:160] for line in errors})[:12],
            "seconds": round(seconds, 1),
            "moments": self.moments,
            "seconds_of_kills": round(killed_after, 1),
            "mutation": plan.ways.mutate,
            "checks": checks,
        }


def on_sqlite(plan: Plan) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        return asyncio.run(_run(plan, f"sqlite:///{folder / 'bot0' / 'costbot.sqlite'}", folder))


def on_postgres(plan: Plan) -> dict[str, Any]:
    from tests.peers import postgres

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        server = stack.enter_context(postgres.running())
        return asyncio.run(_run(plan, server.database(), folder))


async def _run(plan: Plan, url: str, folder: Path) -> dict[str, Any]:
    figures = await Kills(plan, url, folder).run()
    kept = Path(tempfile.gettempdir()) / "chaos-last"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    for log in folder.glob("*.log"):
        shutil.copy(log, kept)
    (kept / "figures.json").write_text(json.dumps(figures, indent=1))
    return figures
