"""The command line: runs scenarios, prints their verdicts, writes one JSON file for each."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chaos import clocks, disk, down, kills, lag, sigterm
from bench.chaos.kills import Plan
from bench.chaos.worker import Ways

Figures = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """`run` gets a seed, whether it should be small, and the name of a mutation or "".

    `mutations` are the protections that can be taken out, the most telling first.
    """

    about: str
    run: Callable[[int, bool, str], Figures]
    mutations: tuple[str, ...]


#: Jira's index lags 3 s here, so that looking for 15 s takes the place of looking for 120 s.
FULL = (2.0, 4.0, 8.0, 15.0)
SMALL = (0.5, 1.0, 2.0, 3.0)


def plan(seed: int, small: bool, mutate: str, replicas: int) -> Plan:
    if small:
        ways = Ways(0.6, 1.5, SMALL, mutate)
        return Plan(
            100, 10, replicas, seed, effects_between=40, lag_seconds=0.7, stall_seconds=1.0,
            most_seconds=200, ways=ways,
        )  # fmt: skip
    return Plan(
        2000, 200, replicas, seed, lag_seconds=3.0, stall_seconds=3.0,
        ways=Ways(2.0, 5.0, FULL, mutate),
    )  # fmt: skip


def sqlite(seed: int, small: bool, mutate: str) -> Figures:
    return kills.on_sqlite(plan(seed, small, mutate, 1))


def postgres(seed: int, small: bool, mutate: str) -> Figures:
    return kills.on_postgres(plan(seed, small, mutate, 3))


TWICE = ("window", "history", "dedup", "write-ahead", "commit")
SCENARIOS = {
    "sqlite": Scenario("faults and SIGKILLs, SQLite", sqlite, TWICE),
    "postgres": Scenario("the same, PostgreSQL, three replicas", postgres, (*TWICE, "lease")),
    "lag": Scenario("Jira's index lags, replies are lost", lag.scenario, ("window", "end", "look")),
    "down": Scenario("one destination down for 30 minutes", down.scenario, tuple(down.MUTATIONS)),
    "sigterm": Scenario("SIGTERM under load", sigterm.scenario, ("patient",)),
    "clocks": Scenario("clocks that jump, three schedulers", clocks.scenario, clocks.MUTATIONS),
    "disk": Scenario("a full disk", disk.scenario, disk.MUTATIONS),
}


def main() -> int:
    given = _parser().parse_args()
    names = list(SCENARIOS) if given.scenario == "all" else [given.scenario]
    given.out.mkdir(parents=True, exist_ok=True)
    red = [name for name in names if not _ran(name, given)]
    return 1 if red else 0


def _ran(name: str, given: argparse.Namespace) -> bool:
    """Run one scenario; whether all its checks hold."""
    scenario = SCENARIOS[name]
    mutate = given.mutate
    if mutate == "first":
        mutate = scenario.mutations[0] if scenario.mutations else ""
    if mutate and mutate not in scenario.mutations:
        raise SystemExit(f"{name} knows these mutations: {', '.join(scenario.mutations)}")
    print(f"{name}: {scenario.about}; seed {given.seed}, mutation {mutate or 'none'}", flush=True)
    figures = scenario.run(given.seed, given.small, mutate)
    figures |= {"scenario": name, "seed": given.seed, "small": given.small, "mutation": mutate}
    ending = f"-{mutate}" if mutate else ""
    size = "-small" if given.small else ""
    file = given.out / f"{name}{size}{ending}.json"
    file.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))
    failed = [check for check, holds in figures["checks"].items() if not holds]
    print(f"{name}: {'RED: ' + ', '.join(failed) if failed else 'green'}", flush=True)
    return not failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bench/chaos.py", description=sys.modules[__name__].__doc__)
    parser.add_argument("scenario", choices=[*SCENARIOS, "all"])
    parser.add_argument("--small", action="store_true", help="in less than a minute")
    parser.add_argument(
        "--mutate", nargs="?", const="first", default="", help="take a protection out; must go red"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/chaos"), help="where figures go")
    return parser
