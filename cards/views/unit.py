"""Unit cost: what one request or one customer costs, how that changes, and on which days."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cards import parts, specimens, words
from cards.model import Block, Bold, Buttons, Card, Chart, Column, Facts, Series, Span, Table, Text
from domain.answer import CostTable, Provenance
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery
from domain.unit import CloudWatchMetric, Unit, UnitCost, UnitPart

#: The chart has the others, and a phone has no room for the cost, which follows.
_ROWS = 7
#: Days that are named; more are counted.
_NAMED = 3


def unit(
    found: UnitCost,
    table: CostTable,
    provenance: Provenance,
    buttons: Buttons | None = None,
    remark: str = "",
    scope: str = "",
) -> Card:
    """`table` holds the days and filters of the cost; `scope` says the filters in words."""
    about = f" ({scope})" if scope else ""
    title = f"Cost per {found.unit.name}, {words.span(found.query.period)}{about}"
    blocks: list[Block] = [Text(_headline(found))]
    blocks += [Text((said,)) for said in (*_left_out(found), remark) if said]
    blocks.append(Facts(_facts(found)))
    told = [part for part in found.parts if part.each is not None]
    blocks += [_chart(found, told)] if len(told) > 1 else []
    blocks += [_table(found)] if len(found.parts) > 1 else []
    blocks.append(parts.small_print(table, provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks))


def _headline(found: UnitCost) -> tuple[Span, ...]:
    each, before = found.whole.each, found.before.each if found.before else None
    name = found.unit.name
    if each is None:
        return (f"There was no {name} on the days that are known, so that none has a cost.",)
    said: tuple[Span, ...] = (Bold(_price(each, found)), f" per {name}")
    if before is None or found.query.compare is None or not before:
        return (*said, ".")
    change = _change(each / before - 1)
    against = f" against {_price(before, found)} in {words.span(found.query.compare)}."
    return (*said, ", ", Bold(change), against)


def _left_out(found: UnitCost) -> list[str]:
    """What a person has to know about the days: nothing is divided by what nobody knows."""
    said: list[str] = []
    if found.unknown:
        days = words.plural(len(found.unknown), "day")
        where = f"{days} of {found.query.period.days} ({_days(found.unknown)})"
        said.append(f"{_many(found).capitalize()} are not known on {where}: left out.")
    if found.idle:
        said.append(f"No {found.unit.name} on {_days(found.idle)}; the cost of that counts.")
    return said


def _days(days: Sequence[date]) -> str:
    named = [f"{day.day} {day:%b}" for day in days[:_NAMED]]
    more = len(days) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _facts(found: UnitCost) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """Both sides of the division, for a day: the days that are known differ in number."""
    cost, count = _a_day(found.whole)
    facts = [words.money(Money(cost, found.currency)), f"{count:,.0f}"]
    if found.before is not None:
        was = _a_day(found.before)
        facts = [
            said + (f", {_change(now / before - 1)}" if before > 0 else "")
            for said, now, before in zip(facts, (cost, count), was, strict=True)
        ]
    labels = ("Cost a day", f"{_many(found).capitalize()} a day")
    return tuple((label, (said,)) for label, said in zip(labels, facts, strict=True))


def _a_day(part: UnitPart) -> tuple[Decimal, Decimal]:
    days = max(part.days, 1)
    return part.cost / days, part.count / days


def _change(ratio: Decimal) -> str:
    return ("+" if ratio > 0 else "") + words.percent(ratio)


def _chart(found: UnitCost, told: list[UnitPart]) -> Chart:
    """In a size that can be read: of a thousand or a million where one is next to nothing."""
    prices = [part.each or Decimal(0) for part in told]
    size, many = next(
        ((size, many) for size, many in _SIZES if max(prices) * size >= Decimal("0.2")), _SIZES[-1]
    )
    per = f"{many} {_many(found)}" if many else found.unit.name
    title = f"Cost per {per}, by {found.grain}"
    names = tuple(_when(part.start, found) for part in told)
    newest = words.money(Money(prices[-1] * size, found.currency))
    return Chart(
        "line",
        title,
        names,
        (Series(f"Per {per}", tuple(float(price * size) for price in prices)),),
        found.currency,
        f"{title}: {newest} in the newest, {names[0]} to {names[-1]}.",
    )


_SIZES = ((1, ""), (1000, "thousand"), (10**6, "million"), (10**9, "billion"))


def _table(found: UnitCost) -> Table:
    """The newest days, weeks or months."""
    shown = found.parts[-_ROWS:]
    rows = tuple(
        (
            words.grain(part.start, found.grain),
            f"{part.count:,.0f}",
            "–" if part.each is None else _price(part.each, found),
        )
        for part in shown
    )
    columns = (
        Column(found.grain.capitalize()),
        Column(_many(found).capitalize(), numeric=True),
        Column(f"Per {found.unit.name}", numeric=True),
    )
    return Table(columns, rows, hidden=len(found.parts) - len(shown))


def _many(found: UnitCost) -> str:
    return words.many(found.unit.name)


def _price(each: Decimal, found: UnitCost) -> str:
    return words.price(Money(each, found.currency))


def _when(start: date, found: UnitCost) -> str:
    return words.grain(start, "month") if found.grain == "month" else f"{start.day} {start:%b}"


def _example() -> Card:
    period = Period(date(2026, 11, 2), date(2026, 11, 21))
    before = Period(date(2026, 10, 14), date(2026, 11, 2))
    query = CostQuery(period, compare=before)
    days = [day for day in period if day != date(2026, 11, 11)]
    made = tuple(
        UnitPart(
            day,
            Decimal(5100 - 700 * (day.weekday() > 4) + 12 * n),
            Decimal(12_400_000 - 2_100_000 * (day.weekday() > 4) + 40_000 * n),
            1,
        )
        for n, day in enumerate(days)
    )
    cost = sum((part.cost for part in made), Decimal(0))
    count = sum((part.count for part in made), Decimal(0))
    found = UnitCost(
        Unit("request", CloudWatchMetric("AWS/ApplicationELB", "RequestCount")),
        query,
        "USD",
        "day",
        UnitPart(period.start, cost, count, 19),
        made,
        UnitPart(before.start, cost * Decimal("0.98"), count * Decimal("0.94"), 19),
        (days[8] + timedelta(days=1),),
    )
    table = CostTable(query, (), Money(cost, "USD"))
    choices = (("By week", "unit request weekly"), ("90 days", "unit request last 90d"))
    buttons = parts.ask_buttons(choices, share="unit request")
    return unit(found, table, specimens.SOURCE, buttons)


EXAMPLES = {"request": _example()}
