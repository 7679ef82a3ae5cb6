"""Start to ready and idle memory of the whole bot with Slack and Teams switched on.

Run: python bench/start.py [rounds]. Prints JSON; the bot talks to nobody (loopback addresses).
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
IDLE_SECONDS = 5.0
GOAL_SECONDS, GOAL_MB = 1.5, 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(port: int, folder: str) -> dict[str, str]:
    nobody = f"http://127.0.0.1:{free_port()}"
    return os.environ | {
        "COSTBOT_BIND": f"127.0.0.1:{port}",
        "COSTBOT_DATA_DIR": folder,
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": "bench",
        "SLACK_API_URL": f"{nobody}/api",
        "TEAMS_APP_ID": "00000000-0000-0000-0000-000000000001",
        "TEAMS_APP_PASSWORD": "bench",
        "TEAMS_TENANTS": "00000000-0000-0000-0000-000000000002",
        "TEAMS_OPENID_URL": f"{nobody}/openid",
    }


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as reply:
            return reply.status == 200
    except OSError:
        return False


def resident_mb(pid: int) -> float:
    """Resident memory of the process and its children."""
    rows = subprocess.run(["ps", "-eo", "pid,ppid,rss"], capture_output=True, text=True, check=True)
    table = [tuple(map(int, row.split())) for row in rows.stdout.splitlines()[1:]]
    family, grew = {pid}, True
    while grew:
        more = {p for p, parent, _ in table if parent in family} - family
        family, grew = family | more, bool(more)
    return sum(rss for p, _, rss in table if p in family) / 1024


def once() -> tuple[float, float]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment(port, folder),
            stdout=subprocess.DEVNULL,
        )
        try:
            while not answers(port):
                if bot.poll() is not None:
                    raise SystemExit(f"the bot left with {bot.returncode}")
                time.sleep(0.005)
            ready = time.perf_counter() - began
            time.sleep(IDLE_SECONDS)
            return ready, resident_mb(bot.pid)
        finally:
            bot.terminate()
            bot.wait(20)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    once()  # compiles the bytecode
    measured = [once() for _ in range(rounds)]
    ready, memory = zip(*measured, strict=True)
    print(
        json.dumps(
            {
                "rounds": rounds,
                "ready_seconds": {
                    "median": round(statistics.median(ready), 2),
                    "best": round(min(ready), 2),
                    "goal": GOAL_SECONDS,
                },
                "idle_mb": {"worst": round(max(memory), 1), "goal": GOAL_MB},
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
