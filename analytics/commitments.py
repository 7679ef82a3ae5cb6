"""How far commitments are used and what they cover: the question to the bill, and its answer.

Utilisation is at amortised cost: what a commitment costs is what its covered usage costs and what
was left unused, which both FOCUS (EffectiveCost) and CUR's amortisation put on charges of its own.
Coverage is at list price, for covered usage and usage on demand have that in common.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from analytics.answers import exact_sum
from analytics.questions import Asked, grouped, kept
from domain.commitment import Commitment, Commitments, Cover, Group
from domain.ports import Question
from domain.query import ChargeType, CostQuery

Row = Mapping[str, Any]

#: The usage types that a Savings Plan or a reservation can cover.
#: docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html (EC2, Fargate,
#: Lambda, SageMaker) and the pages on reserved instances and nodes of RDS, ElastiCache, MemoryDB,
#: Redshift and OpenSearch.
METERS = (
    r"(^|-)(BoxUsage|DedicatedUsage|HostUsage|InstanceUsage:|Multi-AZ(Cluster)?Usage:"
    r"|NodeUsage:|Node:|ESInstance:|Fargate-(ARM-|Windows-)?(vCPU|GB)-Hours"
    r"|Lambda-(Provisioned-)?GB-Second|Lambda-Provisioned-Concurrency|[A-Za-z]+:ml[.])"
)
#: Has instances' usage types for a fee on top of them, which nothing covers.
_NEVER = "MapReduce"
#: On demand: FOCUS 1.0 and later, and the drafts before.
_ON_DEMAND = ("Standard", "On-Demand")
_OWN = ("commitment_discount_id", "commitment_discount_type")


def covers(query: CostQuery, each: bool = False) -> Question:
    """The sums of a Cover by `query.group_by`, or for `each` commitment by its id and type."""
    return Asked(_covers, (query, each))


def covered_by(query: CostQuery, name: str) -> Question:
    """What one commitment covers by `query.group_by`: `covered` at list price, `used` amortised."""
    return Asked(_covered_by, (query, name))


def _covered_by(table: Any, query: CostQuery, name: str) -> Any:
    rows = kept(table, query.filters, (query.period,))
    used = (rows.commitment_discount_status == "Used").fill_null(False)
    rows = rows.filter(used & (rows[_OWN[0]] == name))
    sums = {"covered": rows.list_cost.sum(), "used": rows.amortised_cost.sum()}
    return grouped(rows, query, sums)


def columns(query: CostQuery, each: bool = False) -> frozenset[str]:
    """What `covers` reads."""
    sums = ("amortised_cost", "list_cost", "charge_type", "pricing_category", "sku_meter")
    used = {"commitment_discount_status", "service_name", *sums, *(_OWN if each else ())}
    return frozenset(query.columns | used)


def _covers(table: Any, query: CostQuery, each: bool) -> Any:
    rows = kept(table, query.filters, (query.period,))
    used = (rows.commitment_discount_status == "Used").fill_null(False)
    own = rows.charge_type == ChargeType.COMMITMENT.value
    usage = (rows.charge_type == ChargeType.USAGE.value) & ~used
    meter = rows.sku_meter.re_search(METERS) & ~rows.service_name.contains(_NEVER)
    could = usage & rows.pricing_category.isin(_ON_DEMAND) & meter
    sums = {
        "used": rows.amortised_cost.sum(where=used),
        "unused": rows.amortised_cost.sum(where=own),
        "covered": rows.list_cost.sum(where=used),
        "on_demand": rows.list_cost.sum(where=could),
    }
    if not each:
        return grouped(rows, query, sums)
    found = rows.group_by(g0=rows[_OWN[0]], g1=rows[_OWN[1]]).aggregate(**sums)
    return found.filter(found.g0.notnull())


def answer(
    query: CostQuery,
    currency: str,
    grain: str,
    each: Sequence[Row],
    groups: Sequence[Row],
    times: tuple[Sequence[Row], Sequence[Row]],
) -> Commitments:
    """The rows of `covers`: of each commitment, of the query's groups, and over time, once of the
    whole bill for what is used and once of the query for what is covered."""
    listed = [Commitment(str(row["g0"]), str(row["g1"] or ""), _cover(row)) for row in each]
    listed = [one for one in listed if one.cover.used or one.cover.unused]
    listed.sort(key=lambda one: (-one.cover.unused, one.name))
    keys = range(len(query.group_by))
    parts = [Group(tuple(_text(row[f"g{n}"]) for n in keys), _cover(row)) for row in groups]
    parts = [one for one in parts if one.cover.coverable]
    parts.sort(key=lambda one: (-one.cover.on_demand, [value or "" for value in one.key]))
    used, covered = ({_day(row["g0"]): _cover(row) for row in rows} for rows in times)
    days = sorted({*used, *covered})
    by_time = [(day, _joined(used.get(day, Cover()), covered.get(day, Cover()))) for day in days]
    return Commitments(
        query,
        currency,
        _joined(_summed(used.values()), _summed(one.cover for one in parts)),
        tuple(listed),
        tuple(parts),
        tuple(by_time),
        grain,
        all(one.cover.covered > 0 for one in listed if one.cover.used > 0),
    )


def _joined(used: Cover, covered: Cover) -> Cover:
    return Cover(used.used, used.unused, covered.covered, covered.on_demand)


def _summed(covers: Iterable[Cover]) -> Cover:
    every = list(covers)
    return Cover(
        exact_sum(one.used for one in every),
        exact_sum(one.unused for one in every),
        exact_sum(one.covered for one in every),
        exact_sum(one.on_demand for one in every),
    )


def _cover(row: Row) -> Cover:
    names = ("used", "unused", "covered", "on_demand")
    return Cover(*(row[name] if row[name] is not None else Decimal(0) for name in names))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _day(value: Any) -> date:
    return date(value.year, value.month, value.day)
