"""Charges that are no usage, read from the bill, and the notices about them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from analytics import billed, runways
from analytics.calendar import months_back
from analytics.rates import Months
from domain.charge import Fee, Grant, Refund
from domain.finding import Finding, Severity, Status
from domain.period import ONE_DAY, Period
from domain.ports import Question
from domain.query import CostQuery, Dimension, Filter, Measure
from handlers import corrections
from handlers.coverage import loaded_days
from handlers.grammar import render
from handlers.kinds import Context

LIVE = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED})
#: What happened longer ago is history when it is seen first. AWS may add to a month until two
#: weeks after it ended.
LOOK_BACK = timedelta(days=45)
#: A notice is there to be read, not to be dealt with: it ends by itself after so long.
NEWS = timedelta(days=14)
#: Enough history to know what was paid a year ago.
HISTORY = 13
#: From this amount on a notice matters a little.
MATTERS = Decimal(5000)


Days = dict[date, Decimal]


def history(context: Context, through: date, months: int = HISTORY) -> Period:
    """Whole months up to `through`, as far as they are loaded."""
    first = loaded_days(context.use.lake.status()).start
    return Period(max(first, months_back(through.replace(day=1), months)), through + ONE_DAY)


async def fees(context: Context, period: Period) -> list[Fee]:
    """What was bought, by thing and day."""
    return [
        Fee(
            row["account"] or "",
            row["service"] or "",
            row["charge"],
            row["bought"] or "",
            bool(row["recurring"]),
            _day(row["day"]),
            row["cost"],
            row["said"] or "",
            _day(row["ends"] or row["day"]),
        )
        for row in await _rows(context, billed.fees(period), billed.FEES, period)
    ]


async def refunds(context: Context, period: Period) -> list[Refund]:
    """What was paid back, as amounts above nought."""
    rows = await _rows(context, billed.refunds(period), billed.REFUNDS, period)
    return [
        Refund(
            row["account"] or "",
            row["service"] or "",
            _day(row["day"]),
            -row["cost"],
            row["said"] or "",
        )
        for row in rows
    ]


async def credit_days(
    context: Context, period: Period
) -> dict[tuple[str, str], dict[date, Decimal]]:
    """What credits paid, by payer and description and day, as amounts above nought."""
    found: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(dict)
    question = billed.credits_applied(period)
    for row in await _rows(context, question, billed.CREDITS, period):
        found[row["payer"] or "", row["said"] or ""][_day(row["day"])] = -row["cost"]
    return found


async def credits_known(
    context: Context, through: date
) -> list[tuple[str, str, Days, Grant | None]]:
    """Each credit by payer and name, with what is known of it: by people, or from the bill."""
    found: dict[tuple[str, str], Days] = {}
    said: dict[tuple[str, str], tuple[date, str]] = {}
    applied = await credit_days(context, history(context, through))
    for (payer, text), days in sorted(applied.items()):
        key = (payer, runways.named(text))
        into = found.setdefault(key, {})
        for day, paid in days.items():
            into[day] = into.get(day, Decimal(0)) + paid
        newest = max((day for day in days if day <= through), default=None)
        if newest is not None:
            said[key] = max(said.get(key, (newest, text)), (newest, text))
    return [
        (*key, days, runways.grant_of(key[1], context.use.credits) or _told(said.get(key)))
        for key, days in sorted(found.items())
    ]


def _told(said: tuple[date, str] | None) -> Grant | None:
    return runways.told(said[1], said[0]) if said else None


async def months(context: Context, period: Period) -> dict[str, dict[str, Months]]:
    """Sums by payer, account, month and type of charge."""
    found: dict[str, dict[str, dict[date, dict[str, Decimal]]]] = {}
    for row in await _rows(context, billed.months(period), billed.MONTHS, period):
        accounts = found.setdefault(row["payer"] or "", {})
        sums = accounts.setdefault(row["account"] or "", {}).setdefault(_day(row["month"]), {})
        sums[row["charge"]] = sums.get(row["charge"], Decimal(0)) + row["cost"]
    return {payer: dict(accounts) for payer, accounts in found.items()}


async def notices(
    context: Context, kind: str, found: Sequence[Finding], still: Sequence[str] = ()
) -> list[Finding]:
    """What is to be recorded of notices: each is told once, for two weeks, and then is over.

    One whose evidence is gone from the bill is over at once. `still` are ids of findings that
    others look after.
    """
    findings = context.use.memory.findings
    seen: list[Finding] = []
    for one in found:
        known = await findings.get(one.id)
        if known is None:
            seen.append(one)
        elif known.status in LIVE:
            seen.append(_told_again(context, known, one))
    ids = {one.id for one in found} | set(still)
    gone = [one for one in await findings.listed(LIVE, kind, 500) if one.id not in ids]
    return [*seen, *(replace(one, status=Status.RESOLVED) for one in gone)]


def _told_again(context: Context, known: Finding, newer: Finding) -> Finding:
    """With a note where AWS corrected its sum; resolved when it is no news any more."""
    if newer.told is not None and corrections.moved(known.told, newer.told):
        newer = corrections.corrected(known, newer, context.today)
    else:
        newer = replace(newer, facts=(*newer.facts, *corrections.notes(known)))
    over = context.now - (known.opened_at or known.seen_at) >= NEWS
    return replace(newer, status=Status.RESOLVED) if over else newer


def seen_at(day: date) -> datetime:
    """The moment that evidence of a day is of: its end."""
    return datetime.combine(day + ONE_DAY, time(), UTC)


def lines(period: Period, split: str, where: Mapping[str, str]) -> str:
    """The words after /cost that show the charges behind a notice, as they were invoiced."""
    filters = tuple(Filter(Dimension(name), "=", (value or None,)) for name, value in where.items())
    return render(CostQuery(period, Measure.UNBLENDED, (Dimension(split),), filters))


def severity(amount: Decimal) -> Severity:
    """Notices wake nobody: something happened that is not wrong."""
    return Severity.LOW if amount >= MATTERS else Severity.INFO


async def _rows(
    context: Context, question: Question, columns: frozenset[str], period: Period
) -> list[dict[str, Any]]:
    return await context.use.lake.run(question, columns, [period])


def _day(value: Any) -> date:
    return date(value.year, value.month, value.day)
