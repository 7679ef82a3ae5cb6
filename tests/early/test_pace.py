"""The pace of AWS's own estimate: what is fast, and what only looks so."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.warning import Pace, pace

HOUR = timedelta(hours=1)
START = datetime(2026, 10, 20, tzinfo=UTC)


def estimates(
    until: datetime,
    hourly: float = 10,
    fast: float = 1.0,
    since: datetime | None = None,
    **steps: float,
) -> list[tuple[datetime, Decimal]]:
    """Every six hours, the sum so far of the month; `fast` times the usual pace from `since`.

    `steps` are amounts that come at once, by the hour of `until`'s end that they come before.
    """
    points: list[tuple[datetime, Decimal]] = []
    total, at = Decimal(0), START
    come = {until - int(name[1:]) * HOUR: Decimal(str(amount)) for name, amount in steps.items()}
    while at <= until:
        if (at.day, at.hour) == (1, 0):
            total = Decimal(0)
        if at.hour % 6 == 0:
            points.append((at, total))
        times = fast if since is not None and at >= since else 1.0
        total += Decimal(str(hourly * times)) + come.get(at, Decimal(0))
        at += HOUR
    return points


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def found(**more: object) -> Pace:
    one = pace(estimates(NOW, **more))  # type: ignore[arg-type]
    assert one is not None
    return one


def test_a_usual_day_is_not_fast() -> None:
    one = found()
    assert (one.day, one.usual) == (Decimal(240), Decimal(240))
    assert not one.fast and one.over


def test_three_times_the_pace_for_a_day_is_fast() -> None:
    one = found(fast=3.0, since=NOW - timedelta(days=1))
    assert one.fast and not one.over
    assert one.extra == Decimal(480)


def test_a_fee_of_a_year_is_one_step_and_no_pace() -> None:
    one = found(h9=10_000.0)
    assert one.day > 40 * one.usual and not one.fast


def test_a_fee_between_two_readings_of_a_fast_half_day_is_no_pace() -> None:
    one = found(h3=4000.0, fast=1.5, since=NOW - timedelta(days=2))
    assert not one.fast


def test_little_money_is_never_fast() -> None:
    assert not found(hourly=1, fast=3.0, since=NOW - timedelta(days=1)).fast


@pytest.mark.parametrize("hours", [0, 6, 12, 18])
def test_on_the_first_day_of_a_month_nobody_can_tell(hours: int) -> None:
    first = datetime(2026, 11, 1, hours, tzinfo=UTC)
    assert pace(estimates(first, fast=5.0, since=first - timedelta(days=2))) is None


def test_the_days_of_the_month_before_say_what_is_usual() -> None:
    third = datetime(2026, 11, 2, 12, tzinfo=UTC)
    one = pace(estimates(third, fast=4.0, since=third - timedelta(days=1)))
    assert one is not None and one.fast and one.usual == Decimal(240)


def test_too_little_history_and_old_numbers_say_nothing() -> None:
    points = estimates(NOW)
    assert pace(points[-12:]) is None
    assert pace([]) is None
    holes = [one for one in points if not NOW - timedelta(days=1, hours=14) < one[0] < NOW]
    assert pace(holes) is None


def test_credits_that_make_it_flat_are_not_fast_and_are_over() -> None:
    points = [(at, min(value, Decimal(3000))) for at, value in estimates(NOW)]
    one = pace(points)
    assert one is None or not one.fast
