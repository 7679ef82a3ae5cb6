"""Why a cost changed: a sentence, a waterfall, parts that add up, what is behind the first."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from cards import parts, specimens, words
from cards.causes import (
    effects_said,
    happened,
    label,
    path_said,
    resource_said,
    rounded,
    value_said,
)
from cards.model import Block, Bold, Buttons, Card, Chart, Column, Facts, Span, Spans, Table, Text
from cards.specimen_causes import EC2, HOSTILE, SHRANK, SPIKE, made
from cards.waterfall import waterfall
from domain.answer import CostTable, Provenance
from domain.cause import Cause, Explanation
from domain.money import Money

#: What a share of the change is said for; beyond it other parts pulled the other way.
_WHOLE = Decimal("1.005")
#: A smaller share than this explains nothing.
_LITTLE = Decimal("0.25")
#: Happenings that are shown.
_HAPPENINGS = 4


def why(
    found: Explanation,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    remark: str = "",
    scope: str = "",
) -> Card:
    """`scope` says in words what was asked about, a filter or a finding."""
    query, short = found.query, words.shortened(name)
    whole = _cents(found)[-1]
    about = f" ({scope})" if scope else ""
    change = f"Why {_signed(whole, found)}" if whole[0] != whole[1] else "No change"
    title = f"{change}, {words.span(query.period)}{about}"
    blocks: list[Block] = [Text(_headline(found, short))]
    compare = words.span(query.compare) if query.compare else ""
    compared = f"{words.span(query.period)} against {compare}. {remark}".strip()
    blocks.append(Text((compared,)))
    if _shown(found, short):
        blocks += [_chart(found, short), _table(found, short)]
    if found.causes:
        blocks += _behind(found, found.causes[0], short)
    blocks.append(parts.small_print(_totals(found), provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks))


def _headline(found: Explanation, name: words.Name) -> Spans:
    if not found.causes:
        return _without_causes(found)
    if not found.found:
        return (Bold("No single cause stands out."), " These parts moved most.")
    cause = found.causes[0]
    whole, part = found.whole.change, cause.deepest.change
    said: list[Span] = [Bold(path_said(cause, name))]
    if whole and 0 < part / whole < _LITTLE:
        said[:0] = [Bold("No single cause."), " The largest part is "]
        said.append(f" with {_share(part / whole)} of {_signed(_total(found), found)}.")
    elif whole and 0 < part / whole <= _WHOLE:
        said.append(f" explains {_share(part / whole)} of {_signed(_total(found), found)}.")
    else:
        alone = words.change_of(Money(part, found.currency))
        said.append(f" moved by {alone}; in all it is {_signed(_total(found), found)}.")
    if found.alike is not None:
        said.append(f" Everything else {_grew(found.alike)} alike.")
    return tuple(said)


def _without_causes(found: Explanation) -> Spans:
    if found.alike is not None:
        return (Bold(f"Everything {_grew(found.alike)} alike."), " No part of it stands out.")
    return ("Nothing changed.",) if not found.rest.change else ("It cannot be told apart.",)


def _grew(ratio: Decimal) -> str:
    return f"{'grew' if ratio >= 0 else 'shrank'} by about {words.percent(abs(ratio))}"


def _share(ratio: Decimal) -> str:
    return f"{(ratio * 100).quantize(Decimal(1))} %"


def _cents(found: Explanation) -> list[tuple[Decimal, Decimal]]:
    """(before, now) of every part, of the rest, and of all, to the cent and adding up."""
    pieces = [*(cause.part for cause in found.causes), found.rest]
    before, now = rounded([p.before for p in pieces]), rounded([p.now for p in pieces])
    return [*zip(before, now, strict=True), (sum(before, Decimal(0)), sum(now, Decimal(0)))]


def _total(found: Explanation) -> tuple[Decimal, Decimal]:
    return _cents(found)[-1]


def _signed(pair: tuple[Decimal, Decimal], found: Explanation) -> str:
    before, now = pair
    return words.change_of(Money(now - before, found.currency))


def _rest_name(found: Explanation) -> str:
    return "Everything else" if found.causes else "Everything"


def _shown(found: Explanation, name: words.Name) -> list[tuple[str, Decimal, Decimal]]:
    """The parts by name with what they cost before and now; no rest where there is none."""
    *pieces, _ = _cents(found)
    names = [*(label(cause, name) for cause in found.causes), _rest_name(found)]
    rows = [(text, *pair) for text, pair in zip(names, pieces, strict=True)]
    return rows if any(rows[-1][1:]) else rows[:-1]


def _chart(found: Explanation, name: words.Name) -> Chart:
    before, now = _total(found)
    query = found.query
    start = words.span(query.compare) if query.compare else "Before"
    steps = [(text, one - other) for text, other, one in _shown(found, name)]
    largest = max(steps, key=lambda step: abs(step[1]))
    most = words.change_of(Money(largest[1], found.currency))
    moved = f"From {words.money(Money(before, found.currency))} to "
    moved += f"{words.money(Money(now, found.currency))}; "
    summary = f"{moved}the largest step is {largest[0]} with {most}."
    end = (words.span(query.period), now)
    return waterfall("What made the change", (start, before), steps, end, found.currency, summary)


def _table(found: Explanation, name: words.Name) -> Table:
    def row(text: str, before: Decimal, now: Decimal) -> tuple[str, ...]:
        change = words.change_of(Money(now - before, found.currency))
        return (text, words.money(Money(now, found.currency)), change)

    rows = tuple(row(*one) for one in _shown(found, name))
    columns = (Column("Part"), Column("Cost", True), Column("Change", True))
    return Table(columns, rows, total=row("In all", *_total(found)))


def _behind(found: Explanation, cause: Cause, name: words.Name) -> Iterator[Block]:
    """Since when, rate or usage, how its path adds up, its resources and what happened nearby."""
    facts: list[tuple[str, Spans]] = []
    if cause.first_day is not None:
        facts.append(("Since", (Bold(words.day(cause.first_day)),)))
    if cause.effects is not None:
        before, now = _cents(found)[0]
        said = effects_said(cause.effects, found.currency, now - before)
        facts.append(("Rate or usage", (", ".join(said) or "no change",)))
    if facts:
        yield Facts(tuple(facts))
    resources = [resource_said(row, found.currency) for row in cause.resources]
    nearby = [happened(one) for one in cause.happenings[:_HAPPENINGS]]
    lists = (("On the way", _steps(found, cause, name)), ("Resources", resources))
    for title, lines in (*lists, ("Nearby", nearby)):
        if shown := "\n".join(lines):
            yield Text((Bold(title), f"\n{shown}"))


def _steps(found: Explanation, cause: Cause, name: words.Name) -> Iterator[str]:
    """How the change of each step is made up of the next one and the others beside it.

    A step that holds all of it goes without saying.
    """
    before, now = _total(found)
    outer = now - before
    for step in cause.path:
        text = value_said(*step.where[-1], name)
        before, now = (Money(one, "").rounded().amount for one in (step.before, step.now))
        inner = now - before
        if inner != outer:
            said = [words.change_of(Money(one, found.currency)) for one in (inner, outer)]
            others = words.change_of(Money(outer - inner, found.currency))
            yield f"{text} {said[0]} of {said[1]}, others {others}"
        outer = inner


def _totals(found: Explanation) -> CostTable:
    """What the small print speaks of."""
    query = replace(found.query, group_by=())
    return CostTable(query, (), Money(found.whole.now, found.currency))


EXAMPLES = {
    "spike": why(SPIKE, specimens.SOURCE),
    "cheaper": why(
        replace(
            SPIKE,
            whole=made("300000", "266500"),
            causes=(SHRANK,),
            rest=made("263500", "266500"),
        ),
        specimens.SOURCE,
        scope="for Amazon RDS",
    ),
    "everything grew alike": why(
        replace(
            SPIKE,
            whole=made("1000", "1100"),
            causes=(),
            rest=made("1000", "1100"),
            alike=Decimal("0.1"),
        ),
        specimens.SOURCE,
    ),
    "no single cause": why(
        replace(
            SPIKE,
            whole=made("900", "930.5"),
            causes=(
                Cause(made("500", "520", **EC2)),
                Cause(made("300", "305", service=None)),
            ),
            rest=made("100", "105.5"),
            found=False,
        ),
        specimens.SOURCE,
        remark="Only 1–20 Nov 2026 is loaded.",
    ),
    "nothing changed": why(
        replace(
            SPIKE,
            whole=made("10", "10"),
            causes=(),
            rest=made("10", "10"),
            found=False,
        ),
        specimens.SOURCE,
    ),
    "hostile": why(
        replace(
            SPIKE,
            whole=made("10", "60"),
            causes=(HOSTILE,),
            rest=made("0", "0"),
        ),
        specimens.SOURCE,
    ),
}
