"""Quiet hours follow the clock on the wall: over midnight, weekends, and changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quiet import DAYS, ends, held_until, window
from domain.finding import Severity
from domain.money import Money
from tests.routes.world import World, spike

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = "22:00-07:00 Europe/Berlin"


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


#: Tuesday is the 24th of November 2026.
CASES = [
    ([NIGHT], "2026-11-24T21:59", None),
    ([NIGHT], "2026-11-24T22:00", "2026-11-25T07:00"),
    ([NIGHT], "2026-11-24T23:59:59", "2026-11-25T07:00"),
    ([NIGHT], "2026-11-25T00:00", "2026-11-25T07:00"),
    ([NIGHT], "2026-11-25T06:59:59", "2026-11-25T07:00"),
    ([NIGHT], "2026-11-25T07:00", None),
    (["Sat-Sun Europe/Berlin"], "2026-11-27T23:59", None),
    (["Sat-Sun Europe/Berlin"], "2026-11-28T00:00", "2026-11-30T00:00"),
    (["Sat-Sun Europe/Berlin"], "2026-11-29T23:59", "2026-11-30T00:00"),
    (["saturday, Sunday Europe/Berlin"], "2026-11-29T12:00", "2026-11-30T00:00"),
    # Friday night runs into the weekend, and the weekend into Monday's night.
    ([NIGHT, "Sat-Sun Europe/Berlin"], "2026-11-27T22:00", "2026-11-30T07:00"),
    # The night that begins on Friday ends on Saturday; the one of Saturday does not begin.
    (["Mon-Fri 22:00-07:00 Europe/Berlin"], "2026-11-28T06:00", "2026-11-28T07:00"),
    (["Mon-Fri 22:00-07:00 Europe/Berlin"], "2026-11-28T23:00", None),
    (["Mon-Fri 22:00-07:00 Europe/Berlin"], "2026-11-30T06:00", None),
    (["Sun-Tue Europe/Berlin"], "2026-11-24T12:00", "2026-11-25T00:00"),
    (["12:00-24:00 Europe/Berlin"], "2026-11-24T13:00", "2026-11-25T00:00"),
    (["Tue 9:00–17:30 Europe/Berlin"], "2026-11-24T09:00", "2026-11-24T17:30"),
    # The clock goes forward in the night of 28 March 2027 and back in that of 31 October 2027.
    ([NIGHT], "2027-03-27T22:00", "2027-03-28T07:00"),
    ([NIGHT], "2027-10-30T22:00", "2027-10-31T07:00"),
    (["01:00-02:30 Europe/Berlin"], "2027-03-28T01:30", "2027-03-28T03:00"),
    # Without a zone it is UTC.
    (["22:00-07:00"], "2026-11-24T23:30", "2026-11-25T08:00"),
]


@pytest.mark.parametrize(("windows", "now", "until"), CASES)
def test_quiet_ends_when_the_clock_on_the_wall_says_so(
    windows: list[str], now: str, until: str | None
) -> None:
    found = held_until([window(text) for text in windows], at(now))
    assert found == (at(until) if until else None)
    assert found is None or found.tzinfo is UTC


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    windows = [window("02:00-03:00 Europe/Berlin")]
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert held_until(windows, first) == datetime(2027, 10, 31, 2, tzinfo=UTC)
    assert held_until(windows, first + timedelta(hours=1)) == datetime(2027, 10, 31, 2, tzinfo=UTC)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
days = st.sampled_from([day[:3].title() for day in DAYS])


@settings(deadline=None, max_examples=150)
@given(moments, days, days, clocks, clocks, zones)
def test_whatever_the_window_a_moment_is_held_to_the_first_minute_outside(
    now: datetime, first: str, last: str, start: time, end: time, zone: str
) -> None:
    if start == end:
        return
    one = window(f"{first}-{last} {start:%H:%M}-{end:%H:%M} {zone}")
    until = held_until([one], now)
    assert (until is not None) == _on_the_wall(now, one.days, start, end, zone)
    if until is not None:
        assert now < until
        assert not _on_the_wall(until, one.days, start, end, zone)
        minute = until - timedelta(minutes=1)
        assert _on_the_wall(max(minute, now), one.days, start, end, zone)


def _on_the_wall(moment: datetime, days: frozenset[int], start: time, end: time, zone: str) -> bool:
    """Said another way: on which day did the last start pass, and has the end passed since?"""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        begins, stops = datetime.combine(day, start), datetime.combine(day, end)
        stops += timedelta(days=1) if end <= start else timedelta(0)
        if day.weekday() in days and begins <= local < stops:
            return True
    return False


@pytest.mark.parametrize(
    ("windows", "free"),
    [(["Mon-Sun"], False), (["Mon-Sat"], True), (["7:00-19:00", "19:00-7:00"], False)],
)
def test_some_minute_of_the_week_must_be_free(windows: list[str], free: bool) -> None:
    assert ends([window(text) for text in windows]) is free


QUIET = f'[[route]]\nname = "night"\nquiet = "{NIGHT}"\nto = ["slack:C1", "pagerduty"]\n'
EVENING = datetime(2026, 11, 24, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 6, tzinfo=UTC)


async def test_after_the_night_one_message_appears_with_the_newest_numbers(world: World) -> None:
    world.write(QUIET)
    world.at = EVENING
    await world.found(spike())
    assert await world.appeared() == []
    assert await world.outbox.depth() == {}, "what is held is not late"
    world.at += timedelta(hours=3)
    await world.found(spike(impact=Money(spike().impact.amount * 2, "USD")))  # type: ignore[union-attr]
    assert await world.appeared() == []
    world.at = MORNING - timedelta(seconds=1)
    assert await world.appeared() == []
    world.at = MORNING
    drawn = await world.appeared()
    assert sorted(place for place, _ in drawn) == ["pagerduty", "slack:C1"]
    assert {found.impact.amount for _, found in drawn if found.impact} == {1800}
    assert await world.appeared() == []


async def test_what_is_critical_passes(world: World) -> None:
    world.write(QUIET)
    world.at = EVENING
    await world.found(spike(severity=Severity.CRITICAL))
    assert len(await world.appeared()) == 2


async def test_what_becomes_critical_in_the_night_is_let_go(world: World) -> None:
    world.write(QUIET)
    world.at = EVENING
    await world.found(spike())
    world.at += timedelta(hours=1)
    await world.found(spike(severity=Severity.CRITICAL))
    assert {place for place, _ in await world.appeared()} == {"slack:C1", "pagerduty"}


async def test_a_message_that_is_there_already_is_kept_up_to_date_in_the_night(
    world: World,
) -> None:
    world.write(QUIET)
    await world.found(spike())
    await world.appeared()
    world.at = EVENING
    await world.found(spike(title="EC2 costs +300 %"))
    assert [found.title for _, found in await world.appeared("slack")] == ["EC2 costs +300 %"]


async def test_a_person_who_asks_for_it_does_not_wait(world: World) -> None:
    world.write(QUIET)
    world.at = EVENING
    (stored,) = await world.found(spike())
    await world.findings.change(stored.id, lambda found: found, {"pagerduty": {}})
    assert [place for place, _ in await world.appeared()] == ["pagerduty"]


async def test_a_destination_that_recovers_does_not_wake_anybody(world: World) -> None:
    from store.state import Failure

    world.write(QUIET)
    await world.found(spike("day"))
    (job,) = await world.outbox.claim("slack", 1, timedelta(minutes=1))
    await world.outbox.failed(job, Failure("down", False, timedelta(0)))
    world.at = EVENING
    await world.found(spike("night"))
    assert [found.key for _, found in await world.appeared("slack")] == ["day"] * 1
    assert await world.appeared("slack") == []
