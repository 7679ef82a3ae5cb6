"""The questions to a bill: one Ibis definition each, the same on every engine.

A question sums DECIMAL columns in one scan. A group that a limit leaves out is folded into one
row by the engine, so a million resources are ranked there and a handful of rows come back.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from domain.period import Period
from domain.ports import Question
from domain.query import TIME_DIMENSIONS, ChargeType, CostQuery, Dimension, Filter

_GRAINS = {"week": "W", "month": "M"}

#: What puts a group before another: how dear it is, or how far it moved.
Order = Literal["cost", "change"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a value: an engine may compile equal questions once."""

    build: Callable[..., Any]
    args: tuple[Hashable, ...]

    def __call__(self, table: Any) -> Any:
        return self.build(table, *self.args)


def totals(query: CostQuery) -> Question:
    """Cost by `query.group_by`, dearest first; columns g0…, cost, previous, kept and places.

    A limit counts the groups of the dimensions that are not time: `top 5 services by month`
    keeps five services in every month.
    """
    return Asked(_ranked, (query, "cost"))


def movers(query: CostQuery) -> Question:
    """Cost by `query.group_by`, the largest change since `query.compare` first, either way."""
    if query.compare is None:
        raise ValueError("what moved needs a second period to compare with")
    return Asked(_ranked, (query, "change"))


def leaves(query: CostQuery, apart: int) -> Question:
    """`movers` for a search: what the limit leaves out is summed for each combination of the
    first `apart` dimensions, so that their sums stay whole."""
    if query.compare is None:
        raise ValueError("what moved needs a second period to compare with")
    return Asked(_ranked, (query, "change", tuple(f"g{n}" for n in range(apart))))


def metered(query: CostQuery) -> Question:
    """Cost and quantity of both periods by `query.group_by` and unit; columns cost, previous,
    quantity, quantity_before and unit.

    What is consumed is counted; where a bill does not say, what is priced.
    """
    if query.compare is None:
        raise ValueError("a change of quantity needs a second period to compare with")
    return Asked(_metered, (query,))


#: What `metered` reads besides the columns of its query.
METERS = frozenset({"consumed_quantity", "consumed_unit", "pricing_quantity"})


def daily(query: CostQuery) -> Question:
    """Cost per day by `query.group_by`; what the limit leaves out stays one sum per day."""
    by_day = replace(query, group_by=(Dimension("day"), *query.group_by), compare=None)
    return Asked(_ranked, (by_day, "cost", ("g0",)))


def summed(question: Question) -> CostQuery | None:
    """The query whose sums are all that `question` looks at, None where single rows may matter.

    Rows that were added up beforehand, by what the query splits and filters by, answer the same.
    """
    if not isinstance(question, Asked) or question.build is not _ranked:
        return None
    query = question.args[0]
    return query if isinstance(query, CostQuery) else None


def lacking(query: CostQuery, key: str) -> CostQuery:
    """The usage charges of `query` without a value for the tag `key`, by service unless told."""
    without = Filter(Dimension("tag", key), "=", (None,))
    group_by = query.group_by or (Dimension("service"),)
    return replace(_usage(query), filters=(*_usage(query).filters, without), group_by=group_by)


def untagged(query: CostQuery, key: str) -> Question:
    """`lacking(query, key)` beside all usage: `previous` holds the whole of each group."""
    return Asked(_untagged, (query, key))


def _ranked(table: Any, query: CostQuery, order: Order, apart: tuple[str, ...] = ()) -> Any:
    return _folded(query, _by_period(query, table), order, apart)


def _metered(table: Any, query: CostQuery) -> Any:
    if query.compare is None:
        raise ValueError("a change of quantity needs a second period to compare with")
    rows = kept(table, query.filters, (query.period, query.compare))
    quantity = rows.consumed_quantity.coalesce(rows.pricing_quantity)
    rows = rows.mutate(counted=quantity, unit=rows.consumed_unit)
    cost, now, before = (
        rows[_cost(query)],
        _within(rows, query.period),
        _within(rows, query.compare),
    )
    sums = {
        "cost": cost.sum(where=now),
        "previous": cost.sum(where=before),
        "quantity": rows.counted.sum(where=now),
        "quantity_before": rows.counted.sum(where=before),
    }
    return grouped(rows, query, sums, ("unit",))


def _untagged(table: Any, query: CostQuery, key: str) -> Any:
    lacks = lacking(query, key)
    rows = kept(table, _usage(query).filters, (query.period,))
    cost, missing = rows[_cost(query)], _value(rows, Dimension("tag", key)).isnull()
    sums = {"cost": cost.sum(where=missing), "previous": cost.sum()}
    return _folded(lacks, grouped(rows, lacks, sums), "cost", ())


def _usage(query: CostQuery) -> CostQuery:
    usage = Filter(Dimension("charge"), "=", (ChargeType.USAGE.value,))
    return query if usage in query.filters else replace(query, filters=(*query.filters, usage))


def _by_period(query: CostQuery, table: Any) -> Any:
    """The sums of the period, and of the compared one, over the groups of both."""
    if query.compare is None:
        rows = kept(table, query.filters, (query.period,))
        return grouped(rows, query, {"cost": rows[_cost(query)].sum()})
    rows = kept(table, query.filters, (query.period, query.compare))
    cost = rows[_cost(query)]
    sums = {
        "cost": cost.sum(where=_within(rows, query.period)),
        "previous": cost.sum(where=_within(rows, query.compare)),
    }
    return grouped(rows, query, sums)


def _cost(query: CostQuery) -> str:
    return query.measure.name.lower() + "_cost"


def kept(table: Any, filters: tuple[Filter, ...], periods: tuple[Period, ...]) -> Any:
    """The charges that pass all filters, on days of any of the periods."""
    days = _within(table, periods[0])
    for period in periods[1:]:
        days = days | _within(table, period)
    return table.filter([days, *(_matches(table, wanted) for wanted in filters)])


def _within(table: Any, period: Period) -> Any:
    return (table.charge_date >= period.start) & (table.charge_date < period.end)


def _value(table: Any, dimension: Dimension) -> Any:
    """The text (or date) of a dimension; AWS writes a tag without a value as an empty text."""
    column = table[dimension.column]
    if dimension.name in TIME_DIMENSIONS:
        grain = _GRAINS.get(dimension.name)
        return column.truncate(grain) if grain else column
    return column.get(dimension.key).nullif("") if dimension.key is not None else column


def _matches(table: Any, wanted: Filter) -> Any:
    """Whether a row passes; a row without a value is never lost to SQL's unknown."""
    value = _value(table, wanted.dimension).cast("string")
    texts = [text for text in wanted.values if text is not None]
    found = _literal(False)
    if wanted.op == "~":
        for text in texts:
            found = found | value.lower().contains(_literal(text).lower())
    elif texts:
        found = value.isin(texts)
    found = found.fill_null(False)
    if None in wanted.values:
        found = found | value.isnull()
    return ~found if wanted.op == "!=" else found


def grouped(
    rows: Any, query: CostQuery, sums: Mapping[str, Any], more: tuple[str, ...] = ()
) -> Any:
    """The sums by `query.group_by` as g0, g1…, and by the columns `more`; nought where there is
    nothing to add up."""
    exact = {name: sum_.coalesce(_literal(0).cast(sum_.type())) for name, sum_ in sums.items()}
    keys = {f"g{n}": _value(rows, dimension) for n, dimension in enumerate(query.group_by)}
    keys |= {name: rows[name] for name in more}
    return rows.group_by(**keys).aggregate(**exact) if keys else rows.aggregate(**exact)


def _folded(query: CostQuery, groups: Any, order: Order, apart: tuple[str, ...]) -> Any:
    """Keep the first `query.limit` places; all others become one row per value of `apart`."""
    if query.limit is None or not query.group_by:
        return groups
    import ibis

    keys = [f"g{n}" for n in range(len(query.group_by))]
    weighed = groups.mutate(weight=_weight(groups, query, order))
    placed = weighed.mutate(place=_place(weighed, query))
    kept = placed.place < query.limit
    names = {
        key: placed[key] if key in apart else ibis.ifelse(kept, placed[key], ibis.null())
        for key in keys
    }
    folded = placed.mutate(kept=kept, **names)
    sums = {name: folded[name].sum() for name in ("cost", "previous") if name in groups.columns}
    return folded.group_by(["kept", *keys]).aggregate(**sums, places=folded.place.max() + 1)


def _parts(query: CostQuery) -> list[str]:
    """The columns whose values have a place; time only when there is nothing else."""
    named = enumerate(d.name not in TIME_DIMENSIONS for d in query.group_by)
    parts = [f"g{n}" for n, is_part in named if is_part]
    return parts or [f"g{n}" for n in range(len(query.group_by))]


def _weight(groups: Any, query: CostQuery, order: Order) -> Any:
    """What ranks a group; all the days, weeks or months of one group weigh together."""
    import ibis

    keys = _parts(query)
    weight = groups.cost - groups.previous if order == "change" else groups.cost
    if len(keys) < len(query.group_by):
        weight = weight.sum().over(ibis.window(group_by=keys))
    return weight.abs() if order == "change" else weight


def _place(weighed: Any, query: CostQuery) -> Any:
    """0 for the first group; the days, weeks or months of one group share its place."""
    import ibis

    ties = [weighed[key].asc(nulls_first=True) for key in _parts(query)]
    return ibis.dense_rank().over(ibis.window(order_by=[weighed.weight.desc(), *ties]))


def _literal(value: object) -> Any:
    import ibis

    return ibis.literal(value)
