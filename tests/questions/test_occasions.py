"""Schedules in every zone and year: each date once, never before its time, whatever clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.occasions import CATCH_UP, Rhythm, due, following, upcoming

ZONES = sorted(name for name in available_timezones() if "/" in name and "right/" not in name)
BERLIN = "Europe/Berlin"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

zones = st.sampled_from(ZONES)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
everies = st.one_of(
    st.sampled_from(("day", "workday")),
    st.integers(0, 6).map(lambda on: f"week:{on}"),
    st.integers(1, 31).map(lambda on: f"month:{on}"),
)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)).map(
    lambda found: found.replace(tzinfo=UTC, second=0, microsecond=0)
)


def rhythm(every: str, at: str, zone: str = BERLIN) -> Rhythm:
    return Rhythm.of(every, at, zone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "day", "moment"),
    [
        (BERLIN, "02:30", "2026-03-29", "2026-03-29 01:00"),
        (BERLIN, "03:00", "2026-03-29", "2026-03-29 01:00"),
        (BERLIN, "02:30", "2026-10-25", "2026-10-25 00:30"),
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08 07:00"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01 05:30"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03 15:30"),
        ("America/Nuuk", "23:30", "2026-03-28", "2026-03-29 01:00"),
        ("Africa/Cairo", "00:10", "2026-04-24", "2026-04-23 22:00"),
        ("Pacific/Apia", "09:00", "2011-12-30", "2011-12-30 10:00"),
        ("Asia/Kathmandu", "09:00", "2026-06-01", "2026-06-01 03:15"),
    ],
)
def test_an_hour_that_is_missing_ends_and_one_that_comes_twice_begins(
    zone: str, at: str, day: str, moment: str
):
    assert rhythm("day", at, zone).moment(date.fromisoformat(day)) == utc(moment)


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (31, ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (29, ["2027-01-29", "2027-02-28", "2027-03-29", "2027-04-29"]),
        (1, ["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"]),
    ],
)
def test_every_month_has_its_day(on: int, days: list[str]):
    first = utc(f"{days[0]} 00:00") - timedelta(days=2)
    found = islice(upcoming(rhythm(f"month:{on}", "09:00", "UTC"), first), 4)
    assert [str(occasion.day) for occasion in found] == days


def test_weekdays_and_workdays_are_the_local_ones():
    sunday_in_utc = utc("2026-11-22 23:30")
    monday = rhythm("week:0", "09:00", "Pacific/Auckland")
    assert due(monday, sunday_in_utc - 30 * DAY, sunday_in_utc).day == date(2026, 11, 23)
    assert following(rhythm("workday", "09:00"), utc("2026-11-20 12:00")).day == date(2026, 11, 23)


def test_what_was_missed_runs_late_for_a_while_and_only_the_newest():
    since, nine = utc("2026-11-01 00:00"), utc("2026-11-20 08:00")
    every_day = rhythm("day", "09:00")
    late = due(every_day, since, nine + CATCH_UP)
    assert late is not None and (late.day, late.late) == (date(2026, 11, 20), False)
    too_late = due(every_day, since, nine + CATCH_UP + MINUTE)
    assert too_late is not None and too_late.late
    assert due(every_day, since, nine - MINUTE).day == date(2026, 11, 19)


def test_what_was_due_before_somebody_subscribed_is_not_sent():
    nine = utc("2026-11-20 08:00")
    assert due(rhythm("day", "09:00"), nine, nine + HOUR) is None
    assert due(rhythm("day", "09:00"), nine - MINUTE, nine) is not None


@pytest.mark.parametrize(
    ("every", "at", "zone"),
    [
        ("year", "09:00", BERLIN),
        ("week", "09:00", BERLIN),
        ("week:7", "09:00", BERLIN),
        ("month:0", "09:00", BERLIN),
        ("month:32", "09:00", BERLIN),
        ("day:1", "09:00", BERLIN),
        ("day", "25:00", BERLIN),
        ("day", "09:00", "Europe/Atlantis"),
        ("day", "09:00", "../etc/passwd"),
    ],
)
def test_nonsense_is_refused(every: str, at: str, zone: str):
    with pytest.raises(ValueError):
        Rhythm.of(every, at, zone)


@settings(max_examples=300, deadline=None)
@given(everies, times, zones, moments)
def test_what_is_due_is_on_a_date_of_the_rhythm_and_shows_its_time(
    every: str, at: time, zone: str, now: datetime
):
    wanted = Rhythm(*_parts(every), at, ZoneInfo(zone))
    found = due(wanted, now - timedelta(days=90), now)
    assert found is not None
    assert found.moment <= now and wanted.on_date(found.day)
    following_one = following(wanted, now)
    assert following_one.moment > now
    between = (found.day + n * DAY for n in range(1, (following_one.day - found.day).days))
    assert not any(wanted.on_date(day) for day in between)
    shown = found.moment.astimezone(wanted.zone).replace(tzinfo=None)
    wall = datetime.combine(found.day, at)
    if shown != wall:
        # There is no such time: a second before, the clock showed an earlier one.
        before = (found.moment - timedelta(seconds=1)).astimezone(wanted.zone)
        assert before.replace(tzinfo=None) < wall < shown


def _parts(every: str) -> tuple:
    made = Rhythm.of(every, "00:00", "UTC")
    return made.unit, made.on


def runs(wanted: Rhythm, clock: list[datetime]) -> list[date]:
    """What one bot sends that looks at each of these moments and remembers what it sent."""
    sent: list[date] = []
    for now in clock:
        found = due(wanted, clock[0] - DAY, now)
        if found and not found.late and found.day not in sent:
            sent.append(found.day)
    return sent


def minutes(first: datetime, count: int) -> list[datetime]:
    return [first + n * MINUTE for n in range(count)]


CHANGES = [
    (BERLIN, "2026-03-28 12:00"),
    (BERLIN, "2026-10-24 12:00"),
    ("America/New_York", "2026-03-07 12:00"),
    ("America/New_York", "2026-10-31 12:00"),
    ("Australia/Lord_Howe", "2026-04-04 00:00"),
    ("America/Nuuk", "2026-03-28 12:00"),
    ("Africa/Cairo", "2026-04-23 12:00"),
]


@pytest.mark.parametrize(("zone", "first"), CHANGES)
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:30"])
def test_minute_by_minute_over_a_change_of_clocks_each_date_comes_once(
    zone: str, first: str, at: str
):
    clock = minutes(utc(first), 3 * 24 * 60)
    found = runs(rhythm("day", at, zone), clock)
    assert found == sorted(set(found))
    assert all(later - earlier == DAY for earlier, later in pairwise(found))
    assert len(found) >= 3


@settings(max_examples=60, deadline=None)
@given(zones, times, moments, st.sampled_from((-1, 1)), st.integers(0, 2880))
def test_a_clock_that_jumps_by_a_day_and_back_loses_and_repeats_nothing(
    zone: str, at: time, start: datetime, jump: int, jumps_at: int
):
    assume(start.year > 1981)
    steps = range(0, 4 * 24 * 60, 10)
    clock = [
        start + n * MINUTE + (jump * DAY if jumps_at <= n < jumps_at + 600 else 0 * DAY)
        for n in steps
    ]
    wanted = Rhythm("day", 0, at, ZoneInfo(zone))
    found = runs(wanted, clock)
    assert len(found) == len(set(found))
    still = {
        occasion.day
        for occasion in islice(upcoming(wanted, start), 6)
        if occasion.moment <= clock[-1]
    }
    assert still <= set(found)
