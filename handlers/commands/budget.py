"""/cost budget: what was agreed to be spent, how far along it is, and new agreements."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from cards import words as said
from cards.views import budget as view
from cards.views.budget import Line
from domain.budget import USUAL, AwsBudget, Budget, Cadence, Threshold, children, same, unallocated
from domain.errors import DeliveryError, NoBillError, UserError
from domain.money import Money
from domain.query import TIME_DIMENSIONS
from handlers import budgeting, budgets, replies
from handlers.grammar.limits import Limit, hear_limit
from handlers.kinds import Answer, Command, Context

#: Deeper than anybody's organisation.
DEEPEST = 10
MOST = 200
_SET = ("set", "add", "new", "create", "change")
_DELETE = ("delete", "remove", "drop")
_EXAMPLE = "budget set 12000 monthly for team=payments"


async def run(context: Context, text: str) -> Answer:
    first, _, rest = text.strip().partition(" ")
    match first.lower():
        case "" | "list" | "all":
            return await _list(context)
        case word if word in _SET:
            return await _set(context, rest)
        case word if word in _DELETE:
            return await _delete(context, rest.strip())
        case _:
            return await _detail(context, text)


async def _list(context: Context) -> Answer:
    every = await context.use.memory.budgets.listed()
    lines = [await _line(context, one, depth) for one, depth in _tree(every)]
    foreign, note = await _aws(context)
    return Answer(view.listed(lines, foreign, note), settled_through=replies.settled(context))


def _tree(
    every: Sequence[Budget], parent: str = "", depth: int = 0
) -> Iterator[tuple[Budget, int]]:
    """Every budget with its depth, parts after what they are a part of."""
    names = {one.name.casefold() for one in every}
    for one in every:
        top = not one.parent or one.parent.casefold() not in names
        if (top and not depth) if not parent else same(one.parent, parent):
            yield one, depth
            if depth < DEEPEST:
                yield from _tree(every, one.name, depth + 1)


async def _line(context: Context, one: Budget, depth: int = 0) -> Line:
    about = budgets.scope(context, one)
    try:
        found = budgets.newest(context, one)
        if not found:
            raise NoBillError
        standing = await budgets.standing(context, one, found[-1])
    except UserError as error:
        return Line(one, None, depth, about, str(error))
    return Line(one, standing, depth, about)


async def _aws(context: Context) -> tuple[Sequence[AwsBudget], str]:
    """What AWS Budgets says, where it is asked."""
    source = context.use.aws_budgets
    if source is None:
        return (), ""
    try:
        return await source.listed(), ""
    except DeliveryError as error:
        return (), f"AWS Budgets: {error}."


async def _detail(context: Context, text: str) -> Answer:
    every = await context.use.memory.budgets.listed()
    one = _named(every, text)
    found = budgets.newest(context, one)
    if not found:
        raise NoBillError
    standing = await budgets.standing(context, one, found[-1])
    below = children(one, every)
    card = view.detail(
        standing,
        budgets.facts(standing, budgets.scope(context, one)),
        [await _line(context, part) for part in below],
        unallocated(one, below) if below else None,
    )
    return Answer(card, settled_through=replies.settled(context))


def _named(every: Sequence[Budget], text: str) -> Budget:
    name = text.strip().strip("\"'“”„‘’«»`").strip()
    found = budgets.spending(every, name)
    if found is not None:
        return found
    known = [one.name for one in every]
    near = budgeting.nearest(name, known)
    listed = f"There is: {', '.join(known[:5])}." if known else "There is none yet."
    offers = [f"budget {view.quoted(one)}" for one in near]
    offers += [] if known else [_EXAMPLE]
    raise UserError(f"There is no budget {name!r}. {listed}", (*offers, "budget"))


async def _set(context: Context, text: str) -> Answer:
    memory = context.use.memory.budgets
    every = await memory.listed()
    wanted = await _wanted(context, every, hear_limit("budget set", text))
    if len(every) >= MOST and budgets.spending(every, wanted.name) is None:
        raise UserError(f"There are {MOST} budgets already. Delete one first.", ("budget",))
    before = await memory.put(wanted)
    was = f"{said.money(before.limit)} {before.cadence}" if before else ""
    undo = (
        f"budget set {budgeting.written(before)}"
        if before
        else f"budget delete confirm {view.quoted(wanted.name)}"
    )
    about = budgets.scope(context, wanted)
    notes = list(_notes(wanted, [one for one in every if not same(one.name, wanted.name)]))
    return Answer(view.made(wanted, about, was, undo, notes), public=True)


async def _wanted(context: Context, every: Sequence[Budget], limit: Limit) -> Budget:
    asked = replies.read(context, limit.words)
    plain = replies.read(context, "")
    if (
        asked.query.group_by
        or asked.compare is not None
        or asked.period.words != plain.period.words
        or any(one.dimension.name in TIME_DIMENSIONS for one in asked.query.filters)
    ):
        raise UserError(
            "A budget is for what filters keep, such as team=payments; it knows no splits, "
            "comparisons or days but those of its period.",
            (_EXAMPLE,),
        )
    name = limit.name or budgets.scope_name(context, asked.query.filters)
    known = budgets.spending(every, name)
    filters = asked.query.filters or (known.filters if known and not limit.words else ())
    currency = context.use.lake.status().currency
    if currency is None:
        raise NoBillError
    if limit.currency not in (None, currency):
        raise UserError(f"The bill is in {currency}, not in {limit.currency}.", ())
    base = known or Budget(name=name, limit=Money(Decimal(0), currency))
    made = replace(
        base,
        filters=filters,
        measure=asked.query.measure if asked.measure_said or known is None else base.measure,
        cadence=limit.cadence or base.cadence,
        start_day=limit.start_day or base.start_day,
        start_month=limit.start_month or base.start_month,
        thresholds=_thresholds(limit, base.thresholds if known else USUAL),
        parent=_parent(every, name, limit.parent) if limit.parent is not None else base.parent,
        place=base.place or context.origin.destination,
        who=context.actor.name,
        by=f"{context.actor.platform}:{context.actor.id}",
        set_at=context.now,
    )
    if limit.amount is None and known is None:
        await _suggest(context, made, limit)
    amount = limit.amount if limit.amount is not None else base.limit.amount
    return replace(made, limit=Money(amount, currency))


def _thresholds(limit: Limit, usual: tuple[Threshold, ...]) -> tuple[Threshold, ...]:
    actual = limit.actual
    if actual is None:
        actual = tuple(one for one in usual if not one.forecast)
    ahead = limit.forecast
    if ahead is None:
        ahead = tuple(one for one in usual if one.forecast)
    return (*actual, *ahead)


def _parent(every: Sequence[Budget], name: str, parent: str) -> str:
    """The name as it is written; UserError where it is none, or would be a part of itself."""
    found = _named(every, parent)
    above: Budget | None = found
    for _ in range(DEEPEST):
        if above is None:
            return found.name
        if same(above.name, name):
            raise UserError(f"{found.name} is a part of {name}: a budget is no part of itself.", ())
        above = budgets.spending(every, above.parent) if above.parent else None
    raise UserError(f"Budgets are nested {DEEPEST} deep at most.", ())


async def _suggest(context: Context, wanted: Budget, limit: Limit) -> None:
    """No amount was said: offer what the last periods cost."""
    found = budgets.newest(context, wanted)
    past: tuple[Money, ...] = ()
    if found:
        sample = replace(wanted, limit=Money(Decimal(1), wanted.limit.currency))
        standing = await budgets.standing(context, sample, found[0])
        past = tuple(cost for _, cost in standing.past[:3])
    if not past:
        raise UserError("Say how much, such as 12000.", (_EXAMPLE,))
    mean = sum((one.amount for one in past), Decimal(0)) / len(past)
    most = max(one.amount for one in past)
    offers = [budgeting.rounded(mean), budgeting.rounded(most * Decimal("1.1"))]
    unit = {Cadence.MONTHLY: "month", Cadence.QUARTERLY: "quarter", Cadence.YEARLY: "year"}
    told = said.plural(len(past), unit[wanted.cadence])
    cost = said.money(Money(mean.quantize(Decimal("0.01")), wanted.limit.currency))
    limits = (Money(one, wanted.limit.currency) for one in dict.fromkeys(offers))
    raise UserError(
        f"Say how much. The last {told} cost {cost} on average.",
        tuple(f"budget set {budgeting.written(replace(wanted, limit=one))}" for one in limits),
    )


def _notes(wanted: Budget, others: Sequence[Budget]) -> Iterator[str]:
    """What a person should know about the parts of a whole."""
    above = budgets.spending(others, wanted.parent) if wanted.parent else None
    if above is not None:
        left = unallocated(above, [*children(above, others), wanted])
        if left is None:
            yield f"{above.name} is {above.cadence}: its parts cannot be compared with it."
        elif left.amount < 0:
            yield f"The parts of {above.name} are now {said.money(-left)} more than the whole."
        else:
            yield f"{said.money(left)} of {above.name} are not given to a part."


async def _delete(context: Context, text: str) -> Answer:
    memory = context.use.memory.budgets
    first, _, rest = text.partition(" ")
    confirmed = first.lower() == "confirm" and bool(rest.strip())
    one = _named(await memory.listed(), rest if confirmed else text)
    if not confirmed:
        return Answer(view.delete(one, f"budget delete confirm {view.quoted(one.name)}"))
    actor = context.actor
    await memory.remove(one.name, actor.name, f"{actor.platform}:{actor.id}")
    return Answer(view.deleted(one, f"budget set {budgeting.written(one)}"), public=True)


COMMAND = Command(
    name="budget",
    summary="Budgets: how far along they are, and new ones",
    usage=(
        "budget",
        "budget <name>",
        "budget set <amount> [monthly | quarterly | yearly] [for <what>=<value>] "
        "[at <percent>, …] [forecast <percent>] [from day <n>] [under <budget>] [as <name>]",
        "budget delete <name>",
    ),
    examples=(
        "budget",
        _EXAMPLE,
        "budget set 90000 yearly from 1 april as everything",
        "budget set 3000 for service=ec2 at 50, 80, 100 forecast 110 as compute",
    ),
    run=run,
    changes=True,
    aliases=("budgets",),
)
