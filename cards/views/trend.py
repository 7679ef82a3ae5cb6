"""A trend: what a usual day costs over weeks or months, its line, its turns, and who grows most."""

from datetime import date, timedelta
from decimal import Decimal

from cards import parts, specimens, trend_words, words
from cards.model import Block, Bold, Buttons, Card, Chart, Column, Facts, Series, Table, Text, Tone
from domain.answer import CostTable, Provenance
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery, Dimension
from domain.trend import Grain, Growth, Rhythm, Trend, Trends, Turn

#: From this many weeks on, a day of the year is no longer enough to tell them apart.
_A_YEAR = 52
#: Growth of so much a month is worth a colour.
_FAST = Decimal("0.1")


def trend(
    trends: Trends,
    table: CostTable,
    provenance: Provenance,
    today: date,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    remark: str = "",
    scope: str = "",
) -> Card:
    """`table` holds the days and filters; `scope` says the filters in words."""
    label = " and ".join(dimension.label for dimension in trends.query.group_by)
    about = f" ({scope})" if scope else ""
    title = f"Trend by {label}, {words.span(trends.query.period)}{about}"
    whole = trends.whole
    blocks: list[Block] = [
        Text(trend_words.sentence(whole, trends.currency, trends.starts[0], today))
    ]
    blocks += [Text((remark,))] if remark else []
    blocks += [Facts(_facts(trends)), _chart(trends, today)]
    if said := trend_words.rhythm(trends.rhythm):
        blocks.append(Text((said,)))
    if trends.groups:
        blocks.append(_table(trends, label, today, name))
    blocks.append(parts.small_print(table, provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks), _tone(whole))


def _facts(trends: Trends) -> tuple[tuple[str, tuple[str | Bold, ...]], ...]:
    whole, first = trends.whole, trends.whole.line[0]
    now, before = Money(whole.now, trends.currency), Money(first, trends.currency)
    return (
        ("A day now", (Bold(words.money(now)),)),
        (f"Since the first {trends.grain}", (words.change(now, before),)),
        ("Growth", trend_words.growth(whole.growth, trends.currency)),
    )


def _chart(trends: Trends, today: date) -> Chart:
    """The levels and the line through them; what stepped is marked."""
    whole = trends.whole
    title = f"What a usual day costs, by {trends.grain}"
    names = tuple(_when(start, trends) for start in trends.starts)
    marks = [trend_words.mark(turn, trends.currency, today) for turn in whole.turns if turn.step]
    said = f" Steps: {'; '.join(mark.label for mark in marks)}." if marks else ""
    return Chart(
        "line",
        title,
        names,
        (
            Series("A day", tuple(map(float, whole.levels))),
            Series("Trend", tuple(map(float, whole.line))),
        ),
        trends.currency,
        f"{title}: {words.money(Money(whole.levels[-1], trends.currency))} in the newest, "
        f"{names[0]} to {names[-1]}.{said}",
        tuple(marks),
    )


def _when(start: date, trends: Trends) -> str:
    if trends.grain is Grain.MONTH:
        return words.grain(start, "month")
    return str(start) if len(trends.starts) > _A_YEAR else f"{start.day} {start:%b}"


def _table(trends: Trends, label: str, today: date, name: words.Name) -> Table:
    """The biggest growers, and, when there are more than fit, how many those are."""
    currency, dimensions = trends.currency, trends.query.group_by
    shown = trends.groups[: parts.TABLE_ROWS]
    rows: list[tuple[str, ...]] = []
    for one in shown:
        said = " · ".join(parts.labels(dimensions, one.key, name))
        now = words.money(Money(one.now, currency))
        rows.append((said, trend_words.cell(one, currency, today), now))
    columns = (Column(label.capitalize()), Column("Trend"), Column("A day", numeric=True))
    return Table(columns, tuple(rows), hidden=len(trends.groups) - len(shown))


def _tone(whole: Trend) -> Tone:
    found = whole.growth
    return Tone.WARNING if found is not None and found.low > _FAST else Tone.NEUTRAL


def _specimen(
    key: str | None, level: int, grows: str, step: tuple[int, int] | None = None
) -> Trend:
    """Twenty-six weeks that wobble around a line with one step."""
    at, height = step or (0, 0)
    line = tuple(
        Decimal(level) * (1 + Decimal(grows) * week / 4) + (height if week >= at else 0)
        for week in range(26)
    )
    levels = tuple(value * (100 + (week * 7 % 5 - 2)) / 100 for week, value in enumerate(line))
    day = date(2026, 5, 25) + timedelta(weeks=at, days=1)
    turns = (Turn(at, day, line[at] - height, line[at], True),) if step else ()
    share = Decimal(grows)
    found = Growth(share, share - Decimal("0.012"), share + Decimal("0.013"), level * share)
    return Trend((key,) if key is not None else (), levels, line, turns, found)


def _example() -> Card:
    period = Period(date(2026, 5, 25), date(2026, 11, 23))
    query = CostQuery(period, group_by=(Dimension("service"),))
    groups = (
        _specimen("Amazon Elastic Compute Cloud", 2600, "0.03", (10, 420)),
        _specimen("AWS Lambda", 0, "0", (17, 260)),
        _specimen("Amazon Simple Storage Service", 700, "0.021"),
        _specimen("Amazon Relational Database Service", 1300, "0"),
        _specimen("Amazon CloudFront", 400, "-0.04"),
    )
    weekdays = tuple(Decimal(d) for d in ("1.13", "1.14", "1.13", "1.12", "1.1", "0.7", "0.68"))
    trends = Trends(
        query,
        Grain.WEEK,
        tuple(period.start + timedelta(weeks=week) for week in range(26)),
        "USD",
        _specimen(None, 5000, "0.031", (10, 420)),
        Rhythm(weekdays, Decimal("0.912")),
        groups,
    )
    table = CostTable(query, (), Money(Decimal(1), "USD"))
    choices = (("By account", "trend by account"), ("Monthly", "trend monthly"))
    buttons = parts.ask_buttons(choices, share="trend by service")
    return trend(trends, table, specimens.SOURCE, date(2026, 11, 23), buttons=buttons)


EXAMPLES = {"by service": _example()}
