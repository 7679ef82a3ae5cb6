"""From the rows of a question to an answer: everything adds up to the total, to the last digit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any, Literal

from analytics.calendar import months_apart, months_back
from domain.answer import CostLine, CostRow, CostSeries, CostTable, Share
from domain.money import Money
from domain.period import Period
from domain.query import TIME_DIMENSIONS, CostQuery

Row = Mapping[str, Any]

#: Python's own 28 digits could round a sum of the lake's DECIMAL(38).
_EXACT = Context(prec=60)


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum with every digit kept."""
    total = Decimal(0)
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total


def cost_table(
    query: CostQuery, rows: Sequence[Row], currency: str, order: Literal["cost", "change"] = "cost"
) -> CostTable:
    """The answer to `questions.totals` (order "cost") or `questions.movers` (order "change")."""
    names = [f"g{n}" for n in range(len(query.group_by))]
    compared = query.compare is not None
    shown: list[CostRow] = []
    rest, rest_count = None, 0
    for row in rows:
        before = row["previous"] if compared else None
        if row.get("kept", True):
            key = tuple([_text(row[name]) for name in names])
            shown.append(CostRow(key, row["cost"], before))
        else:
            rest = CostRow((), row["cost"], before)
            rest_count = row["places"] - (query.limit or 0)
    _arrange(query, shown, order)
    every = [*shown, rest] if rest else shown
    total = Money(exact_sum(row.cost for row in every), currency)
    previous = exact_sum(row.previous or Decimal(0) for row in every)
    known = Money(previous, currency) if compared else None
    return CostTable(query, tuple(shown), total, known, rest, rest_count)


def aligned(query: CostQuery, now: CostTable, before: CostTable) -> CostTable:
    """`now` with the costs of `before` beside it: first day beside first day, and so on.

    Both are answers to `query`, without its limit, over one of its periods. What has no partner,
    such as the 31st against a month of 30 days, is summed in `rest` with what the limit leaves
    out, so that everything still adds up.
    """
    at = next(n for n, d in enumerate(query.group_by) if d.name in TIME_DIMENSIONS)
    times = _partners(query.period, before.query.period, query.group_by[at].name)
    costs = {row.key: row.cost for row in now.rows}
    known: dict[tuple[str | None, ...], Decimal] = {}
    left: list[CostRow] = []
    for row in before.rows:
        time = times.get(row.key[at] or "")
        if time is None:
            left.append(CostRow((), Decimal(0), row.cost))
        else:
            known[(*row.key[:at], time, *row.key[at + 1 :])] = row.cost
    rows = [
        CostRow(key, costs.get(key, Decimal(0)), known.get(key, Decimal(0)))
        for key in {**costs, **known}
    ]
    shown, folded = _dearest(query, rows)
    _arrange(query, shown, "cost")
    rest, count = _summed([*left, *folded]), len(left) + len(_parts(query, folded))
    return CostTable(query, tuple(shown), now.total, before.total, rest, count)


def _parts(query: CostQuery, rows: Iterable[CostRow]) -> dict[tuple[str | None, ...], Decimal]:
    """What each group costs over all time."""
    places = [n for n, d in enumerate(query.group_by) if d.name not in TIME_DIMENSIONS]
    places = places or list(range(len(query.group_by)))
    costs: dict[tuple[str | None, ...], Decimal] = {}
    for row in rows:
        key = tuple([row.key[n] for n in places])
        costs[key] = exact_sum((costs.get(key, Decimal(0)), row.cost))
    return costs


def _dearest(query: CostQuery, rows: list[CostRow]) -> tuple[list[CostRow], list[CostRow]]:
    """The rows of the groups that the limit keeps, and all others."""
    costs = _parts(query, rows)
    if query.limit is None or len(costs) <= query.limit:
        return rows, []
    kept = set(sorted(costs, key=lambda key: costs[key], reverse=True)[: query.limit])
    shown = [row for row in rows if kept & set(_parts(query, [row]))]
    return shown, [row for row in rows if not kept & set(_parts(query, [row]))]


def _summed(rows: list[CostRow]) -> CostRow | None:
    if not rows:
        return None
    before = exact_sum(row.previous or Decimal(0) for row in rows)
    return CostRow((), exact_sum(row.cost for row in rows), before)


def _partners(period: Period, earlier: Period, unit: str) -> dict[str, str]:
    """For the days, weeks or months of `earlier` those of `period` that they stand beside.

    The same days of earlier months stand beside their own, however long those months were.
    """
    months = months_apart(period, earlier) if unit == "day" else 0
    if not months:
        return dict(zip(_buckets(earlier, unit), _buckets(period, unit), strict=False))
    partners: dict[str, str] = {}
    for day in period:
        partners.setdefault(months_back(day, months).isoformat(), day.isoformat())
    return partners


def _buckets(period: Period, unit: str) -> list[str]:
    """The first days of the days, weeks (from Monday) or months that a period touches, as text."""
    return list(dict.fromkeys(_bucket(day, unit).isoformat() for day in period))


def _bucket(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def untagged(
    query: CostQuery, key: str, rows: Sequence[Row], currency: str
) -> tuple[Share, CostTable]:
    """The answer to `questions.untagged`; `query` is the one `questions.lacking` made."""
    table = cost_table(query, rows, currency)
    whole = Money(exact_sum(row["previous"] for row in rows), currency)
    return Share(key, table.total, whole), table


def series(query: CostQuery, rows: Sequence[Row], currency: str) -> CostSeries:
    """The answer to `questions.daily`: a value for every day, zero where nothing was charged."""
    parts = range(1, len(query.group_by) + 1)
    costs: dict[tuple[str | None, ...] | None, dict[date, Decimal]] = {}
    for row in rows:
        key = tuple(_text(row[f"g{n}"]) for n in parts) if row.get("kept", True) else None
        costs.setdefault(key, {})[_day(row["g0"])] = row["cost"]
    days = tuple(query.period)
    lines = [
        CostLine(key, tuple(by_day.get(day, Decimal(0)) for day in days))
        for key, by_day in costs.items()
        if key is not None
    ]
    lines.sort(key=lambda line: (-exact_sum(line.costs), _sortable(line.key)))
    others = costs.get(None)
    rest = tuple(others.get(day, Decimal(0)) for day in days) if others else None
    total = exact_sum(row["cost"] for row in rows)
    return CostSeries(query, days, tuple(lines), Money(total, currency), rest)


def _text(value: object) -> str | None:
    """A key as text; engines hand out missing texts as None, and dates as date or datetime."""
    if value is None or isinstance(value, str):
        return value
    return _day(value).isoformat() if isinstance(value, date) else str(value)


def _day(value: date) -> date:
    return date(value.year, value.month, value.day)


def _arrange(query: CostQuery, rows: list[CostRow], order: str) -> None:
    """Time first where split by it, then the dearest or the most moved, then the name.

    Sorts are stable, so the least of these comes first.
    """
    rows.sort(key=lambda row: [value or "" for value in row.key])
    if order == "change":
        rows.sort(key=lambda row: abs(row.change or Decimal(0)), reverse=True)
    else:
        rows.sort(key=lambda row: row.cost, reverse=True)
    times = [n for n, d in enumerate(query.group_by) if d.name in TIME_DIMENSIONS]
    if times:
        rows.sort(key=lambda row: [row.key[n] for n in times])


def _sortable(key: tuple[str | None, ...]) -> list[tuple[bool, str]]:
    return [(value is not None, value or "") for value in key]
