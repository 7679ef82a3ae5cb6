"""Credits: told before one runs out, with what the bill will be then; and when one stopped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from analytics import runways
from cards import words
from domain.charge import Runway
from domain.finding import Entry, Finding, Severity, Status
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import ChargeType
from handlers import charges, replies
from handlers.kinds import AlertKind, Context

KIND = "credit"
#: Told so long before its end, and once more in its last week.
AHEAD = timedelta(days=30)
#: What was told stays told while the end moves by some days.
KEPT = timedelta(days=45)
SOON = timedelta(days=14)
LAST_WEEK = timedelta(days=7)
#: A credit that pays less a month ends without a word.
FLOOR = Decimal(100)
#: A credit that stopped longer ago is history.
_HISTORY = timedelta(days=75)
#: What was told so long ago was about another credit of that name.
_FORGOTTEN = timedelta(days=120)
_UNKNOWN = "it was used up, it expired, or nothing is used that it pays for; no bill says which"
_REACHED = "saw it reach its last week"

Days = dict[date, Decimal]


async def find(context: Context) -> Sequence[Finding]:
    """One finding for each credit that is about to end, and a notice for one that just stopped."""
    through = replies.settled(context)
    if through is None:
        return ()
    ending: list[Finding] = []
    stopped: list[Finding] = []
    for payer, name, days, grant in await charges.credits_known(context, through):
        one = runways.runway(name, days, grant, through)
        known = await context.use.memory.findings.get(f"{KIND}:{_key(payer, name)}")
        if known is not None and context.now - known.seen_at > _FORGOTTEN:
            known = None
        told = _ending(context, payer, one, known, through)
        ending += [told] if told else []
        notice = _stopped(context, payer, one, through) if known is None else None
        stopped += [notice] if notice else []
    return [*ending, *await charges.notices(context, KIND, stopped, [one.id for one in ending])]


def _key(payer: str, name: str) -> str:
    return f"credit={name[:120]},payer={payer}"


def _ending(
    context: Context, payer: str, one: Runway, known: Finding | None, through: date
) -> Finding | None:
    """The finding about the end of a credit; resolved once it has ended, or lasts longer."""
    live = known if known is not None and known.status in charges.LIVE else None
    if live and (one.stopped or one.used_up):
        title, moment = f"{_called(one.name)} has run out", charges.seen_at(through)
        return replace(live, title=title, status=Status.RESOLVED, seen_at=moment)
    near = KEPT if live else AHEAD
    if one.ends is None or one.used_up or one.monthly < FLOOR or one.ends - through > near:
        return replace(live, status=Status.RESOLVED) if live else None
    if known is not None and not live and (not known.log or known.log[-1].by):
        return None  # A person is done with it.
    return _finding(context, payer, one, known, through)


def _finding(
    context: Context, payer: str, one: Runway, known: Finding | None, through: date
) -> Finding:
    currency, ends = context.use.lake.status().currency or "", one.ends or through
    monthly, left = Money(one.monthly, currency), ends - through
    last = [Entry(context.now, "costbot", _REACHED)] if left <= LAST_WEEK else []
    if known is not None and any(line.what == _REACHED for line in known.log):
        last = []
    facts = [
        ("Then", f"the bill is about {words.money(monthly)} a month higher"),
        ("Because", one.why),
        ("Applied so far", words.money(Money(one.drawn, currency))),
    ]
    if one.left is not None:
        facts.append(("Left", words.money(Money(one.left, currency))))
    return Finding(
        kind=KIND,
        key=_key(payer, one.name),
        title=f"{_called(one.name)} runs out about {words.day(ends)}",
        severity=Severity.MEDIUM if left <= SOON else Severity.LOW,
        seen_at=charges.seen_at(through),
        impact=monthly.rounded(),
        labels=_labels(payer),
        facts=tuple(facts),
        command=_command(context, payer, through),
        log=tuple(last) if known is not None else (),
    )


def _stopped(context: Context, payer: str, one: Runway, through: date) -> Finding | None:
    """A credit that ended and nobody knew it would; what it paid before is what comes on top."""
    if one.stopped is None or one.used_up or one.monthly < FLOOR:
        return None
    if through - one.stopped > _HISTORY:
        return None
    currency = context.use.lake.status().currency or ""
    monthly = Money(one.monthly, currency)
    return Finding(
        kind=KIND,
        key=f"{_key(payer, one.name)}:{one.stopped}",
        title=f"{_called(one.name)} is not applied any more",
        severity=Severity.MEDIUM,
        seen_at=charges.seen_at(one.stopped),
        impact=monthly.rounded(),
        labels=_labels(payer),
        facts=(
            ("Since", words.day(one.stopped)),
            ("Now", f"the bill is about {words.money(monthly)} a month higher"),
            ("Applied so far", words.money(Money(one.drawn, currency))),
            ("Why", _UNKNOWN),
        ),
        command=_command(context, payer, through),
    )


def _called(name: str) -> str:
    return name if "credit" in name.casefold() else f"The credit {name}"


def _labels(payer: str) -> dict[str, str]:
    return {"payer": payer, "charge": ChargeType.CREDIT.value}


def _command(context: Context, payer: str, through: date) -> str:
    start = charges.history(context, through).start
    return charges.lines(Period(start, through + ONE_DAY), "month", _labels(payer))


ALERT = AlertKind(KIND, "Credits that are about to run out, and those that stopped", find)
