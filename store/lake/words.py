"""The words of a bill: what its services, accounts, tags are called, kept beside it and merged."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.ports import Vocabulary
from domain.query import DIMENSIONS

#: The dimensions whose values people name in questions; the dearest are kept.
KNOWN = ("service", "account", "region", "charge", "category", "purchase", "provider", "usage_type")
LIMIT = 2000
#: Of how many tag keys the values are kept, and how many of each.
TAG_KEYS, TAG_VALUES = 100, 200


def collect(con: Any, table: str) -> dict[str, Any]:
    """Values with what they cost, tag keys with how many charges carry them, account names."""
    values = {known: _values(con, table, DIMENSIONS[known]) for known in KNOWN}
    # A bill has few different sets of tags, so these are taken apart, not the charges.
    con.execute(
        "CREATE OR REPLACE TEMP TABLE tagged AS SELECT entry.key AS key, entry.value AS value,"
        " sum(charges) AS charges, sum(cost) AS cost FROM (SELECT unnest(map_entries(tags))"
        " AS entry, charges, cost FROM (SELECT tags, count(*) AS charges,"
        f" sum(unblended_cost) AS cost FROM {table} WHERE tags IS NOT NULL GROUP BY tags))"
        " GROUP BY ALL"
    )
    keys = con.execute(
        "SELECT key, CAST(sum(charges) AS BIGINT) AS charges FROM tagged GROUP BY key"
        f" ORDER BY charges DESC, key LIMIT {LIMIT}"
    ).fetchall()
    for key, _ in keys[:TAG_KEYS]:
        dearest = con.execute(
            "SELECT value, abs(cost) FROM tagged WHERE key = ? ORDER BY abs(cost) DESC, value"
            f" LIMIT {TAG_VALUES}",
            [key],
        ).fetchall()
        values[f"tag:{key}"] = {value: format(cost, "f") for value, cost in dearest}
    names: dict[str, str] = {}
    for account in ("billing_account", "sub_account"):
        names |= con.execute(
            f"SELECT {account}_id, arg_max({account}_name, charge_period_start) FROM {table}"
            f" WHERE {account}_id IS NOT NULL AND {account}_name IS NOT NULL GROUP BY ALL"
        ).fetchall()
    return {"values": values, "tag_keys": dict(keys), "account_names": names}


def _values(con: Any, table: str, column: str) -> dict[str, str]:
    rows = con.execute(
        f"SELECT {column}, abs(sum(unblended_cost)) AS cost FROM {table}"
        f" WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY cost DESC, {column} LIMIT {LIMIT}"
    ).fetchall()
    return {value: format(cost, "f") for value, cost in rows}


def merge(files: Iterable[Path]) -> Vocabulary:
    """One vocabulary out of the words of each bill, oldest bill first."""
    return merged(json.loads(file.read_text(encoding="utf-8")) for file in files)


def merged(bills: Iterable[Mapping[str, Any]]) -> Vocabulary:
    """The same out of what `collect` returned for each bill."""
    costs: dict[str, dict[str, Decimal]] = {known: {} for known in KNOWN}
    keys: Counter[str] = Counter()
    names: dict[str, str] = {}
    for words in bills:
        for known, values in words["values"].items():
            sums = costs.setdefault(known, {})
            for value, cost in values.items():
                sums[value] = sums.get(value, Decimal(0)) + Decimal(cost)
        keys.update(words["tag_keys"])
        names |= words["account_names"]
    values = {
        known: _dearest(found)[: LIMIT if known in KNOWN else TAG_VALUES]
        for known, found in costs.items()
    }
    return Vocabulary(values, _dearest(keys)[:LIMIT], names)


def _dearest(costs: Mapping[str, Decimal] | Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(costs, key=lambda value: (-costs[value], value)))
