"""/cost budget: what was agreed to be spent, how far along it is, and new agreements."""

from collections.abc import Iterator, Sequence

from cards import words as said
from cards.views import budget as view
from cards.views.budget import Line
from domain.budget import AwsBudget, Budget, children, same, unallocated
from domain.errors import DeliveryError, NoBillError, UserError
from handlers import budgeting, budgets, replies
from handlers.budgeting import DEEPEST, EXAMPLE
from handlers.grammar.limits import hear_limit
from handlers.kinds import Answer, Command, Context

MOST = 200
_SET = ("set", "add", "new", "create", "change")
_DELETE = ("delete", "remove", "drop")


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
    one = budgeting.named(every, text)
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


async def _set(context: Context, text: str) -> Answer:
    memory = context.use.memory.budgets
    every = await memory.listed()
    wanted = await budgeting.wanted(context, every, hear_limit("budget set", text))
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
    notes = list(budgeting.notes(wanted, [one for one in every if not same(one.name, wanted.name)]))
    return Answer(view.made(wanted, about, was, undo, notes), public=True)


async def _delete(context: Context, text: str) -> Answer:
    memory = context.use.memory.budgets
    first, _, rest = text.partition(" ")
    confirmed = first.lower() == "confirm" and bool(rest.strip())
    one = budgeting.named(await memory.listed(), rest if confirmed else text)
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
        EXAMPLE,
        "budget set 90000 yearly from 1 april as everything",
        "budget set 3000 for service=ec2 at 50, 80, 100 forecast 110 as compute",
    ),
    run=run,
    changes=lambda words: words.split(" ", 1)[0].lower() in {*_SET, *_DELETE},
    aliases=("budgets",),
)
