"""Which days the loaded bills cover: a sum over days that nobody loaded must say so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from analytics.calendar import months_apart, shifted
from cards.words import span
from domain.errors import NoBillError, UserError
from domain.period import ONE_DAY, Period
from domain.ports import Bill, LakeStatus
from domain.query import CostQuery


def loaded_days(status: LakeStatus) -> Period:
    """From the first to the last loaded day; raises NoBillError while nothing is loaded."""
    if status.first_day is None or status.last_day is None:
        raise NoBillError
    return Period(status.first_day, status.last_day + ONE_DAY)


def covered_days(status: LakeStatus, until: date | None = None) -> list[Period]:
    """The stretches of days that the bills speak for, oldest first, up to and with `until`.

    A month that was loaded after its end is whole, however sparse its charges are.
    """
    ends = {
        bill: bill.period.end
        if bill.loaded_at.date() >= bill.period.end
        else max(bill.last_day + ONE_DAY, bill.period.start + ONE_DAY)
        for bill in status.bills
    }
    merged: list[Period] = []
    for start, end in sorted((bill.period.start, end) for bill, end in ends.items()):
        if merged and start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, end))
        else:
            merged.append(Period(start, end))
    if until is None:
        return merged
    limit = Period(date.min, until + ONE_DAY)
    return [part for period in merged if (part := overlap(period, limit))]


def inside(period: Period, covered: Sequence[Period]) -> list[Period]:
    """The parts of `period` that are covered."""
    return [part for days in covered if (part := overlap(period, days))]


def overlap(one: Period, other: Period) -> Period | None:
    """The days that are in both."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Period(start, end) if start < end else None


def bills_of(status: LakeStatus, *periods: Period | None) -> list[Bill]:
    """The bills that have charges on any of the days."""
    return [
        bill
        for bill in status.bills
        for period in periods
        if period and overlap(Period(bill.first_day, bill.last_day + ONE_DAY), period)
    ]


def comparable(query: CostQuery, covered: Sequence[Period]) -> CostQuery:
    """A comparison on the days of `query.period` that are covered, against the days they stand for.

    Unlike totals, a comparison with days that are not there would be wrong and not just low.
    Raises UserError when the days to compare with are not all there.
    """
    if query.compare is None:
        return query
    parts = inside(query.period, covered)
    period = parts[0] if len(parts) == 1 else query.period
    compare = _beside(period, query.period, query.compare)
    if compare is None or inside(compare, covered) != [compare]:
        raise UserError(
            f"The loaded bills do not cover {span(query.compare)}, so there is nothing to compare "
            f"{span(query.period)} with. Loaded: {_spans(covered)}."
        )
    return replace(query, period=period, compare=compare)


def _beside(part: Period, whole: Period, compare: Period) -> Period | None:
    """The days of `compare` that belong to a part of `whole`; None when it is too short for that.

    The same days of earlier months stay the same days, however long those months were.
    """
    if part == whole:
        return compare
    if months := months_apart(whole, compare):
        return shifted(part, months)
    start = compare.start + (part.start - whole.start)
    end = min(start + timedelta(days=part.days), compare.end)
    return Period(start, end) if start < end else None


def remarks(query: CostQuery, asked: Period, status: LakeStatus) -> list[str]:
    """What is missing from the days asked for, in words; nothing when they are all there.

    `asked` is the period in the person's words, before `comparable` shortened it.
    """
    parts = inside(asked, covered_days(status))
    said: list[str] = []
    if query.compare is not None and query.period != asked:
        said.append(f"Compared on the days that are loaded: {span(query.period)}.")
    elif parts and parts != [asked]:
        said.append(f"Only {_spans(parts)} is loaded.")
    if query.compare is not None:
        now, before = _payers(status, query.period), _payers(status, query.compare)
        said += [f"{odd} has a bill for only one of the two periods." for odd in now ^ before]
    return sorted(said)


def _spans(periods: Sequence[Period]) -> str:
    """The newest stretches in words; a lake with many holes need not name them all."""
    return " and ".join(span(period) for period in periods[-3:])


def _payers(status: LakeStatus, period: Period) -> set[str]:
    return {bill.billing_account for bill in bills_of(status, period)}
