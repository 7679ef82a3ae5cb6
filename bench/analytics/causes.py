"""Root cause: how often the combination that was planted is the first one that is named.

Run: python bench/analytics/causes.py [--split test|tuning] [--cases 400] [--json FILE]. The tables
are made by `bench/analytics/leaves.py`, which we wrote ourselves: costs by account, service,
region, usage type and team in two periods, with noise in every leaf, decoys that move by
themselves, and one event planted at one to three values. Thresholds were chosen on the tuning
seeds; report the test ones. An answer is right when its set of charges is the planted one: no leaf
more, none less.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from analytics.causes import explain, leaves
from bench.analytics import peers
from bench.analytics.leaves import DIMENSIONS, KINDS, QUERY, Case, make
from bench.analytics.peers import Answer

#: Where the seeds of each split begin.
SPLITS = {"tuning": 0, "test": 100_000}


def ours(case: Case) -> Answer:
    """The first cause of `analytics.causes.explain`."""
    found = explain(QUERY, leaves(QUERY, case.rows), "USD")
    members = np.ones(len(case.rows), np.bool_)
    if not found.causes:
        return members
    for dimension, value in found.causes[0].part.where:
        members &= case.values[DIMENSIONS.index(dimension)] == value
    return members


METHODS: dict[str, Callable[[Case], Answer]] = {
    "costbot": ours,
    "potential score of HotSpot, all combinations": peers.potential,
    "Adtributor, again inside its answer": peers.recursive,
    "Adtributor": peers.adtributor,
    "largest value of one dimension": peers.largest_value,
    "largest leaf": peers.largest_leaf,
}


def run(split: str, cases: int) -> dict[str, object]:
    """The share of right answers of each method, in all, by kind of event and by its values."""
    right: dict[str, dict[str, list[bool]]] = {name: defaultdict(list) for name in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    for seed in range(SPLITS[split], SPLITS[split] + cases):
        case = make(seed)
        for name, method in METHODS.items():
            start = time.process_time()
            answer = method(case)
            seconds[name] += time.process_time() - start
            is_right = bool(np.array_equal(answer, case.planted))
            for group in ("all", case.kind, f"{case.size} values"):
                right[name][group].append(is_right)
    return {
        "split": split,
        "cases": cases,
        "top1": {
            name: {group: sum(found) / len(found) for group, found in groups.items()}
            for name, groups in right.items()
        },
        "counts": {group: len(found) for group, found in right["costbot"].items()},
        "milliseconds": {name: 1000 * spent / cases for name, spent in seconds.items()},
    }


def show(result: dict[str, object]) -> str:
    """The result as a table in Markdown."""
    top1, counts, spent = result["top1"], result["counts"], result["milliseconds"]
    assert isinstance(top1, dict) and isinstance(counts, dict) and isinstance(spent, dict)
    groups = [
        group for group in ("all", "1 values", "2 values", "3 values", *KINDS) if group in counts
    ]
    titles = [f"{group.replace('1 values', '1 value')} ({counts[group]})" for group in groups]
    lines = [
        f"| top 1, {result['split']} seeds | {' | '.join(titles)} | CPU ms |",
        "|" + "---|" * (len(groups) + 2),
    ]
    for name, found in top1.items():
        shares = " | ".join(f"{found[group]:.2f}" for group in groups)
        lines.append(f"| {name} | {shares} | {spent[name]:.1f} |")
    return "\n".join(lines)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--split", choices=[*SPLITS], default="test")
    reader.add_argument("--cases", type=int, default=400)
    reader.add_argument("--json", type=Path)
    wanted = reader.parse_args()
    result = run(wanted.split, wanted.cases)
    print(show(result))
    if wanted.json:
        wanted.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
