"""Unusual usage of a service in an account: spikes, drops, drift, and services that begin."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from cards import words
from domain.finding import UNUSUAL, Finding, Measurement, Severity, Status
from domain.money import Money
from domain.period import ONE_DAY
from domain.query import ChargeType
from handlers import causes, corrections, detection, replies
from handlers.detection import Case, Looked
from handlers.kinds import AlertKind, Context

if TYPE_CHECKING:
    from analytics.incidents import Shape

_OPEN = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED})
_CLOSED = frozenset({Status.RESOLVED})
#: AWS may correct a month until two weeks after it ended.
_CORRECTED_FOR = timedelta(days=45)
#: The days of an incident that has ended, in its command.
_DAYS = re.compile(r"by day (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d) ")
#: From this much more a day on.
_SEVERITIES = ((Decimal(5000), Severity.CRITICAL), (Decimal(500), Severity.HIGH))
#: How severe something is that is cheaper than that: what begins or ends may well be wanted.
_MILD = {"drop": Severity.LOW, "new": Severity.LOW}


async def find(context: Context) -> Sequence[Finding]:
    """One finding for each incident that reaches the newest settled day.

    Incidents that were found before and have ended are reported as resolved; of those that ended
    lately, whose days AWS corrected since, the finding is put right.
    """
    through = replies.settled(context)
    if through is None:
        return ()
    known = await _known(context)
    currency = context.use.lake.status().currency or ""
    looked = await detection.look(context, through)
    found = [_continued(_finding(context, case, currency), known) for case in looked.cases]
    found = [await causes.with_cause(context, one) for one in found]
    still = {one.id for one in found}
    return [
        *found,
        *_ended([one for one in known if one.id not in still], looked, through),
        *await _corrected(context, looked, still),
    ]


async def _known(context: Context) -> list[Finding]:
    findings = context.use.memory.findings
    kinds = [await findings.listed(_OPEN, kind, 500) for kind in sorted(UNUSUAL)]
    return [one for some in kinds for one in some]


def _continued(found: Finding, known: Sequence[Finding]) -> Finding:
    """Under the name that it was first told by, whatever its history looks like today."""
    for one in known:
        same = one.labels == found.labels and (one.kind == "drop") == (found.kind == "drop")
        if same and _first(found) <= _last(one) + timedelta(days=3):
            return replace(found, kind=one.kind, key=one.key)
    return found


def _first(found: Finding) -> date:
    return date.fromisoformat(found.key.rpartition(":")[2])


def _last(found: Finding) -> date:
    return (found.seen_at - ONE_DAY).date()


def _finding(context: Context, case: Case, currency: str) -> Finding:
    account, service, incident = case.account, case.service, case.incident
    name, last = replies.names(context), incident.last
    cost, expected = case.newest, Decimal(repr(incident.expected[-1][1]))
    labels = {"service": service, "account": account}
    apart = ""
    if case.charge != ChargeType.USAGE:
        labels["charge"] = case.charge
        apart = f"charge={case.charge},"
    where = (words.shortened(name)("service", service), name("account", account))
    return Finding(
        kind=incident.shape.value,
        key=f"account={account},{apart}service={service}:{incident.first}",
        title=_title(case, *where, cost, expected),
        severity=_severity(incident.shape, abs(cost - expected)),
        seen_at=datetime.combine(last + ONE_DAY, time(), UTC),
        impact=Money(case.extra, currency).rounded(),
        told=Money(case.whole, currency),
        labels=labels,
        facts=(
            ("Since", words.day(incident.first)),
            (
                f"A day, {words.day(last)} and 6 before" if case.weekly else words.day(last),
                f"{words.money(Money(cost, currency))}, expected "
                f"{words.money(Money(expected, currency))}",
            ),
            ("Account", where[1]),
        ),
        measurements=(Measurement("anomaly.impact", case.extra, labels),),
        command=_command("last 30d", labels),
    )


def _title(case: Case, service: str, account: str, cost: Decimal, expected: Decimal) -> str:
    incident = case.incident
    change = f"+{words.percent(cost / expected - 1)}" if expected > 0 else "from nothing"
    match incident.shape.value:
        case "drop" if cost == 0:
            return f"{service} in {account} costs nothing any more"
        case "drop":
            return f"{service} in {account} costs {words.percent(1 - cost / expected)} less"
        case "drift":
            return f"{service} in {account} creeps up, {change} by now"
        case "new":
            return f"{service} is new in {account}"
        case _ if incident.lasting:
            return f"{service} in {account} has a new level, {change}"
        case _:
            return f"{service} in {account} costs {change}"


def _severity(shape: "Shape", a_day: Decimal) -> Severity:
    usual = _MILD.get(shape.value, Severity.MEDIUM)
    if shape.value == "drop":
        return usual
    return next((severity for least, severity in _SEVERITIES if a_day >= least), usual)


def _ended(known: Sequence[Finding], looked: Looked, through: date) -> list[Finding]:
    """What is over: nothing unusual on the newest settled days. It tells what its days cost."""
    seen_at = datetime.combine(through + ONE_DAY, time(), UTC)
    return [
        replace(
            one,
            status=Status.RESOLVED,
            seen_at=seen_at,
            told=_told(one, looked, _first(one), _last(one)),
            command=_command(f"{_first(one)}..{_last(one)}", one.labels),
        )
        for one in known
        if one.seen_at < seen_at
    ]


async def _corrected(context: Context, looked: Looked, still: set[str]) -> list[Finding]:
    """What ended lately, where its days by now cost something else than its messages tell."""
    findings, since = context.use.memory.findings, context.now - _CORRECTED_FOR
    found: list[Finding] = []
    for kind in sorted(UNUSUAL):
        for one in await findings.listed(_CLOSED, kind, 500):
            days = _DAYS.match(one.command)
            if days is None or one.id in still or (one.resolved_at or one.seen_at) < since:
                continue
            told = _told(one, looked, *map(date.fromisoformat, days.groups()))
            if told is not None and corrections.moved(one.told, told):
                found.append(_put_right(one, told, context.today))
    return found


def _put_right(one: Finding, told: Money, day: date) -> Finding:
    """What was expected of the days stays: the difference is impact."""
    impact = one.impact + (told - one.told) if one.impact and one.told else one.impact
    kept = tuple(fact for fact in one.facts if fact not in corrections.notes(one))
    newer = replace(one, told=told, impact=impact and impact.rounded(), facts=kept)
    return corrections.corrected(one, newer, day)


def _told(one: Finding, looked: Looked, first: date, last: date) -> Money | None:
    if one.told is None:
        return None
    charge = one.labels.get("charge", ChargeType.USAGE.value)
    key = (one.labels["account"], one.labels["service"], charge)
    cost = looked.cost(key, first, last)
    return Money(cost, one.told.currency) if cost is not None else None


def _command(days: str, labels: Mapping[str, str]) -> str:
    where = f'account={labels["account"]} and service="{labels["service"]}"'
    where += f" and charge={labels['charge']}" if "charge" in labels else ""
    return f"by day {days} where {where}"


ALERT = AlertKind("spike", "Unusual usage: spikes, drops, drift, new services", find)
