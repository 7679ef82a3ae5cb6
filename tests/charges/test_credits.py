"""A credit that runs out is told before it does, once more in its last week, and never after."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.runways import named, runway, told
from domain.charge import Grant
from domain.finding import Severity, Status
from domain.period import ONE_DAY
from tests.charges.bill import Organisation, Row, credit, day, dollars, months

NAME = "AWS Activate credit"


def daily(first: date, last: date, paid: float, name: str = NAME) -> list[tuple[date, Row]]:
    """A line for each day, which is in the bill on the next."""
    count = (last - first).days + 1
    days = [first + timedelta(days=n) for n in range(count)]
    end = {one: f"{one + ONE_DAY}T00:00:00Z" for one in days}
    return [(one + ONE_DAY, credit(one, paid, name, ChargePeriodEnd=end[one])) for one in days]


async def test_a_credit_of_known_size_is_told_a_month_before_it_is_used_up(tmp_path: Path):
    """100 a day from July on: 15,000 last until 27 November."""
    last = day("2026-11-27")
    it = Organisation(
        tmp_path,
        daily(day("2026-07-01"), last, 100),
        grants=(Grant("activate", Decimal(15_000)),),
        late=(),
    )
    assert await it.looks(day("2026-10-27")) == ()
    [told] = await it.looks(day("2026-11-01"))
    assert told.kind == "credit"
    assert told.title == "AWS Activate credit runs out about Fri 27 Nov 2026"
    assert told.severity is Severity.LOW
    assert 3000 < dollars(told) < 3100, "a month of it comes on top"
    facts = dict(told.facts)
    assert facts["Then"] == "the bill is about $3,041.67 a month higher"
    assert facts["Left"] == "$2,800.00"
    [nearer] = await it.looks(day("2026-11-16"))
    assert (nearer.id, nearer.severity) == (told.id, Severity.MEDIUM)
    [soon] = await it.looks(day("2026-11-22"))
    assert soon.log[-1].what == "saw it reach its last week"
    later = await it.days(day("2026-11-26"), day("2026-12-09"))
    assert await it.looks(day("2027-01-10")) == ()
    assert len(it.told) == 1
    over = it.told[told.id]
    assert over.status is Status.RESOLVED
    assert over.title == "AWS Activate credit has run out"
    assert [line.what for line in over.log].count("saw it reach its last week") == 1
    spoken = [morning for morning, some in later.items() if some]
    assert max(spoken) <= last + timedelta(days=3), "nothing repeats after it ended"


async def test_a_monthly_line_is_as_good_and_the_bill_may_say_what_is_left(tmp_path: Path):
    lines = [
        (one + timedelta(days=2), credit(one, 2000, f"Activate credits, USD {left:,} remaining"))
        for one, left in zip(
            months(day("2026-07-01"), day("2026-10-01")), (7000, 5000, 3000, 1000), strict=True
        )
    ]
    it = Organisation(tmp_path, lines)
    assert await it.looks(day("2026-09-20")) == ()
    [told] = await it.looks(day("2026-10-20"))
    assert told.title.startswith("Activate credits runs out about")
    assert dict(told.facts)["Left"] == "$1,000.00"


async def test_a_day_on_which_it_expires_goes_before_what_is_left(tmp_path: Path):
    said = "AWS Activate credit, expires 11/30/2026"
    it = Organisation(tmp_path, daily(day("2026-07-01"), day("2026-11-30"), 100, said))
    assert await it.looks(day("2026-10-30")) == ()
    [told] = await it.looks(day("2026-11-03"))
    assert told.title == "AWS Activate credit runs out about Mon 30 Nov 2026"
    assert dict(told.facts)["Because"] == "it expires then"
    [over] = await it.looks(day("2026-12-04"))
    assert over.status is Status.RESOLVED
    assert await it.looks(day("2026-12-20")) == ()


async def test_a_credit_that_fades_ends_where_its_line_does(tmp_path: Path):
    paid = (4000, 3200, 2400, 1600, 800)
    lines = [
        (one + timedelta(days=2), credit(one, cost))
        for one, cost in zip(months(day("2026-07-01"), day("2026-11-01")), paid, strict=True)
    ]
    it = Organisation(tmp_path, lines)
    assert await it.looks(day("2026-10-20")) == ()
    [told] = await it.looks(day("2026-12-05"))
    assert told.title == "AWS Activate credit runs out about Thu 31 Dec 2026"
    assert dict(told.facts)["Because"] == "it pays less each month"


async def test_a_credit_that_nobody_knew_would_end_is_told_when_it_stopped(tmp_path: Path):
    last = day("2026-11-05")
    it = Organisation(tmp_path, daily(day("2026-08-01"), last, 100))
    found = await it.days(day("2026-11-08"), day("2026-11-16"))
    await it.looks(day("2026-12-05"))
    [stopped] = it.told.values()
    assert stopped.title == "AWS Activate credit is not applied any more"
    assert dict(stopped.facts)["Since"] == "Fri 6 Nov 2026"
    assert 3000 < dollars(stopped) < 3100
    first = min(morning for morning, some in found.items() if some)
    assert first <= last + timedelta(days=10)
    assert stopped.status is Status.RESOLVED


async def test_a_monthly_credit_that_stopped_is_told_when_its_month_is_billed(tmp_path: Path):
    lines = [
        (one + timedelta(days=2), credit(one, 1500))
        for one in months(day("2026-07-01"), day("2026-09-01"))
    ]
    it = Organisation(tmp_path, lines)
    assert await it.looks(day("2026-11-05")) == ()
    [stopped] = await it.looks(day("2026-11-13"))
    assert dict(stopped.facts)["Since"] == "Thu 1 Oct 2026"
    assert dollars(stopped) == 1500


async def test_a_month_that_paid_a_rest_is_the_last_one(tmp_path: Path):
    lines = [
        (one + timedelta(days=2), credit(one, paid))
        for one, paid in zip(
            months(day("2026-07-01"), day("2026-09-01")), (1500, 1500, 400), strict=True
        )
    ]
    it = Organisation(tmp_path, lines)
    assert await it.looks(day("2026-10-11")) == ()
    [stopped] = await it.looks(day("2026-10-12"))
    assert dict(stopped.facts)["Since"] == "Thu 1 Oct 2026"
    assert dollars(stopped) == 1500


async def test_a_steady_credit_of_unknown_size_is_no_news(tmp_path: Path):
    it = Organisation(tmp_path, daily(day("2026-07-01"), day("2026-12-31"), 100))
    await it.days(day("2026-10-25"), day("2026-11-10"))
    assert it.told == {}


async def test_who_resolves_it_is_not_told_again(tmp_path: Path):
    from domain import changes

    grants = (Grant(NAME, Decimal(15_000)),)
    it = Organisation(tmp_path, daily(day("2026-07-01"), day("2026-11-27"), 100), grants=grants)
    [told] = await it.looks(day("2026-11-02"))
    ann = changes.Doer("Ann", it.now, "slack:U1")
    await it.parts.memory.findings.change(told.id, lambda one: changes.resolved(one, ann))
    assert await it.looks(day("2026-11-23")) == ()


async def test_a_new_credit_of_the_same_name_is_news_again(tmp_path: Path):
    """The first one ends in August, the second half a year later."""
    lines = daily(day("2026-07-01"), day("2026-09-28"), 100)
    it = Organisation(tmp_path, lines, grants=(Grant(NAME, Decimal(9_000)),))
    [first] = await it.looks(day("2026-09-20"))
    [over] = await it.looks(day("2026-10-02"))
    assert over.status is Status.RESOLVED
    it.charges = [*lines, *daily(day("2026-12-01"), day("2027-03-05"), 100)]
    it.grants = (Grant(NAME, Decimal(9_000), since=day("2026-12-01")),)
    [again] = await it.looks(day("2027-02-20"))
    assert (again.id, again.status) == (first.id, Status.OPEN)
    assert again.occurrence == 2


async def test_a_credit_that_is_used_up_long_before_it_expires_is_told_of_its_use_alone(
    tmp_path: Path,
):
    grant = Grant(NAME, Decimal(9_000), expires=day("2026-10-15"))
    it = Organisation(tmp_path, daily(day("2026-07-01"), day("2026-09-28"), 100), grants=(grant,))
    [told] = await it.looks(day("2026-09-10"))
    assert dict(told.facts)["Because"] == "it will be used up"
    await it.days(day("2026-09-29"), day("2026-10-06"))
    assert it.told[told.id].status is Status.RESOLVED
    said = [line.what for line in it.told[told.id].log]
    assert said == ["found it", "saw it end"]


#: What a credit paid on some days of a year.
PAID = st.dictionaries(
    st.integers(0, 365).map(lambda n: day("2026-01-01") + timedelta(days=n)),
    st.integers(1, 500).map(Decimal),
    max_size=120,
)


@settings(max_examples=150, deadline=None)
@given(
    days=PAID,
    cut=st.integers(0, 365),
    amount=st.none() | st.integers(1, 40_000).map(Decimal),
)
def test_what_comes_later_changes_nothing_that_was_said(
    days: dict[date, Decimal], cut: int, amount: Decimal | None
):
    through = day("2026-01-01") + timedelta(days=cut)
    grant = Grant(NAME, amount) if amount is not None else None
    known = {one: paid for one, paid in days.items() if one <= through}
    found = runway(NAME, days, grant, through)
    assert found == runway(NAME, known, grant, through)
    assert found.drawn == sum(known.values(), Decimal(0))
    assert found.ends is None or found.ends >= through
    assert found.left is None or 0 <= found.left <= (amount or 0)


@pytest.mark.parametrize(
    ("said", "left", "expires"),
    [
        ("Activate credits, USD 7,000.50 remaining", "7000.50", None),
        ("Promo (remaining balance: $1,200)", "1200", None),
        ("EDP credit, expires on 2027-03-31", None, "2027-03-31"),
        ("EDP credit valid until 3/31/2027, $12 left", "12", "2027-03-31"),
        ("EDP credit, expires 13/45/2027", None, None),
        ("AWS Activate credit 2026", None, None),
    ],
)
def test_what_a_description_says_of_a_credit(said: str, left: str | None, expires: str | None):
    grant = told(said, day("2026-11-01"))
    assert (grant.amount if grant else None) == (Decimal(left) if left else None)
    assert (grant.expires if grant else None) == (day(expires) if expires else None)


def test_a_credit_is_the_same_whatever_is_left_of_it_and_whoever_it_is_from():
    said = "AWS Activate credit, expires 2027-03-31, $1,200.00 remaining"
    assert named(said) == "AWS Activate credit"
    assert named("AWS Activate credit, credit from account: 410000000001") == "AWS Activate credit"
    assert named("$5 left") == "$5 left"
