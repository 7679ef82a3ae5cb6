"""The acknowledgement of a signed `/cost`: its CPU against a bare slack-bolt app, and its tail.

Run: python bench/slack_ack.py [rounds]
     python bench/slack_ack.py whole <data folder with a loaded bill>
Prints JSON and a line for docs/benchmarks.md. Each server has its own process and they take
turns in one run, so that a busy machine slows all of them. `ack` throws the question away once it
is accepted; `answer` sends an answer to the response_url too, ours drawn from a card.
"""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sink import Sink

ROOT = Path(__file__).parents[1]
SERVERS = ["-m", "bench.slack_servers"]
SECRET = "bench-signing-secret"
REQUESTS, CONCURRENCY = 800, 16
GOAL_RATIO, GOAL_P99_MS = 1.5, 250.0


def signed(url: str, number: int, text: str) -> tuple[bytes, dict[str, str]]:
    """One command, each from another person and with its own trigger."""
    fields = {
        "team_id": "T1",
        "channel_id": "C1",
        "channel_name": "costs",
        "user_id": f"U{number}",
        "user_name": f"person{number}",
        "command": "/cost",
        "text": text,
        "api_app_id": "A1",
        "response_url": f"{url}/actions/T1/{number}",
        "trigger_id": f"{time.time_ns()}.{number}",
    }
    body, stamp = urlencode(fields).encode(), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


async def ask(session: aiohttp.ClientSession, port: int, request: Any) -> float:
    body, headers = request
    started = time.perf_counter()
    url = f"http://127.0.0.1:{port}/slack/events"
    async with session.post(url, data=body, headers=headers) as response:
        await response.read()
        assert response.status == 200, await response.text()
    return time.perf_counter() - started


async def burst(session: aiohttp.ClientSession, port: int, requests: list[Any]) -> list[float]:
    """All of them, CONCURRENCY at a time."""
    waiting, times = iter(requests), []

    async def worker() -> None:
        for request in waiting:
            times.append(await ask(session, port, request))

    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return times


async def cpu_seconds(session: aiohttp.ClientSession, port: int) -> float:
    """What the server process has used, once it has nothing left to do."""
    async with session.get(f"http://127.0.0.1:{port}/cpu") as response:
        return float(await response.text())


async def listening(port: int, process: subprocess.Popen[bytes], path: str) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}")
        with suppress(OSError):
            url = f"http://127.0.0.1:{port}{path}"
            async with aiohttp.ClientSession() as session, session.get(url):
                return
        await asyncio.sleep(0.05)
    raise SystemExit("the server did not start within 30 s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(sink: Sink, port: int, folder: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "COSTBOT_BIND": f"127.0.0.1:{port}",
        "COSTBOT_DATA_DIR": folder,
        "COSTBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{sink.url}/api",
    }


def start(command: list[str], sink: Sink, port: int, folder: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=environment(sink, port, folder), cwd=ROOT)


async def with_server(
    command: list[str],
    sink: Sink,
    folder: str,
    use: Callable[[int], Awaitable[Any]],
    path: str = "/cpu",
) -> Any:
    port = free_port()
    process = start(command, sink, port, folder)
    try:
        await listening(port, process, path)
        return await use(port)
    finally:
        process.terminate()
        process.wait(20)


async def compare(rounds: int, folder: str) -> dict[str, Any]:
    """CPU per request in microseconds, by server, taking turns."""
    names = ("ours-ack", "bolt-ack", "ours-answer", "bolt-answer")
    sink, ports = await Sink(charts=True).start(), {name: free_port() for name in names}
    servers = [
        start([sys.executable, *SERVERS, name], sink, port, folder) for name, port in ports.items()
    ]
    cpu: dict[str, list[float]] = {name: [] for name in names}
    try:
        async with aiohttp.ClientSession() as session:
            for server, port in zip(servers, ports.values(), strict=True):
                await listening(port, server, "/cpu")
            for turn in range(rounds + 1):
                for name, port in ports.items():
                    used = await one_turn(session, sink, name, port)
                    if turn:  # the first turn warms up
                        cpu[name].append(used)
    finally:
        for server in servers:
            server.terminate()
            server.wait(20)
        await sink.stop()
    return figures(cpu)


async def one_turn(session: aiohttp.ClientSession, sink: Sink, name: str, port: int) -> float:
    requests = [signed(sink.url, number, "by service") for number in range(REQUESTS)]
    before, answers = await cpu_seconds(session, port), sink.answers
    await burst(session, port, requests)
    expected = answers + (REQUESTS if name.endswith("answer") else 0)
    for _ in range(2000):
        if sink.answers >= expected:
            break
        await asyncio.sleep(0.01)
    assert sink.answers == expected
    return (await cpu_seconds(session, port) - before) / REQUESTS * 1e6


def figures(cpu: dict[str, list[float]]) -> dict[str, Any]:
    def ratio(kind: str) -> float:
        pairs = zip(cpu[f"ours-{kind}"], cpu[f"bolt-{kind}"], strict=True)
        return round(statistics.median(ours / bolt for ours, bolt in pairs), 2)

    medians = {name: round(statistics.median(used)) for name, used in cpu.items()}
    return {"cpu_us": medians, "ack_ratio": ratio("ack"), "answer_ratio": ratio("answer")}


async def tail(
    command: list[str], folder: str, questions: list[str], path: str, rate: float
) -> dict[str, Any]:
    """Acknowledgements, `rate` a second, while every answer brings a chart to be drawn."""
    sink = await Sink(charts=False).start()

    async def use(port: int) -> list[float]:
        async with aiohttp.ClientSession() as session:
            await ask(session, port, signed(sink.url, 0, questions[0]))
            for _ in range(300):
                if sink.answers:
                    break
                await asyncio.sleep(0.1)
            return list(
                await asyncio.gather(
                    *(later(session, port, sink, n, text) for n, text in enumerate(questions, 1))
                )
            )

    async def later(
        session: aiohttp.ClientSession, port: int, sink: Sink, number: int, text: str
    ) -> float:
        await asyncio.sleep(number / rate)
        return await ask(session, port, signed(sink.url, number, text))

    async def use_then_look(port: int) -> list[float]:
        times = await use(port)
        for _ in range(100):
            if sink.answers > len(times) and not sink.looking:
                break
            await asyncio.sleep(0.1)
        return times

    times = sorted(await with_server(command, sink, folder, use_then_look, path))
    await sink.stop()
    return {
        "requests": len(times),
        "p50_ms": round(times[len(times) // 2] * 1e3, 1),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1e3, 1),
        "max_ms": round(times[-1] * 1e3, 1),
        "answers": sink.answers,
        "charts_drawn": sink.pictures,
    }


async def whole(folder: str) -> dict[str, Any]:
    """The bot as it is run, on a bill: every answer is computed, drawn and looked at."""
    by = ("service", "account", "region", "day", "service, account")
    questions = [f"by {by[n % 5]} last {2 + n // 5}d" for n in range(100)]
    command = [sys.executable, "-m", "bot", "run"]
    return {"whole bot": await tail(command, folder, questions, "/healthz", 4)}


async def parts(rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        compared = await compare(rounds, folder)
        questions = [f"chart {number}" for number in range(400)]

        def of(name: str) -> Awaitable[dict[str, Any]]:
            command = [sys.executable, *SERVERS, name]
            return tail(command, folder, questions, "/cpu", 40)

        # The control has nothing to draw: what its tail shows is the machine's.
        return compared | {
            "while charts are drawn": await of("ours-answer"),
            "bare slack-bolt without charts": await of("bolt-answer"),
        }


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["whole"]:
        found = asyncio.run(whole(arguments[1]))
    else:
        found = asyncio.run(parts(int(arguments[0]) if arguments else 4))
    print(json.dumps(found, indent=1))
    for name, figure in found.items():
        if isinstance(figure, dict) and "p99_ms" in figure:
            print(
                f"| Slack ack, {name} | p99 {figure['p99_ms']} ms (goal < {GOAL_P99_MS:g}), "
                f"p50 {figure['p50_ms']} ms, {figure['charts_drawn']} charts drawn meanwhile |"
            )
    if "ack_ratio" in found:
        print(
            f"| Slack ack, server CPU at {CONCURRENCY} at a time | {found['ack_ratio']}x a bare "
            f"slack-bolt app (goal <= {GOAL_RATIO}); with an answer sent {found['answer_ratio']}x |"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
