"""The pictures of an answer: over time, or its dearest parts beside each other."""

from datetime import date
from decimal import Decimal

from cards import parts, words
from cards.model import Chart, Series
from domain.answer import CostSeries, CostTable
from domain.money import Money
from domain.query import TIME_DIMENSIONS

#: What a chart shows apart before the rest becomes "other": more cannot be told apart.
CHART_PARTS = 5


def cost_chart(table: CostTable, name: words.Name, title: str) -> Chart | None:
    """The picture of a table, or None where a picture would say nothing more than the rows."""
    name = words.shortened(name)
    if not table.query.group_by or len(table.rows) < 2:
        return None
    if parts.by_time(table):
        return _over_time(table, name, title)
    return _parts(table, name, title) if len(table.query.group_by) == 1 else None


def series_chart(series: CostSeries, name: words.Name, title: str) -> Chart:
    """Cost per day, stacked when there are several lines."""
    name = words.shortened(name)
    dimensions = series.query.group_by
    lines = [
        Series(
            " · ".join(parts.labels(dimensions, line.key, name)) or "Cost",
            tuple(map(float, line.costs)),
        )
        for line in series.lines
    ]
    if series.rest is not None:
        lines.append(Series("Other", tuple(map(float, series.rest))))
    shown = tuple(f"{day.day} {day:%b}" for day in series.days)
    return Chart(
        "stacked" if len(lines) > 1 else "line",
        title,
        shown,
        tuple(lines),
        series.total.currency,
        f"{title}: {words.money(series.total)} in all, {shown[0]} to {shown[-1]}.",
    )


def _over_time(table: CostTable, name: words.Name, title: str) -> Chart:
    """Cost per day, week or month, stacked by the other dimensions where there are any."""
    group_by = table.query.group_by
    at = next(n for n, dimension in enumerate(group_by) if dimension.name in TIME_DIMENSIONS)
    times = sorted({row.key[at] or "" for row in table.rows})
    costs: dict[str, dict[str, Decimal]] = {}
    for row in table.rows:
        said = parts.labels(group_by, row.key, name)
        part = " · ".join(said[:at] + said[at + 1 :]) or "Cost"
        costs.setdefault(part, dict.fromkeys(times, Decimal(0)))[row.key[at] or ""] += row.cost
    series = _dearest(costs)
    kind = "stacked" if len(costs) > 1 else "line" if len(times) > 12 else "bar"
    if len(costs) == 1 and table.previous is not None:
        before = {row.key[at]: float(row.previous or 0) for row in table.rows}
        series = (Series("Before", tuple(before.get(time, 0.0) for time in times)), *series)
    shown = tuple(_when(time, group_by[at].name) for time in times)
    weeks = "weeks of " if group_by[at].name == "week" else ""
    summary = f"{title}: {_drawn(table)}, {weeks}{shown[0]} to {shown[-1]}."
    return Chart(kind, title, shown, series, table.total.currency, summary)


def _drawn(table: CostTable) -> str:
    """How much of the cost can be seen: what a limit leaves out has no place in time."""
    whole = words.money(table.total)
    if table.rest is None or not table.rest.cost:
        return f"{whole} in all"
    drawn = Money(table.total.amount - table.rest.cost, table.total.currency)
    return f"{words.money(drawn)} of {whole}"


def _dearest(costs: dict[str, dict[str, Decimal]]) -> tuple[Series, ...]:
    """The dearest parts as series of their own, all the others as one."""
    ranked = sorted(costs, key=lambda part: -sum(costs[part].values()))
    series = [
        Series(part, tuple(map(float, costs[part].values()))) for part in ranked[:CHART_PARTS]
    ]
    if others := [costs[part].values() for part in ranked[CHART_PARTS:]]:
        series.append(Series("Other", tuple(float(sum(at)) for at in zip(*others, strict=True))))
    return tuple(series)


def _when(text: str, unit: str) -> str:
    """Short enough for an axis: the weekday of every bar would only be noise."""
    day = date.fromisoformat(text)
    return words.grain(day, "month") if unit == "month" else f"{day.day} {day:%b}"


def _parts(table: CostTable, name: words.Name, title: str) -> Chart:
    """The dearest groups beside each other: now and before when compared."""
    top = table.rows[:CHART_PARTS]
    labels = [parts.labels(table.query.group_by, row.key, name)[0] for row in top]
    now = [float(row.cost) for row in top]
    before = [float(row.previous or 0) for row in top]
    others = table.total.amount - sum((row.cost for row in top), Decimal(0))
    dearest = words.money(Money(top[0].cost, table.total.currency))
    summary = f"{title}: {labels[0]} is the dearest with {dearest}."
    if table.previous is not None:
        series = (Series("Before", tuple(before)), Series("Now", tuple(now)))
        return Chart("bar", title, tuple(labels), series, table.total.currency, summary)
    if len(table.rows) > CHART_PARTS or table.rest is not None:
        labels, now = [*labels, "Other"], [*now, float(others)]
    kind = "share" if min(now) >= 0 else "bar"
    series = (Series("Cost", tuple(now)),)
    return Chart(kind, title, tuple(labels), series, table.total.currency, summary)
