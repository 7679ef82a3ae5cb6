"""A Teams message and its reply: CPU per turn, ours against botbuilder's stock adapter.

Run: python bench/teams_turn.py [rounds]
Prints JSON and a line for docs/benchmarks.md. Each bot has its own process and they take turns in
one run, so that a busy machine slows both. Both check the token's signature, draw the same card
and post it; the stock adapter's own access token costs it nothing here, which is in its favour.
What they send is checked while they warm up, so that the checks slow no measurement.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.peers.teams import Person, Room, TeamsPeer  # noqa: E402

SERVERS = ["-m", "bench.teams_servers"]
TURNS, CONCURRENCY, WARM_UP = 150, 8, 20
GOAL_RATIO = 0.25


class Contestant:
    """One bot in its own process."""

    def __init__(self, name: str, peer: TeamsPeer) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.cpu_ms: list[float] = []
        self.times_ms: list[float] = []
        self.process = subprocess.Popen(
            [sys.executable, *SERVERS, name, str(port), peer.app_id, peer.tenant,
             peer.openid_url],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    async def cpu_seconds(self) -> float:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/cpu") as response:
            return float(await response.text())

    async def ready(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"the bot ended with {self.process.returncode}")
            with suppress(OSError):
                await self.cpu_seconds()
                return
            await asyncio.sleep(0.05)
        raise SystemExit("the bot did not start within 30 s")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


async def turn(room: Room, person: Person) -> float:
    """Say something and wait until the reply is there."""
    peer, before = room.peer, time.perf_counter()
    activity = room.message(person, "@costbot by service")
    root = activity["id"]
    delivered = await peer.deliver(activity, f"Bearer {peer.token()}")
    assert delivered.status == 200, delivered
    await peer.until(lambda: any(seen.thread == root for seen in room.from_bot), seconds=30)
    return (time.perf_counter() - before) * 1000


async def block(peer: TeamsPeer, bot: Contestant, turns: int) -> tuple[float, list[float]]:
    """CPU milliseconds per turn and the time of each, CONCURRENCY at once."""
    peer.bot_url = bot.url
    ann = peer.person("Ann")
    room = peer.channel(f"room-{time.perf_counter_ns()}", ann)
    started, left, times = await bot.cpu_seconds(), iter(range(turns)), list[float]()

    async def worker() -> None:
        for _ in left:
            times.append(await turn(room, ann))

    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return (await bot.cpu_seconds() - started) * 1000 / turns, times


async def compare(rounds: int) -> dict[str, float]:
    async with TeamsPeer() as peer:
        peer.tokens.add("bench")
        bots = {name: Contestant(name, peer) for name in ("ours", "stock")}
        try:
            for bot in bots.values():
                await bot.ready()
                await block(peer, bot, WARM_UP)
            peer.strict = False
            for number in range(rounds):
                order = list(bots.values())[:: -1 if number % 2 else 1]
                for bot in order:
                    cpu, times = await block(peer, bot, TURNS)
                    bot.cpu_ms.append(cpu)
                    bot.times_ms += times
        finally:
            for bot in bots.values():
                bot.stop()
        assert peer.problems == [], peer.problems[:3]
    ours, stock = bots["ours"], bots["stock"]
    pairs = [mine / theirs for mine, theirs in zip(ours.cpu_ms, stock.cpu_ms, strict=True)]
    return {
        "ours_cpu_ms": statistics.median(ours.cpu_ms),
        "stock_cpu_ms": statistics.median(stock.cpu_ms),
        "ratio": statistics.median(pairs),
        "worst_ratio": max(pairs),
        "ours_p50_ms": statistics.median(ours.times_ms),
        "stock_p50_ms": statistics.median(stock.times_ms),
    }


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    found = {name: round(value, 3) for name, value in asyncio.run(compare(rounds)).items()}
    print(json.dumps(found | {"rounds": rounds, "turns": TURNS, "goal": GOAL_RATIO}))
    verdict = "met" if found["ratio"] <= GOAL_RATIO else "MISSED"
    print(
        f"| Teams: message to reply, CPU per turn | {found['ours_cpu_ms']:.2f} ms against "
        f"{found['stock_cpu_ms']:.2f} ms stock: {found['ratio']:.2f} | at most {GOAL_RATIO} "
        f"({verdict}) | `python bench/teams_turn.py` |"
    )


if __name__ == "__main__":
    main()
