"""/cost why [what] [period vs period]: what made a cost change."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from cards.model import Action, Button, Buttons
from cards.parts import ask_buttons
from cards.views.why import why
from cards.words import span
from domain.cause import Explanation
from domain.errors import UserError
from domain.finding import Finding, Status
from domain.period import ONE_DAY, Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension
from handlers import causes, replies, steps
from handlers.coverage import comparable, covered_days
from handlers.grammar import render, scope, with_compare, with_period
from handlers.incidents import query_of
from handlers.kinds import Answer, Command, Context, Surface

WEEK = timedelta(days=7)
_NUMBER = re.compile(r"(?:finding\s+)?#?(\d+)\s*\??")
#: What people say around a question that asks nothing: why did ec2 go up last week?
_TALK = re.compile(
    r"\b(?:(?:go|goes|went|gone|going|jump(?:ed)?|shoot|shot|creep|crept) (?:up|down)|"
    r"(?:so|too|that) (?:high|expensive|much|low)|"
    r"(?:increas|ris|grow|ros|fall|fell|drop|jump|chang|spik)(?:e|ed|en|ing|s|n|ped|ping)?|grew|"
    r"rose|higher|dearer)\b(?![\"\w=:.-])",
    re.IGNORECASE,
)
_OPEN = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED})


@dataclass(frozen=True, slots=True)
class About:
    """What is asked, in a query with both periods, and how that came to be."""

    query: CostQuery
    scope: str = ""
    remark: str = ""
    finding: Finding | None = None


async def run(context: Context, words: str) -> Answer:
    about = await _about(context, words)
    found = await causes.explained(context, about.query)
    card = why(
        found,
        replies.provenance(context, about.query),
        replies.names(context),
        _buttons(context, about, found),
        about.remark,
        about.scope,
    )
    return Answer(card, causes.table(found), replies.settled(context))


async def _about(context: Context, words: str) -> About:
    if number := _NUMBER.fullmatch(words.strip()):
        return _of_finding(context, await steps.named(context, number[1]))
    said = _TALK.sub(" ", words).strip(" ?")
    if said:
        return _asked(context, said)
    newest = await _newest_spike(context)
    return _of_finding(context, newest) if newest else _last_day(context)


async def _newest_spike(context: Context) -> Finding | None:
    if context.use.state is None:
        return None
    listed = await context.use.memory.findings.listed(_OPEN, "spike", 1)
    return listed[0] if listed else None


def _last_day(context: Context) -> About:
    """The newest settled day against the same weekday before."""
    through = replies.settled(context)
    day = Period.day(through or context.today - ONE_DAY)
    before = Period(day.start - WEEK, day.end - WEEK)
    asked = replies.understand(context, f"{day.start} vs {before.start}")
    remark = "The newest settled day against the same weekday before, as no spike is open."
    return About(asked.query, remark=remark)


def _asked(context: Context, words: str) -> About:
    """A question; the last seven settled days against those before where it names no days."""
    asked = replies.read(context, words)
    if any(dimension.name in TIME_DIMENSIONS for dimension in asked.query.group_by):
        raise UserError(
            "A change is explained by services, accounts or tags, not by days.",
            ("why last 7d", "by day last 30d"),
        )
    remark = ""
    if not asked.period_said:
        through = replies.settled(context) or context.today - ONE_DAY
        asked = replies.read(context, with_period(asked, f"{through - WEEK + ONE_DAY}..{through}"))
        remark = "The last seven settled days against those before."
    if asked.compare is None:
        against = "last week" if asked.query.period.days == 1 else "previous"
        asked = replies.read(context, with_compare(asked, against))
    asked = replies.understand(context, render(asked))
    notes = [remark, replies.days_remark(context, asked)]
    query = replies.settled_only(context, asked.query)
    if query != asked.query:
        notes.append(f"Settled days only: {span(query.period)}.")
    said = scope(asked, replies.names(context))
    return About(query, said, " ".join(note for note in notes if note))


def _of_finding(context: Context, found: Finding) -> About:
    """The days of a finding against the same weekdays before."""
    if found.kind == "saving":
        raise UserError(
            f"{found.name} is money to save, not a change. See what it is about.",
            (f"finding {found.number}",),
        )
    query = comparable(query_of(context, found), covered_days(context.use.lake.status()))
    return About(query, f"{found.name} {found.title}", "", found)


def _buttons(context: Context, about: About, found: Explanation) -> Buttons | None:
    """A ticket for the finding, and the first cause from nearer."""
    choices: list[tuple[str, str]] = []
    if found.causes:
        part = causes.within(about.query, found.causes[0].part.where)
        plain = replace(part, compare=None)
        days = Period(part.period.end - 30 * ONE_DAY, part.period.end)
        choices = [
            ("Inside it", f"why {render(part)}"),
            ("By day", render(replace(plain, group_by=(Dimension("day"),), period=days))),
            ("Resources", render(replace(part, group_by=(Dimension("resource"),), limit=10))),
        ]
    room = context.origin.surface is Surface.ROOM
    asked = ask_buttons(choices, f"why {render(about.query)}" if room else None)
    if about.finding is None or about.finding.status.closed:
        return asked
    action = Action("ticket", {"finding": str(about.finding.number)})
    ticket = Button("Create Jira ticket", action, "primary", opens=True)
    return Buttons((ticket, *(asked.items if asked else ())))


COMMAND = Command(
    name="why",
    summary="What made a cost change: the cause, since when, and what is behind it",
    usage=("why [what] [period] [vs <period>]", "why <finding>"),
    examples=("why", "why ec2 last week vs the week before", "why by account, service last month"),
    run=run,
    aliases=("explain",),
)
