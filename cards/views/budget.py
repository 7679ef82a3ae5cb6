"""Budgets: all of them as a tree, one of them with its picture, and what was changed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cards import specimens, words
from cards.model import (
    Action,
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Chart,
    Code,
    Column,
    Facts,
    Note,
    Series,
    Table,
    Text,
    Tone,
)
from domain.budget import AwsBudget, Budget, Standing
from domain.money import Money
from domain.outlook import Expected
from domain.period import Period


@dataclass(frozen=True, slots=True)
class Line:
    """A budget in the list; `trouble` is why it has no standing, `about` what it is for."""

    budget: Budget
    standing: Standing | None = None
    depth: int = 0
    about: str = ""
    trouble: str = ""


def listed(lines: Sequence[Line], foreign: Sequence[AwsBudget] = (), note: str = "") -> Card:
    """All budgets; parts stand below what they are a part of, those that AWS keeps come last."""
    blocks: list[Block] = []
    if lines or foreign:
        rows = (*map(_row, lines), *map(_foreign, foreign))
        blocks.append(Table(_columns("Budget"), rows))
        blocks += [Note((f"{line.budget.name}: {line.trouble}",)) for line in lines if line.trouble]
    else:
        blocks.append(Text(("There is no budget yet. Write one, such as:",)))
        blocks.append(Text((Code("/cost budget set 12000 monthly for team=payments"),)))
    if foreign:
        blocks.append(Note(("(AWS): from AWS Budgets, with AWS's own numbers and forecast.",)))
    blocks += [Note((note,))] if note else []
    buttons = [_ask(line.budget.name, f"budget {quoted(line.budget.name)}") for line in lines[:4]]
    blocks += [Buttons(tuple(buttons))] if buttons else []
    over = sum(line.standing is not None and line.standing.share >= 1 for line in lines)
    title = words.plural(len(lines), "budget") if lines else "No budgets of our own"
    title = title if lines or foreign else "No budgets"
    return Card(
        f"{title}, {over} used up" if over else title,
        tuple(blocks),
        Tone.BAD if over else Tone.NEUTRAL,
    )


def _columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first),
        Column("Spent"),
        Column("Limit", numeric=True),
        Column("Forecast", numeric=True),
    )


def _row(line: Line) -> tuple[str, ...]:
    name = f"{'– ' * line.depth}{line.budget.name}"
    one, limit = line.standing, words.money(line.budget.limit)
    if one is None:
        return (name, "–", limit, "–")
    ahead = words.percent(one.expected) if one.expected is not None else "–"
    return (name, f"{bar(one.share, 5)} {words.percent(one.share)}", limit, ahead)


def _foreign(one: AwsBudget) -> tuple[str, ...]:
    limit = one.limit.amount
    share = one.spent.amount / limit if limit > 0 else Decimal(0)
    ahead = words.percent(one.forecast.amount / limit) if one.forecast and limit > 0 else "–"
    spent = f"{bar(share, 5)} {words.percent(share)}"
    return (f"{one.name} (AWS)", spent, words.money(one.limit), ahead)


def bar(share: Decimal, cells: int = 10) -> str:
    """As many full cells as parts of the limit are spent."""
    full = min(max(int(share * cells), 0), cells)
    return "█" * full + "░" * (cells - full)


def detail(
    one: Standing, facts: Sequence[tuple[str, str]], parts: Sequence[Line], left: Money | None
) -> Card:
    """One budget; `left` is what its parts leave of it, None where that says nothing."""
    blocks: list[Block] = [
        Text(
            (
                Bold(bar(one.share)),
                f" {words.percent(one.share)} of {words.money(one.budget.limit)}",
            )
        ),
        Facts(tuple((label, (value,)) for label, value in facts)),
    ]
    if one.sums or one.ahead:
        blocks.append(chart(one))
    if parts:
        blocks.append(Table(_columns("Part"), tuple(map(_row, parts))))
        blocks += _left(left)
    if one.past:
        limit = one.budget.limit.amount
        rows = tuple(
            (words.span(period), words.money(spent), words.percent(spent.amount / limit))
            for period, spent in one.past
        )
        columns = (
            Column("Before"),
            Column("Cost", numeric=True),
            Column("Of the limit", numeric=True),
        )
        blocks.append(Table(columns, rows))
    said = ", ".join(map(str, sorted(one.budget.thresholds))) or "no threshold"
    blocks.append(Note((f"Alerts at {said}. Begins anew on {words.day(one.period.end)}.",)))
    buttons = (
        _ask("All budgets", "budget"),
        _ask("Delete", f"budget delete {quoted(one.budget.name)}"),
    )
    blocks.append(Buttons(buttons))
    return Card(f"Budget {one.budget.name}, {words.span(one.period)}", tuple(blocks), _tone(one))


def _left(left: Money | None) -> list[Block]:
    if left is None:
        return []
    if left.amount < 0:
        return [Text((Bold(f"The parts are {words.money(-left)} more than the whole."),))]
    return [Text((f"Not given to a part: {words.money(left)}.",))]


def _tone(one: Standing) -> Tone:
    if one.share >= 1:
        return Tone.BAD
    return Tone.WARNING if one.reached else Tone.GOOD


def chart(one: Standing) -> Chart:
    """What is spent day by day, what will be, and the limit."""
    days = [day for day, _ in one.sums] + [day for day, _ in one.ahead]
    known, ahead = dict(one.sums), dict(one.ahead)
    last = one.sums[-1] if one.sums else None
    actual = tuple(float(known[day]) if day in known else math.nan for day in days)
    edges = [_edges(ahead, known, last, day) for day in days]
    limit = float(one.budget.limit.amount)
    shown = tuple(f"{day.day} {day:%b}" for day in days)
    series = [Series("Spent", actual)]
    if ahead:
        mean, low, high = (tuple(column) for column in zip(*edges, strict=True))
        series.append(Series("Forecast, 95 % band", mean, low, high))
    series.append(Series("Limit", (limit,) * len(days)))
    said = f"{words.money(one.spent)} of {words.money(one.budget.limit)} spent."
    return Chart("line", "Spent in this period", shown, tuple(series), one.spent.currency, said)


def _edges(
    ahead: dict[date, Expected],
    known: dict[date, Decimal],
    last: tuple[date, Decimal] | None,
    day: date,
) -> tuple[float, float, float]:
    """The forecast begins where the known line ends."""
    if day in ahead:
        one = ahead[day]
        return float(one.mean), float(one.lower), float(one.upper)
    here = float(known[day]) if last is not None and day == last[0] else math.nan
    return here, here, here


def made(budget: Budget, about: str, before: str, undo: str, notes: Sequence[str]) -> Card:
    """It is set; `before` says what it was, and `undo` are the words that bring that back."""
    facts = [
        ("Limit", f"{words.money(budget.limit)} {budget.cadence}"),
        ("For", about or "everything"),
        ("Alerts at", ", ".join(map(str, sorted(budget.thresholds))) or "nothing"),
    ]
    facts += [("Part of", budget.parent)] if budget.parent else []
    facts += [("Before", before)] if before else []
    blocks: list[Block] = [Facts(tuple((label, (value,)) for label, value in facts))]
    blocks += [Note((note,)) for note in notes]
    blocks.append(Buttons((_ask("Show", f"budget {quoted(budget.name)}"), _ask("Undo", undo))))
    return Card(f"Budget {budget.name} is set", tuple(blocks), Tone.GOOD)


def delete(budget: Budget, confirm: str) -> Card:
    """Whether it is meant."""
    text = (
        f"{words.money(budget.limit)} {budget.cadence}. Its open finding is closed, its parts stay."
    )
    button = Button("Delete", Action("ask", {"text": confirm}), "primary")
    return Card(f"Delete the budget {budget.name}?", (Text((text,)), Buttons((button,))))


def deleted(budget: Budget, undo: str) -> Card:
    return Card(f"Budget {budget.name} is deleted", (Buttons((_ask("Undo", undo),)),), Tone.GOOD)


def _ask(label: str, text: str) -> Button:
    return Button(label, Action("ask", {"text": text}))


def quoted(name: str) -> str:
    """A name as the grammar reads it as one."""
    plain = all(letter.isalnum() or letter in "._-" for letter in name)
    return name if plain else '"' + name.replace('"', "'") + '"'


def _example() -> Standing:
    november = Period(date(2026, 11, 1), date(2026, 12, 1))
    budget = Budget(name="payments", limit=Money(Decimal(12000), "USD"), who="Ann")
    sums = tuple((day, Decimal(430) * (n + 1)) for n, day in enumerate(november) if n < 20)
    ahead = tuple(
        (
            day,
            Expected(
                Decimal(430) * (n + 1),
                Decimal(430 * (n + 1) - 60 * (n - 19)),
                Decimal(430 * (n + 1) + 60 * (n - 19)),
            ),
        )
        for n, day in enumerate(november)
        if n >= 20
    )
    return Standing(
        budget=budget,
        period=november,
        spent=Money(Decimal("9040.20"), "USD"),
        loaded=date(2026, 11, 21),
        settled=date(2026, 11, 20),
        due=Decimal("0.68"),
        whole=ahead[-1][1],
        used_up=date(2026, 11, 28),
        sums=sums,
        ahead=ahead,
        past=((specimens.OCTOBER, Money(Decimal("11020.10"), "USD")),),
    )


_STANDING = _example()
_SEARCH = Budget(name="search", limit=Money(Decimal(4000), "USD"), parent="payments")
EXAMPLES: dict[str, Card] = {
    "listed": listed(
        (Line(_STANDING.budget, _STANDING), Line(_SEARCH, None, 1, "", "its tag is in no bill.")),
        (
            AwsBudget(
                "All of AWS",
                Money(Decimal(90000), "USD"),
                Money(Decimal(61000), "USD"),
                None,
                "monthly",
            ),
        ),
    ),
    "none": listed(()),
    "detail": detail(
        _STANDING,
        (
            ("Spent", "$9,040.20, 75.3 %, through Sat 21 Nov 2026"),
            ("Forecast", "$12,900.00, 107.5 %"),
        ),
        (),
        Money(Decimal(8000), "USD"),
    ),
    "made": made(
        _STANDING.budget,
        "team=payments",
        "$10,000.00 monthly",
        "budget set 10000 monthly as payments",
        (),
    ),
    "delete": delete(_STANDING.budget, "budget delete confirm payments"),
}
