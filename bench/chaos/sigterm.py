"""SIGTERM under load, everything outside slow: the bot is gone in time, and nothing is lost."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from bench.chaos.bots import Bot
from bench.chaos.kills import Kills, Plan
from bench.chaos.worker import Ways

GOAL_SECONDS = 15.0
#: Longer than every time-out of the product, which are not shortened here.
STALL_SECONDS = 25.0
#: As the product's own steps, for an index that lags a second: the last is past any late effect.
LOOK_AGAIN = (2.0, 5.0, 46.0)


def scenario(seed: int, small: bool, mutate: str) -> dict[str, Any]:
    rounds = 2 if small else 5
    ways = Ways(0, 0, LOOK_AGAIN, mutate)
    plan = Plan(
        20 * rounds, 0, 1, seed, share=0.5, stall_seconds=STALL_SECONDS, most_seconds=400, ways=ways
    )
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        url = f"sqlite:///{folder}/bot0/costbot.sqlite"
        return asyncio.run(_run(Kills(plan, url, Path(folder)), rounds))


async def _run(kills: Kills, rounds: int) -> dict[str, Any]:
    for faults in kills.sink.faults.values():
        faults.kinds = ("stall", "lost")
    exits: list[tuple[int, float]] = []

    async def torment(bots: list[Bot], _began: float) -> None:
        for number in range(rounds):
            seen = kills.places.effects
            async with asyncio.timeout(60):
                while kills.places.effects < seen + 20:
                    await asyncio.sleep(0.02)
            exits.append(await bots[0].terminate())
            if number == rounds - 1:
                for faults in kills.sink.faults.values():
                    faults.share = 0.0
            await bots[0].start()

    kills._torment = torment  # type: ignore[method-assign]
    figures = await kills.run()
    slowest = max(seconds for _, seconds in exits)
    wanted = {
        "out within 15 s": slowest < GOAL_SECONDS,
        "left with 0": all(code == 0 for code, _ in exits),
    }
    kept = ("nothing lost", "no ticket twice", "no page twice")
    return figures | {
        "exits": [(code, round(seconds, 1)) for code, seconds in exits],
        "slowest_exit_seconds": round(slowest, 1),
        "checks": wanted | {name: figures["checks"][name] for name in kept},
    }
