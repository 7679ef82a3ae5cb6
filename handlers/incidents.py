"""A finding as a question: the days it is about against the same weekdays before."""

from datetime import date, timedelta

from domain.finding import UNUSUAL, Finding
from domain.period import ONE_DAY, Period
from domain.query import DIMENSIONS, TIME_DIMENSIONS, ChargeType, CostQuery, Dimension, Filter
from handlers.grammar import owner_tag
from handlers.kinds import Context

WEEK = timedelta(days=7)
_USAGE = Filter(Dimension("charge"), "=", (ChargeType.USAGE.value,))


def query_of(context: Context, found: Finding) -> CostQuery:
    """What a finding is about, from its first day to the last that was looked at, and as many
    whole weeks before as that takes. What is unusual is usage, unless its labels say whose."""
    last = (found.seen_at - timedelta(seconds=1)).date()
    first = _first_day(found, last)
    period = Period(first, last + ONE_DAY)
    weeks = -(-period.days // 7) * WEEK
    usage = (_USAGE,) if found.kind in UNUSUAL and "charge" not in found.labels else ()
    return CostQuery(
        period,
        context.use.measure,
        filters=(*usage, *_labelled(context, found)),
        compare=Period(period.start - weeks, period.end - weeks),
    )


def _first_day(found: Finding, last: date) -> date:
    """The day at the end of the finding's key; without one it is about the last week."""
    key, _, day = found.key.rpartition(":")
    try:
        first = date.fromisoformat(day)
    except ValueError:
        return last - WEEK + ONE_DAY
    return first if key and first <= last else last - WEEK + ONE_DAY


def _labelled(context: Context, found: Finding) -> tuple[Filter, ...]:
    """The values a finding is about, as filters: of dimensions and of the owner's tag."""
    owner = owner_tag(context.use.lake.vocabulary(), context.use.owner_tags)
    known: list[Filter] = []
    for name, value in found.labels.items():
        if name in DIMENSIONS and name != "tag" and name not in TIME_DIMENSIONS:
            known.append(Filter(Dimension(name), "=", (value,)))
        elif name == "team" and owner is not None:
            known.append(Filter(Dimension("tag", owner), "=", (value,)))
    return tuple(known)
