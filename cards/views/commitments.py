"""Commitments: how far Savings Plans and reservations are used, and what they cover."""

from datetime import date
from decimal import Decimal

from cards import parts, specimens, words
from cards.model import (
    Block,
    Bold,
    Buttons,
    Card,
    Chart,
    Column,
    Facts,
    Note,
    Series,
    Span,
    Table,
    Text,
    Tone,
)
from domain.answer import Provenance
from domain.commitment import Commitment, Commitments, Cover, Group
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery, Dimension

#: Used less than this, a commitment is dearer than it looks.
LOW = Decimal("0.9")
_GOOD = Decimal("0.98")
_ROWS = 8


def commitments(
    found: Commitments,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    remark: str = "",
    scope: str = "",
) -> Card:
    """`scope` says the filters in words; they concern what is covered, not how far it is used."""
    about = f" ({scope})" if scope else ""
    title = f"Commitments, {words.span(found.query.period)}{about}"
    blocks: list[Block] = [Text(_headline(found, bool(scope)))]
    blocks += [Text((remark,))] if remark else []
    blocks.append(Facts(tuple(_facts(found))))
    if found.each and len(found.times) > 1 and (chart := _chart(found)):
        blocks.append(chart)
    blocks += [_groups(found, name)] if found.groups and found.priced else []
    blocks += [_each(found)] if found.each else []
    blocks.append(_small_print(found, provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks), _tone(found.whole))


def _headline(found: Commitments, scoped: bool) -> tuple[Span, ...]:
    whole = found.whole
    if whole.utilisation is None:
        said = "The bill of these days names no Savings Plan and no reservation."
        if not whole.coverable:
            return (said,)
        amount = words.money(Money(whole.on_demand, found.currency))
        return (said, " ", Bold(amount), " of usage on demand could have been covered.")
    used = ("Commitments are used to ", Bold(words.percent(whole.utilisation)))
    if not found.priced:
        return (*used, ". The bill has no list prices, so what they cover cannot be told.")
    if whole.coverage is None:
        return (*used, ". Nothing here could be covered.")
    what = "of this" if scoped else "of what they could"
    return (*used, " and cover ", Bold(words.percent(whole.coverage)), f" {what}.")


def _facts(found: Commitments) -> list[tuple[str, tuple[Span, ...]]]:
    whole, currency = found.whole, found.currency
    facts: list[tuple[str, tuple[Span, ...]]] = []
    if whole.utilisation is not None:
        unused = words.money(Money(whole.unused, currency))
        facts.append(("Unused", (Bold(unused), f", {words.percent(1 - whole.utilisation)}")))
    if found.priced and whole.coverage is not None:
        left = words.money(Money(whole.on_demand, currency))
        facts.append(("On demand", (Bold(left), " at list price")))
    if found.priced and whole.utilisation is not None and not found.query.filters:
        saved = words.money(Money(whole.saved, currency))
        facts.append(("Saved", (Bold(saved), " against list price, the unused part taken off")))
    return facts


def _chart(found: Commitments) -> Chart | None:
    """Both ratios over time; a line that is not known on every day is left out."""
    names = tuple(
        words.grain(day, "month") if found.grain == "month" else f"{day.day} {day:%b}"
        for day, _ in found.times
    )
    lines = [("Used", [cover.utilisation for _, cover in found.times])]
    if found.priced:
        lines.append(("Covered", [cover.coverage for _, cover in found.times]))
    series = tuple(
        Series(label, tuple(float((value or 0) * 100) for value in values))
        for label, values in lines
        if None not in values
    )
    if not series:
        return None
    said = ", ".join(f"{one.name.lower()} {one.values[-1]:.1f} %" for one in series)
    title = f"Used and covered, by {found.grain}"
    return Chart("line", title, names, series, "%", f"{title}: {said} in the newest.")


def _groups(found: Commitments, name: words.Name) -> Table:
    """Where the most is on demand comes first: there is the most to cover."""
    shown = found.groups[:_ROWS]
    dimensions = found.query.group_by
    rows = tuple(
        (
            " · ".join(parts.labels(dimensions, one.key, name)),
            _ratio(one.cover.coverage),
            words.money(Money(one.cover.on_demand, found.currency)),
        )
        for one in shown
    )
    label = " and ".join(dimension.label for dimension in dimensions).capitalize()
    columns = (Column(label), Column("Covered", True), Column("On demand", True))
    return Table(columns, rows, hidden=len(found.groups) - len(shown))


def _each(found: Commitments) -> Facts:
    """A line each: a second table would be cut on a phone."""
    facts: list[tuple[str, tuple[Span, ...]]] = []
    for one in found.each[:_ROWS]:
        unused = words.money(Money(one.cover.unused, found.currency))
        said = f"{_ratio(one.cover.utilisation)} used, {unused} unused"
        facts.append((f"{one.kind} {_short(one.name)}".strip(), (said,)))
    if left := len(found.each) - len(facts):
        facts.append(("", (f"{words.plural(left, 'more commitment')}, none with more unused.",)))
    return Facts(tuple(facts))


def _short(name: str) -> str:
    """The last part of an ARN, its first letters: enough to find it in the console."""
    last = name.replace("/", ":").rsplit(":", 1)[-1]
    return f"{last[:8]}…" if len(last) > 9 else last


def _ratio(value: Decimal | None) -> str:
    return "–" if value is None else words.percent(value)


def _small_print(found: Commitments, provenance: Provenance) -> Note:
    spans: list[Span] = [
        "Used and unused at amortised cost, over all accounts; covered and on demand at list "
        f"price, {words.span(found.query.period)} (UTC days). "
    ]
    if provenance.settled_through is not None:
        spans += [Bold(f"Settled through {words.day(provenance.settled_through)}"), ". "]
    loaded = f", loaded {words.moment(provenance.as_of)}" if provenance.as_of else ""
    spans.append(f"Source: {provenance.source}{loaded}; no AWS API fees.")
    return Note(tuple(spans))


def _tone(whole: Cover) -> Tone:
    if whole.utilisation is None:
        return Tone.NEUTRAL
    if whole.utilisation < LOW:
        return Tone.WARNING
    return Tone.GOOD if whole.utilisation >= _GOOD else Tone.NEUTRAL


def _cover(*amounts: str) -> Cover:
    return Cover(*map(Decimal, amounts))


def _example() -> Card:
    period = Period(date(2026, 11, 1), date(2026, 11, 21))
    query = CostQuery(period, group_by=(Dimension("service"),))
    plan = "arn:aws:savingsplans::111111111111:savingsplan/5c0a7d3e-2f41-4b8e-9a66-0d1f7e52c9b1"
    reserved = "arn:aws:rds:us-east-1:222222222222:ri:b7c2d9a4-new"
    times = tuple(
        (day, _cover(str(500 + n % 7 * 9), str(90 - n % 7 * 12), "700", str(1300 - 10 * n)))
        for n, day in enumerate(period)
    )
    found = Commitments(
        query,
        "USD",
        _cover("18526.43", "2379.72", "26187.20", "58420.11"),
        (
            Commitment(plan, "Savings Plan", _cover("15426.43", "2379.72", "21425.60")),
            Commitment(reserved, "Reserved", _cover("3100", "0", "4761.60")),
        ),
        (
            Group(("Amazon EC2",), _cover("15426.43", "0", "21425.60", "41200.01")),
            Group(("Amazon ECS",), _cover("0", "0", "0", "9840.74")),
            Group(("Amazon RDS",), _cover("3100", "0", "4761.60", "7379.36")),
        ),
        times,
    )
    choices = (("By account", "commitments by account"), ("90 days", "commitments last 90d"))
    buttons = parts.ask_buttons(choices, share="commitments")
    return commitments(found, specimens.SOURCE, buttons=buttons)


def _none() -> Card:
    period = Period(date(2026, 11, 1), date(2026, 11, 21))
    query = CostQuery(period, group_by=(Dimension("service"),))
    group = Group(("Amazon EC2",), _cover("0", "0", "0", "41200.01"))
    whole = _cover("0", "0", "0", "41200.01")
    return commitments(Commitments(query, "USD", whole, (), (group,)), specimens.SOURCE)


EXAMPLES = {"used and covered": _example(), "none on the bill": _none()}
