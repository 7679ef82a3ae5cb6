"""The four promises as stories, told with the numbers of the bill that is loaded.

Each is played by the running bot's own parts: found, routed, delivered, answered, closed.
What plays them decides where the places are: simulators, a test's peers, or real workspaces.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from bot import jobs
from bot.assembly import Parts
from bot.escalation import escalate
from cards import words
from domain import changes
from domain.budget import Budget
from domain.delivery import Stage as Copy
from domain.errors import UserError
from domain.finding import Finding, Severity, Status
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.ports import Run, Subscription
from domain.query import CostQuery, Dimension, Filter
from handlers import asking, savings
from handlers.kinds import Actor, Context, Origin, Surface

NARRATOR = Actor("costbot", "costbot", "costbot")
NOWHERE = Origin("costbot", "", Surface.CONSOLE)
CHATS = ("slack", "teams", "console")

#: What the demo bill has planted: the resource that was made smaller, and the team over its budget.
RIGHTSIZED = "orders-reporting"
PROMISED = Decimal(500)
TEAM = "ml"


@dataclass
class Stage:
    """Where a story is played. `settled` returns when everything recorded has been delivered."""

    parts: Parts
    now: datetime
    settled: Callable[[], Awaitable[None]]

    @property
    def context(self) -> Context:
        return Context(NARRATOR, NOWHERE, self.now, self.parts.use)

    def later(self, wait: timedelta) -> None:
        """Time passes, in the story alone."""
        self.now += wait

    async def report(self, *found: Finding, run: Run | None = None) -> Finding:
        """Record findings where the routes want them, and wait until they are shown."""
        seen = await self.parts.book.sightings(found, self.now)
        stored = await self.parts.memory.findings.report(seen, self.now, run)
        await self.settled()
        return stored[0]

    async def step(self, found: Finding, change: Callable[[Finding], Finding]) -> Finding:
        changed = await self.parts.memory.findings.change(found.id, change)
        await self.settled()
        return changed

    async def places(self, found: Finding) -> str:
        """Where it is shown, in words."""
        copies = await self.parts.memory.findings.showings(found.id)
        there = [copy.scheme for copy in copies if copy.stage is Copy.SHOWN]
        return f"{words.plural(len(there), 'place')} ({', '.join(there)})"


Story = Callable[[Stage], AsyncIterator[str]]


async def spike(stage: Stage) -> AsyncIterator[str]:
    """A service in one account costs three times as much: five places, closed together."""
    found = await stage.parts.alerts["spike"].find(stage.context)
    risen = [one for one in found if one.status is Status.OPEN and one.impact]
    if not risen:
        raise UserError("There is no spike in the bill that is loaded.")
    told = await stage.report(max(risen, key=lambda one: one.severity.rank))
    yield f"Found: {told.title}. One finding, shown in {await stage.places(told)}."
    stage.later(timedelta(minutes=4))
    ann = changes.Doer("Ann", stage.now, "demo:ann")
    await stage.step(told, lambda one: changes.acknowledged(one, ann))
    yield "Ann takes it. Every copy says so, and the page is acknowledged."
    stage.later(timedelta(days=2))
    over = replace(told, status=Status.RESOLVED, seen_at=stage.now)
    await stage.report(over)
    yield "Two days later the cost is as usual: closed in every place, the ticket is done."


async def saving(stage: Stage) -> AsyncIterator[str]:
    """$500 a month can be saved: a task, followed until the bill shows it."""
    resource, since = await _rightsized(stage)
    currency = stage.parts.lake.status().currency or "USD"
    advice = savings.recommended(
        stage.context,
        f"{RIGHTSIZED} can be a smaller database",
        resource,
        Money(PROMISED, currency),
        {"service": "Amazon Relational Database Service", "team": "orders"},
        since,
    )
    told = await stage.report(advice)
    less = words.money(Money(PROMISED, currency))
    yield f"Found: {told.title}, {less} a month less. Shown in {await stage.places(told)}."
    stage.later(timedelta(days=9))
    bob = changes.Doer("Bob", stage.now, "demo:bob")
    await stage.step(told, lambda one: changes.assigned(one, bob, "Bob"))
    yield "Bob makes it smaller and says nothing to anybody."
    (seen,) = await stage.parts.alerts["saving"].find(stage.context)
    done = await stage.report(seen)
    yield f"The bill shows it: {dict(done.facts)['In the bill']}. The task is closed by itself."


async def budget(stage: Stage) -> AsyncIterator[str]:
    """A budget is at 150 %: a page, an urgent ticket, and an escalation."""
    last = stage.parts.lake.status().last_day
    if last is None:
        raise UserError("No bill is loaded yet.")
    month = Period(last.replace(day=1), last + ONE_DAY)
    where, measure = (Filter(Dimension("tag", "team"), "=", (TEAM,)),), stage.parts.use.measure
    table = await asking.ask(stage.parts.lake, CostQuery(month, measure, filters=where))
    limit = Money((table.total.amount / Decimal("1.55")).quantize(Decimal(1)), table.total.currency)
    agreed = Budget(name=f"Team {TEAM}", limit=limit, filters=where, measure=measure, who="Ann")
    await stage.parts.memory.budgets.put(agreed)
    found = await stage.parts.alerts["budget"].find(stage.context)
    over = next(one for one in found if one.key == f"{agreed.name}:{month.start}")
    told = await stage.report(over)
    yield f"{told.title}: {told.severity}. Shown in {await stage.places(told)}."
    stage.later(timedelta(minutes=31))
    await escalate(stage.parts.memory.findings, stage.parts.book, stage.now)
    await stage.settled()
    yield f"Half an hour, and nobody has answered: escalated. Now in {await stage.places(told)}."
    stage.later(timedelta(days=31))
    await stage.report(replace(over, status=Status.RESOLVED, seen_at=stage.now))
    await stage.parts.memory.budgets.remove(agreed.name, "Ann")
    yield "A new month begins: closed in every place."


async def daily(stage: Stage) -> AsyncIterator[str]:
    """The report of every morning, and a ticket that hears only of numbers that moved."""
    spikes = await stage.parts.alerts["spike"].find(stage.context)
    linked = None
    if risen := [one for one in spikes if one.impact]:
        linked = await stage.report(risen[0])
        yield f"Yesterday's alert: {linked.title}, with its ticket."
    stage.later(timedelta(days=1))
    shown = await _morning(stage)
    yield f"The daily report: {shown.title}. Shown in {await stage.places(shown)}."
    if linked is not None and linked.impact is not None:
        more = replace(
            linked,
            impact=Money(linked.impact.amount * 2, linked.impact.currency),
            seen_at=stage.now,
        )
        await stage.report(more)
        yield "The number behind the ticket moved, so the ticket gets one comment."
        await stage.report(more)
        yield "The next morning it is the same number, and the ticket stays quiet."


async def _morning(stage: Stage) -> Finding:
    """Run the subscriptions that are due, as the scheduler does; the first report's finding."""
    memory = stage.parts.memory
    probe = Finding(kind="report", key="probe", title="", severity=Severity.INFO, seen_at=stage.now)
    verdict = await stage.parts.book.decide(probe, stage.now)
    chats = [place for place in verdict.places if place.partition(":")[0] in CHATS]
    known = {one.place for one in await memory.subscriptions.listed()}
    for place in chats:
        if place not in known:
            at, since = f"{stage.now:%H:%M}", stage.now - timedelta(days=1)
            await memory.subscriptions.add(
                Subscription(place, "report daily", "day", at, "UTC", "Ann", "demo:ann", since)
            )
    shown: list[Finding] = []
    for job in await jobs.reports(memory.subscriptions, ("datadog",))(stage.now):
        logical = job.logical(stage.now)
        if logical is None:
            continue
        seen = await job.run(stage.context, logical) or ()
        shown += await memory.findings.report(seen, stage.now, Run(job.name, logical))
    await stage.settled()
    if not shown:
        raise UserError("No report is due: it was sent already today, or no room takes reports.")
    return shown[0]


async def _rightsized(stage: Stage) -> tuple[str, date]:
    """The database of the demo bill that was made smaller, and the first of its cheaper days."""
    status = stage.parts.lake.status()
    if status.first_day is None or status.last_day is None:
        raise UserError("No bill is loaded yet.")
    days = Period(status.first_day, status.last_day + ONE_DAY)
    where = (Filter(Dimension("resource"), "~", (RIGHTSIZED,)),)
    split = (Dimension("resource"), Dimension("day"))
    table = await asking.ask(
        stage.parts.lake, CostQuery(days, stage.parts.use.measure, split, where)
    )
    costs = sorted((row.key[1] or "", row.key[0] or "", row.cost) for row in table.rows)
    for (_, _, before), (day, resource, after) in pairwise(costs):
        if after < before / 2:
            return resource, date.fromisoformat(day)
    raise UserError(f"The bill that is loaded has no {RIGHTSIZED} that became cheaper.")


STORIES: dict[str, Story] = {"spike": spike, "saving": saving, "budget": budget, "daily": daily}
