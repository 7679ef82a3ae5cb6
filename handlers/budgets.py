"""How budgets are doing, asked of the bill, and what is worth a finding."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from analytics import pace, periods
from cards import words
from domain.budget import Budget, Standing
from domain.finding import Entry, Finding, Measurement, Severity
from domain.money import Money
from domain.outlook import Expected, Outlook
from domain.period import ONE_DAY, Period
from domain.query import CostQuery, Dimension, Filter
from domain.routing import ROOM
from handlers import asking, outlook, replies
from handlers.coverage import covered_days, inside, loaded_days
from handlers.grammar import Question, render
from handlers.grammar import scope as scope_of
from handlers.kinds import Context

KIND = "budget"
#: Periods before this one that are shown, and whose shape says what is usual.
PAST = 6
#: Longer names are nobody's.
NAME = 60
#: Spent this share of the budget, it matters this much.
_SEVERITIES = (
    (Decimal("1.5"), Severity.CRITICAL),
    (Decimal(1), Severity.HIGH),
    (Decimal("0.8"), Severity.MEDIUM),
)
_TAGS = ("account", "service", "region", "team")


def newest(context: Context, budget: Budget) -> tuple[Period, ...]:
    """The periods of the newest settled and of the newest loaded day: mostly the same one."""
    days = (replies.settled(context), context.use.lake.status().last_day)
    return tuple(dict.fromkeys(budget.period(day) for day in days if day is not None))


async def standing(context: Context, budget: Budget, period: Period) -> Standing:
    """How a budget is doing in a period of which at least a day is loaded."""
    past = _before(context, budget, period)
    costs = await _costs(context, budget, Period((past[-1] if past else period).start, period.end))
    loaded = min(loaded_days(context.use.lake.status()).last, period.last)
    through = replies.settled(context)
    settled = min(through, period.last) if through is not None and through >= period.start else None
    spent = _sum(costs, Period(period.start, max(loaded, period.start) + ONE_DAY))
    found = await _outlook(context, budget, period)
    return Standing(
        budget=budget,
        period=period,
        spent=Money(spent, budget.limit.currency),
        loaded=loaded,
        settled=settled,
        due=pace.due(costs, period, past, settled) if settled else None,
        whole=found.whole if found else _closed(period, settled, spent),
        used_up=_used_up(budget, period, costs, settled, loaded, found),
        sums=tuple(pace.running(period, costs, settled)) if settled else (),
        ahead=_ahead_sums(found, period) if found else (),
        past=tuple((one, Money(_sum(costs, one), budget.limit.currency)) for one in past),
    )


def _before(context: Context, budget: Budget, period: Period) -> list[Period]:
    """The periods before that are loaded as a whole, the newest first."""
    covered, found = covered_days(context.use.lake.status()), list[Period]()
    one = budget.period(period.start - ONE_DAY)
    while len(found) < PAST and inside(one, covered) == [one]:
        found.append(one)
        one = budget.period(one.start - ONE_DAY)
    return found


def query(budget: Budget, period: Period) -> CostQuery:
    """All charges of a period that count."""
    return CostQuery(period, budget.measure, filters=budget.filters)


async def _costs(context: Context, budget: Budget, period: Period) -> dict[date, Decimal]:
    wanted = replace(query(budget, period), group_by=(Dimension("day"),), limit=None)
    table = await asking.ask(context.use.lake, wanted)
    return {date.fromisoformat(row.key[0] or ""): row.cost for row in table.rows}


def _sum(costs: dict[date, Decimal], period: Period) -> Decimal:
    return sum((cost for day, cost in costs.items() if day in period), Decimal(0))


async def _outlook(context: Context, budget: Budget, period: Period) -> Outlook | None:
    if not outlook.possible(context, period):
        return None
    return await outlook.ahead(context, query(budget, period))


def _closed(period: Period, settled: date | None, spent: Decimal) -> Expected | None:
    """A period that is settled to its end will have cost what it cost."""
    return Expected(spent, spent, spent) if settled == period.last else None


def _to_come(found: Outlook, period: Period) -> list[tuple[date, Decimal]]:
    """What each day to come will cost: usage, and the other charges that are known to come."""
    costs = dict.fromkeys((day for day in period if day > found.settled_through), Decimal(0))
    for step in found.steps:
        if step.expected is None:
            continue
        month = Period.month(step.day.year, step.day.month)
        days = [step.day] if found.grain == "day" else [day for day in month if day in costs]
        for day in days:
            if day in costs:
                costs[day] += step.expected.mean / len(days)
    for one in found.known:
        day = max(one.day, found.settled_through + ONE_DAY)
        if day in costs:
            costs[day] += one.amount
    return sorted(costs.items())


def _used_up(
    budget: Budget,
    period: Period,
    costs: dict[date, Decimal],
    settled: date | None,
    loaded: date,
    found: Outlook | None,
) -> date | None:
    """The day on which the limit is reached: one that is over, or one to come."""
    limit = budget.limit.amount
    known = [(day, costs.get(day, Decimal(0))) for day in period if day <= loaded]
    if over := pace.reached(known, limit):
        return over
    known = [(day, cost) for day, cost in known if settled is not None and day <= settled]
    return pace.reached([*known, *_to_come(found, period)], limit) if found else None


def _ahead_sums(found: Outlook, period: Period) -> tuple[tuple[date, Expected], ...]:
    """What will be spent at the end of each day to come; its bounds widen as the root of time,
    from none to those of the whole."""
    days = _to_come(found, period)
    total = sum((cost for _, cost in days), Decimal(0)) or Decimal(1)
    whole, spent = found.whole, found.spent.amount
    sums: list[tuple[date, Expected]] = []
    passed = Decimal(0)
    for number, (day, cost) in enumerate(days, start=1):
        passed += cost
        mean = spent + (whole.mean - spent) * passed / total
        wide = (Decimal(number) / len(days)).sqrt()
        low, high = (whole.mean - whole.lower) * wide, (whole.upper - whole.mean) * wide
        sums.append((day, Expected(mean, mean - low, mean + high)))
    return tuple(sums)


def finding(context: Context, one: Standing, known: Finding | None = None) -> Finding | None:
    """What there is to say; None while no threshold is reached.

    It has a line of history for each threshold that `known`, the finding so far, did not have.
    """
    reached = one.reached
    if not reached:
        return None
    said = ", ".join(map(str, reached))
    before = dict(known.facts).get(_REACHED, "").split(", ") if known else []
    moment = context.now
    lines = [
        Entry(moment, "costbot", f"saw it reach {th}") for th in reached if str(th) not in before
    ]
    budget, labels = one.budget, _labels(one.budget)
    return Finding(
        kind=KIND,
        key=f"{budget.name}:{one.period.start}",
        title=title(one),
        severity=_severity(one),
        seen_at=_seen_at(one),
        impact=_over(one),
        told=one.spent.rounded(),
        labels=labels | ({ROOM: budget.place} if budget.place else {}),
        facts=(*facts(one, scope(context, budget)), (_REACHED, said)),
        measurements=_measurements(one, {tag: labels[tag] for tag in _TAGS if tag in labels}),
        command=command(budget, one.period),
        log=tuple(lines) if known else (),
    )


_REACHED = "Reached"


def _seen_at(one: Standing) -> datetime:
    return datetime.combine((one.loaded or one.period.start) + ONE_DAY, time(), UTC)


def title(one: Standing) -> str:
    """payments has spent 83.0 % of its budget"""
    actual = any(not threshold.forecast for threshold in one.reached)
    if actual or one.expected is None:
        return f"{one.budget.name} has spent {words.percent(one.share)} of its budget"
    return f"{one.budget.name} will spend {words.percent(one.expected)} of its budget"


def scope(context: Context, budget: Budget) -> str:
    """What a budget is for, in words; "" for everything."""
    period = budget.period(context.today)
    question = Question(query(budget, period), periods.dates(period))
    return scope_of(question, replies.names(context))


def scope_name(context: Context, filters: Sequence[Filter]) -> str:
    """What a budget is called that nobody named: after the values it keeps."""
    values = [value or f"no {one.dimension.label}" for one in filters for value in one.values]
    return ", ".join(values)[:NAME] or "everything"


def facts(one: Standing, about: str = "") -> tuple[tuple[str, str], ...]:
    """Label and value pairs for people; `about` is what the budget is for."""
    limit = one.budget.limit
    told = [
        (
            "Budget",
            f"{words.money(limit)} for {words.span(one.period)}{f', {about}' if about else ''}",
        ),
        ("Spent", f"{words.money(one.spent)}, {words.percent(one.share)}{_through(one)}"),
    ]
    if one.due is not None:
        told.append(("On pace would be", f"{words.percent(one.due)}, as in the periods before"))
    if one.whole is not None and one.expected is not None and one.settled != one.period.last:
        whole = Money(one.whole.mean, limit.currency)
        told.append(("Forecast", f"{words.money(whole)}, {words.percent(one.expected)}"))
    if one.used_up is not None:
        over = one.loaded is not None and one.used_up <= one.loaded
        told.append(("Used up" if over else "Will be used up", words.day(one.used_up)))
    if one.budget.parent:
        told.append(("Part of", one.budget.parent))
    if one.budget.who:
        told.append(("Set by", one.budget.who))
    return tuple(told)


def _through(one: Standing) -> str:
    if one.loaded is None or one.loaded >= one.period.last:
        return ""
    return f", through {words.day(one.loaded)}"


def _severity(one: Standing) -> Severity:
    """By what is spent; a forecast alone is no more than a warning."""
    if not any(not threshold.forecast for threshold in one.reached):
        return Severity.MEDIUM
    return next((s for least, s in _SEVERITIES if one.share >= least), Severity.LOW)


def _over(one: Standing) -> Money | None:
    """What is, or will be, spent beyond the limit."""
    most = max(one.spent.amount, one.whole.mean if one.whole else one.spent.amount)
    over = Money(most, one.budget.limit.currency) - one.budget.limit
    return over.rounded() if over.amount > 0 else None


def _labels(budget: Budget) -> dict[str, str]:
    """The values that routes and owners are found by: of filters that keep one value."""
    found: dict[str, str] = {}
    for one in budget.filters:
        if one.op == "=" and len(one.values) == 1 and one.values[0]:
            found[one.dimension.key or one.dimension.name] = one.values[0]
    return found


def _measurements(one: Standing, tags: dict[str, str]) -> tuple[Measurement, ...]:
    named = tags or {"budget": one.budget.name}
    found = [
        Measurement("budget.actual", one.spent.amount, named),
        Measurement("budget.limit", one.budget.limit.amount, named),
        Measurement("budget.percent", one.share * 100, named),
    ]
    if one.whole is not None:
        found.append(Measurement("budget.forecast", one.whole.mean, named))
    return tuple(found)


def command(budget: Budget, period: Period) -> str:
    """The words after /cost that show what is behind a budget's number."""
    split = () if any(one.dimension.name == "service" for one in budget.filters) else ("service",)
    asked = replace(query(budget, period), group_by=tuple(map(Dimension, split)))
    return render(asked)


def spending(budgets: Sequence[Budget], name: str) -> Budget | None:
    """The budget of a name, in any case."""
    return next((one for one in budgets if one.name.casefold() == name.casefold()), None)
