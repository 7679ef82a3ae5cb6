"""What a subscription sends on one date: a finding that its place is to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cards.views.report import against, changed, title
from cards.words import change, day, money
from domain.answer import CostTable
from domain.delivery import scheme
from domain.errors import UserError
from domain.finding import Finding, Measurement, Severity
from domain.money import Money
from domain.ports import Sighting, Subscription
from domain.query import Dimension
from handlers import asking, corrections, dispatch, replies, reporting, subscribing
from handlers.kinds import Actor, Context, Origin, Surface
from handlers.reporting import Plan

KIND = "report"
#: Metrics systems charge by the number of values of a tag.
_APART = 10


@dataclass(frozen=True, slots=True)
class _Said:
    """What a finding says beside its identity."""

    title: str
    command: str
    told: Money | None = None
    impact: Money | None = None
    facts: tuple[tuple[str, str], ...] = ()
    measurements: tuple[Measurement, ...] = ()


async def sighting(
    context: Context, subscription: Subscription, logical: str, also: Sequence[str] = ()
) -> Sighting:
    """The finding of one date; `also` are places for those with measurements."""
    said = await _said(_as_of(context, subscription), subscription.words)
    finding = _finding(context, f"{subscription.number}:{logical}", said)
    places = (subscription.place, *(also if said.measurements else ()))
    return Sighting(finding, places)


async def refreshed(context: Context, finding: Finding) -> Sighting | None:
    """A report that was sent, with newer numbers; None where they hardly moved."""
    if finding.told is None:
        return None
    then = replace(context, now=finding.opened_at or finding.seen_at)
    try:
        said = await _said(then, finding.command)
    except UserError:
        return None
    if said.told is None or not corrections.moved(finding.told, said.told):
        return None
    newer = _finding(context, finding.key, said)
    return Sighting(corrections.corrected(finding, newer, context.today))


def _finding(context: Context, key: str, said: _Said) -> Finding:
    return Finding(
        kind=KIND,
        key=key,
        title=said.title,
        severity=Severity.INFO,
        seen_at=context.now,
        impact=said.impact,
        told=said.told,
        facts=said.facts,
        measurements=said.measurements,
        command=said.command,
    )


def _as_of(context: Context, subscription: Subscription) -> Context:
    """As the person asked who subscribed, in the place that did."""
    platform = scheme(subscription.place)
    actor = Actor(platform, subscription.by.partition(":")[2], subscription.who)
    place = subscription.place.partition(":")[2]
    return replace(context, actor=actor, origin=Origin(platform, place, Surface.ROOM))


async def _said(context: Context, words: str) -> _Said:
    command, rest = dispatch.meant(context, words)
    try:
        if command.name == KIND:
            wish = subscribing.report(KIND, rest)
            return await _report(context, reporting.plan(context, wish.kind, wish.heard.words))
        answer = await dispatch.ask(context, words)
    except UserError as error:
        # What cannot be answered is said in the place that waits for it.
        return _Said(f"/cost {words}: {error}", words)
    told = answer.table.total if answer.table else None
    facts = (("Total", money(told)),) if told else ()
    return _Said(answer.card.title, words, told, facts=facts)


async def _report(context: Context, plan: Plan) -> _Said:
    said, _ = await reporting.report(context, plan)
    total, name = said.whole.total, title(said)
    facts = [("Total", money(total))]
    facts += [(against(one), changed(one)) for one in said.against]
    impact = None
    if said.against and (before := said.against[0].previous) is not None:
        impact = total - before
        name = f"{name}, {change(total, before)}"
    through = replies.settled(context)
    facts += [("Settled through", day(through))] if through else []
    measured = await _measurements(context, plan, said.month)
    return _Said(name, plan.words, total, impact, tuple(facts), measured)


async def _measurements(
    context: Context, plan: Plan, month: CostTable | None
) -> tuple[Measurement, ...]:
    """The settled day by service and by account, and the month so far.

    Only of a report about everything: the numbers of a part would pass for those of the whole.
    """
    query = plan.query
    if plan.kind != "daily" or query.filters or query.measure is not context.use.measure:
        return ()
    name = replies.names(context)
    found: list[Measurement] = []
    for tag in ("service", "account"):
        split = replace(query, group_by=(Dimension(tag),), limit=_APART, compare=None)
        table = await asking.ask(context.use.lake, split)
        for row in table.rows:
            value = row.key[0] or "none"
            label = name(tag, value) if tag == "service" else value
            found.append(Measurement("cost.daily", row.cost, {tag: label}))
        if table.rest is not None:
            found.append(Measurement("cost.daily", table.rest.cost, {tag: "other"}))
    if month is not None:
        found.append(Measurement("cost.month_to_date", month.total.amount))
    return tuple(found)
