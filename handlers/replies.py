"""What every cost command needs around its numbers: the question, the names, the small print."""

from collections import Counter
from dataclasses import replace
from datetime import date

from analytics.settled import settled_through
from cards.model import Buttons
from cards.parts import ask_buttons
from cards.words import Name, as_is, span
from domain.answer import CostTable, Provenance
from domain.errors import UserError
from domain.query import ChargeType, CostQuery, Dimension, Filter
from handlers.coverage import bills_of, comparable, covered_days, inside, loaded_days, remarks
from handlers.grammar import (
    Question,
    owner_tag,
    parse,
    render,
    with_compare,
    with_group,
    with_period,
)
from handlers.kinds import Context, Surface

#: Groups that come with their own row; more than anybody reads, few enough to send anywhere.
MOST_ROWS = 1000

#: The days that people turn to next, by button.
_PERIODS = (("Last month", "last month"), ("Last 30 days", "last 30d"))


def understand(context: Context, words: str) -> Question:
    """The question in `words`; raises UserError when it makes no sense or no bill covers it.

    A comparison comes back shortened to the days that are loaded.
    """
    status = context.use.lake.status()
    days = loaded_days(status)
    asked = read(context, words)
    if not inside(asked.query.period, covered_days(status)):
        # An empty sum must not pass for "it cost nothing".
        raise UserError(
            f"No loaded bill covers {span(asked.query.period)}. Loaded: {span(days)}.",
            (with_period(asked, f"{days.last:%Y-%m}"), "status"),
        )
    try:
        return replace(asked, query=comparable(asked.query, covered_days(status)))
    except UserError as error:
        raise UserError(str(error), (with_compare(asked, None), "status")) from None


def read(context: Context, words: str) -> Question:
    """The question in `words`, whichever days are loaded."""
    use = context.use
    return parse(
        words,
        context.today,
        use.lake.vocabulary(),
        use.measure,
        use.owner_tags,
        tuple(use.commands),
    )


def usage_only(query: CostQuery) -> CostQuery:
    """Usage alone, unless the question itself is about charge types.

    Fees, tax, support and credits have days of their own: only usage compares day by day.
    """
    charge = Dimension("charge")
    if charge in query.group_by or any(f.dimension == charge for f in query.filters):
        return query
    usage = Filter(charge, "=", (ChargeType.USAGE.value,))
    return replace(query, filters=(*query.filters, usage))


def settled_only(context: Context, query: CostQuery) -> CostQuery:
    """A comparison on settled days: those that are still arriving would look like a saving."""
    through = settled(context)
    if through is None or not query.period.start <= through < query.period.last:
        return query
    return comparable(query, covered_days(context.use.lake.status(), through))


def natural_split(query: CostQuery) -> Dimension:
    """By service, or inside a service by what it bills."""
    service = Dimension("service")
    inside = any(f.dimension == service and f.op == "=" for f in query.filters)
    return Dimension("usage_type") if inside else service


def bounded(query: CostQuery, most: int = MOST_ROWS) -> CostQuery:
    """The query with no more than `most` rows; what is beyond them comes as one sum."""
    return replace(query, limit=min(query.limit or most, most))


def settled(context: Context) -> date | None:
    """The last settled day of the newest bills, by when they were loaded."""
    status = context.use.lake.status()
    newest = max((bill.period for bill in status.bills), default=None)
    loads = [bill.loaded_at.date() for bill in status.bills if bill.period == newest]
    as_of = min([context.today, *loads])
    return settled_through(status.last_day, as_of, settle_days(context))


def settle_days(context: Context) -> int:
    """How many days AWS takes to finish a day: as learned from the loads, or as is usual."""
    learned = context.use.lake.status().settling.lag_days
    return context.use.settle_days if learned is None else learned


def provenance(context: Context, query: CostQuery) -> Provenance:
    """Where the numbers of this answer come from: the bills it read."""
    paid = context.use.lake.paid(query)
    if paid is not None:
        source = f"{paid.source}, asked for this answer"
        return Provenance(
            source,
            paid.at,
            settled(context),
            paid.fee,
            spent=paid.spent,
            ceiling=paid.ceiling,
            live=True,
        )
    read = bills_of(context.use.lake.status(), query.period, query.compare)
    newest = max(read, key=lambda bill: bill.loaded_at, default=None)
    if newest is None:
        return Provenance("no bill", None, settled(context))
    files = len({bill.source for bill in read})
    source = newest.source if files == 1 else f"{newest.source} and {files - 1} more"
    discounted = any(bill.source.startswith("FOCUS") for bill in read)
    return Provenance(source, newest.loaded_at, settled(context), discounted=discounted)


def names(context: Context) -> Name:
    """Account ids by their newest name; the id stays where two accounts share a name."""
    known = context.use.lake.vocabulary().account_names
    counted = Counter(known.values())
    shared = {name for name, count in counted.items() if count > 1}

    def name(dimension: str, value: str) -> str:
        found = known.get(value) if dimension == "account" else None
        if found is None:
            return as_is(dimension, value)
        return f"{found} ({value})" if found in shared else found

    return name


def buttons(
    context: Context, asked: Question, command: str = "", *, tag: str | None = None
) -> Buttons | None:
    """The same question split another way, over other days or compared; Share where others read.

    `tag` is the one whose absence is asked about: no split by it and no comparison is offered.
    """
    said = {str(dimension) for dimension in asked.query.group_by} | {f"tag:{tag}"}
    splits = [
        (f"By {d.label}", with_group(asked, (d,))) for d in _splits(context) if str(d) not in said
    ]
    days = [
        (label, with_period(asked, words))
        for label, words in _PERIODS
        if words != asked.period.words
    ]
    choices = [*splits[:3], *days[:1]]
    if asked.compare is None and tag is None:
        choices.append(("Compare", with_compare(asked, "previous")))
    prefixed = [(label, f"{command} {text}".strip()) for label, text in choices]
    room = context.origin.surface is Surface.ROOM
    return ask_buttons(prefixed, f"{command} {render(asked)}".strip() if room else None)


def _splits(context: Context) -> list[Dimension]:
    """Service, account, the owner's tag when the bill has it, day and region."""
    owner = owner_tag(context.use.lake.vocabulary(), context.use.owner_tags)
    tags = [Dimension("tag", owner)] if owner else []
    return [
        Dimension("service"),
        Dimension("account"),
        *tags,
        Dimension("day"),
        Dimension("region"),
    ]


def remark(context: Context, asked: Question, table: CostTable) -> str:
    """What a person should know about the days and the rows, "" when there is nothing."""
    notes = [days_remark(context, asked)]
    if not table.rows and not table.total.amount:
        notes.append("No charge matches.")
    return " ".join(note for note in notes if note)


def days_remark(context: Context, asked: Question) -> str:
    """What a person should know about the days, "" when there is nothing."""
    notes = [asked.note] if asked.note else []
    notes += remarks(asked.query, asked.period.period, context.use.lake.status())
    through = settled(context)
    if through is not None and asked.query.period.start > through:
        notes.append("AWS is still adding to these days: expect more.")
    return " ".join(notes)
