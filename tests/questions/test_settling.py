"""How long a bill takes to settle, as its loads have shown."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from analytics.settling import FEWEST_DAYS, LONGEST_DAYS, learn
from domain.settling import Move

TODAY = date(2026, 11, 24)


def loaded(service: str, shape: Iterable[tuple[int, str]], days: int = 40) -> list[Move]:
    """The same history for each of the last days: by how much it moved at which age."""
    found: list[Move] = []
    for back in range(days):
        day = TODAY - timedelta(days=back)
        found += [
            Move(day + timedelta(days=age), service, day, Decimal(change))
            for age, change in shape
            if age <= back
        ]
    return found


def test_without_loads_nothing_is_learned() -> None:
    assert learn([], TODAY).lag_days is None


def test_a_service_that_is_whole_on_the_next_day_is_settled_then() -> None:
    found = learn(loaded("EC2", [(1, "100")]), TODAY)
    assert (found.lag_days, found.services) == (1, {"EC2": 1})


def test_what_arrives_on_the_fourth_day_is_waited_for() -> None:
    moves = loaded("EC2", [(1, "100")]) + loaded("CloudFront", [(1, "40"), (4, "10")])
    found = learn(moves, TODAY)
    assert found.services == {"CloudFront": 4, "EC2": 1}
    assert found.lag_days == 4, "a third of the money moves until then"


def test_a_late_service_that_costs_next_to_nothing_holds_up_nobody() -> None:
    moves = loaded("EC2", [(1, "1000")]) + loaded("Lex", [(1, "2"), (6, "5")])
    assert learn(moves, TODAY).lag_days == 1


def test_cents_that_follow_are_no_change() -> None:
    assert learn(loaded("EC2", [(1, "100"), (5, "0.90")]), TODAY).lag_days == 1


def test_one_late_day_in_forty_is_told_and_not_waited_for() -> None:
    day = TODAY - timedelta(days=20)
    moves = [*loaded("EC2", [(1, "100")], 60), Move(TODAY, "EC2", day, Decimal(30))]
    found = learn(moves, TODAY)
    assert found.lag_days == 1
    (late,) = found.revised
    assert (late.day, late.before, late.after) == (day, Decimal(100), Decimal(130))


def test_a_year_that_is_loaded_at_once_says_nothing_of_how_days_settle() -> None:
    days = (TODAY - timedelta(days=back) for back in range(11, 120))
    assert learn([Move(TODAY, "EC2", day, Decimal(100)) for day in days], TODAY).lag_days is None


def test_too_few_days_are_no_ground() -> None:
    assert learn(loaded("EC2", [(1, "100")], FEWEST_DAYS), TODAY).lag_days is None


MOVES = st.lists(
    st.builds(
        lambda back, age, service, change: Move(
            TODAY - timedelta(days=back - min(age, back)),
            service,
            TODAY - timedelta(days=back),
            Decimal(change),
        ),
        st.integers(0, 60),
        st.integers(0, 30),
        st.sampled_from(["EC2", "S3"]),
        st.integers(-50, 500),
    ),
    max_size=200,
)


@given(MOVES, st.integers(0, 30))
def test_what_was_learned_on_a_day_stays_whatever_is_loaded_later(
    moves: list[Move], back: int
) -> None:
    then = TODAY - timedelta(days=back)
    known = [move for move in moves if move.seen_on <= then]
    assert learn(moves, then) == learn(known, then)
    lag = learn(moves, then).lag_days
    assert lag is None or 1 <= lag <= LONGEST_DAYS
