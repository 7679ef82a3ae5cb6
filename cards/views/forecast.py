"""What days to come will cost: the amount, how sure it is, what it is made of, and a picture."""

import math
from datetime import date, timedelta
from decimal import Decimal

from cards import parts, specimens, words
from cards.model import Block, Bold, Buttons, Card, Chart, Column, Facts, Note, Series, Table, Text
from domain.answer import Provenance
from domain.money import Money
from domain.outlook import Accuracy, Expected, Known, Outlook, Part, Step
from domain.period import Period
from domain.query import CostQuery, Dimension

ROWS = 12
#: Charges to come that are named one by one.
_KNOWN = 6


def forecast(
    found: Outlook,
    label: str,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    scope: str = "",
) -> Card:
    """`label` is what the days are called, `scope` says the filters in words."""
    about = f" ({scope})" if scope else ""
    period = words.span(found.query.period)
    title = f"Forecast for {period}{about}: {_money(found, found.whole.mean)}"
    blocks: list[Block] = [Facts(_facts(found))]
    if said := _before(found, label):
        blocks.append(said)
    blocks.append(chart(found))
    if found.parts:
        blocks.append(_table(found, name))
    if found.known:
        blocks.append(_known(found))
    blocks.append(_small_print(found, provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks))


def between(found: Outlook, expected: Expected) -> str:
    """$1,000 to $1,200: bounds are no cents."""
    low, high = (
        _money(found, amount.quantize(Decimal(1))) for amount in (expected.lower, expected.upper)
    )
    return f"{low.removesuffix('.00')} to {high.removesuffix('.00')}"


def accuracy(kept: Accuracy) -> str:
    """off by 2.1 %, last 6 months"""
    return f"off by {words.percent(kept.off)} on average, last {words.plural(kept.months, 'month')}"


def _money(found: Outlook, amount: Decimal) -> str:
    return words.money(Money(amount, found.currency))


def _facts(found: Outlook) -> tuple[tuple[str, tuple[str | Bold, ...]], ...]:
    facts: list[tuple[str, tuple[str | Bold, ...]]] = [
        ("Probably (80 %)", (between(found, found.likely),)),
        ("Nearly surely (95 %)", (between(found, found.whole),)),
    ]
    if found.query.period.start <= found.settled_through:
        through = words.day(found.settled_through)
        facts.append((f"So far, through {through}", (_money(found, found.spent.amount),)))
    facts.append(("Usage to come", (_money(found, found.usage.mean),)))
    if found.known:
        amount = sum((one.amount for one in found.known), Decimal(0))
        facts.append(("Fees, tax, credits to come", (_money(found, amount),)))
    if found.accuracy is not None:
        facts.append(("Past forecasts", (accuracy(found.accuracy),)))
    return tuple(facts)


def _before(found: Outlook, label: str) -> Text | None:
    if found.before is None:
        return None
    now = Money(found.whole.mean, found.currency)
    unit = label.removeprefix("this ")
    which = f"the {unit} before" if unit in ("month", "quarter", "year") else "the one before"
    return Text(
        (Bold(words.change(now, found.before)), f" against {which}, {words.money(found.before)}.")
    )


def chart(found: Outlook) -> Chart:
    """Usage that is known, usage to come, and the band it will lie in 95 times of 100."""
    actual, mean, low, high = ([math.nan] * len(found.steps) for _ in range(4))
    first = next((n for n, step in enumerate(found.steps) if step.expected), 0)
    for n, step in enumerate(found.steps):
        spent = float(step.actual or 0)
        if step.expected is None:
            actual[n] = spent
        else:
            edges = step.expected.plus(step.actual or Decimal(0))
            mean[n], low[n], high[n] = float(edges.mean), float(edges.lower), float(edges.upper)
    if first:  # The forecast begins where the actual line ends.
        mean[first - 1] = low[first - 1] = high[first - 1] = actual[first - 1]
    shown = tuple(_when(step.day, found.grain) for step in found.steps)
    title = f"Usage per {found.grain}, and its forecast"
    return Chart(
        "line",
        title,
        shown,
        (
            Series("Actual", tuple(actual)),
            Series("Forecast, 95 % band", tuple(mean), tuple(low), tuple(high)),
        ),
        found.currency,
        f"Usage to come: {_money(found, found.usage.mean)}, {between(found, found.usage)} at 95 %.",
    )


def _when(day: date, grain: str) -> str:
    return words.grain(day, "month") if grain == "month" else f"{day.day} {day:%b}"


def _table(found: Outlook, name: words.Name) -> Table:
    dimensions = found.query.group_by
    columns = (
        *(Column(dimension.label.capitalize()) for dimension in dimensions),
        Column("So far", numeric=True),
        Column("Forecast", numeric=True),
        Column("Give or take", numeric=True),
    )
    blank = ("",) * (len(dimensions) - 1)
    shown, folded = found.parts[:ROWS], found.parts[ROWS:]
    rows = [_row(found, part, parts.labels(dimensions, part.key, name)) for part in shown]
    others = [*folded, *([found.rest] if found.rest else [])]
    if others:
        count = len(folded) + found.rest_count
        said = f"{count:,} others" if count else "Others"
        rows.append(_row(found, _sum(others), (said, *blank)))
    whole = Part((), found.spent.amount, found.whole)
    return Table(columns, tuple(rows), _row(found, whole, ("Total", *blank)))


def _sum(others: list[Part]) -> Part:
    """Several parts as one; their give is added as if they were off independently."""
    mean = sum((part.whole.mean for part in others), Decimal(0))
    give = sum((part.whole.give**2 for part in others), Decimal(0)).sqrt()
    spent = sum((part.spent for part in others), Decimal(0))
    return Part((), spent, Expected(mean, mean - give, mean + give))


def _row(found: Outlook, part: Part, head: tuple[str, ...]) -> tuple[str, ...]:
    give = _money(found, part.whole.give.quantize(Decimal(1))).removesuffix(".00")
    return (*head, _money(found, part.spent), _money(found, part.whole.mean), f"± {give}")


def _known(found: Outlook) -> Text:
    """What is to come besides usage, by its reason: a daily charge would be a row a day."""
    sums: dict[str, Decimal] = {}
    for one in found.known:
        sums[one.why] = sums.get(one.why, Decimal(0)) + one.amount
    ranked = sorted(sums.items(), key=lambda item: -abs(item[1]))
    said = [f"{why} {_money(found, amount)}" for why, amount in ranked[:_KNOWN]]
    if rest := ranked[_KNOWN:]:
        amount = sum((amount for _, amount in rest), Decimal(0))
        said.append(f"{words.plural(len(rest), 'other')} {_money(found, amount)}")
    return Text((Bold("To come besides usage: "), "; ".join(said), "."))


def _small_print(found: Outlook, provenance: Provenance) -> Note:
    from_days = f"Forecast from usage through {words.day(found.settled_through)}. "
    kept = found.accuracy
    how = ""
    if kept is not None:
        how = f"Of {words.plural(kept.months, 'past month')} the 95 % bounds held {kept.held}; "
        how += (
            f"{kept.recorded} forecasts were kept when they were made, "
            f"{kept.months - kept.recorded} worked out from the days settled then. "
        )
    rules = (
        "Fees come again on their day, tax and support by last month's rate, credits as last "
        "month; refunds and yearly fees are not assumed. "
    )
    measure = f"{found.query.measure.value.capitalize()} cost, UTC days. "
    loaded = f", loaded {words.moment(provenance.as_of)}" if provenance.as_of else ""
    return Note((f"{from_days}{how}{rules}{measure}Source: {provenance.source}{loaded}.",))


def example(group: bool = True) -> Outlook:
    """Specimen numbers: a month of which twenty days are settled."""
    november = Period(date(2026, 11, 1), date(2026, 12, 1))
    through = date(2026, 11, 20)
    first = date(2026, 10, 22)
    steps: list[Step] = []
    for n in range(40):
        day = first + timedelta(days=n)
        cost = Decimal(5200 - 1500 * (day.weekday() > 4) + 13 * n)
        give = Decimal(60 + 22 * max(0, n - 29))
        band = Expected(cost, cost - 2 * give, cost + 2 * give)
        steps.append(Step(day, None, band) if day > through else Step(day, cost, None))
    fee = Known(
        ("AWS Support (Business)",), date(2026, 11, 1), Decimal("7410.20"), "support, by rate"
    )
    sizes = {
        "Amazon Elastic Compute Cloud": "81240.55",
        "Amazon Relational Database Service": "40120",
    }
    low, high = Decimal("0.97"), Decimal("1.04")
    rows = tuple(
        Part((service,), size * 2 / 3, Expected(size, size * low, size * high))
        for service, size in ((service, Decimal(text)) for service, text in sizes.items())
    )
    whole = Expected(Decimal("128770.75"), Decimal("125930.10"), Decimal("132241.90"))
    likely = Expected(whole.mean, Decimal("127010.40"), Decimal("130702.15"))
    support = Part(("AWS Support (Business)",), Decimal(0), Expected(*[fee.amount] * 3))
    return Outlook(
        CostQuery(november, group_by=(Dimension("service"),) if group else ()),
        through,
        Money(Decimal("80906.97"), "USD"),
        Expected(Decimal("40453.58"), Decimal("37612.93"), Decimal("43924.73")),
        (fee,),
        whole,
        likely,
        (*rows, support) if group else (),
        tuple(steps),
        "day",
        before=Money(Decimal("125101.32"), "USD"),
        accuracy=Accuracy(Decimal("0.0213"), 6, 2, 6),
    )


EXAMPLES = {
    "month end": forecast(example(group=False), "this month", specimens.SOURCE),
    "by service": forecast(example(), "this month", specimens.SOURCE),
}
