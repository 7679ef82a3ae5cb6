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


def test_a_true_up_of_the_whole_month_is_a_correction_and_no_late_data() -> None:
    """AWS prices the month anew when it closes: all its days move, the last of them young."""
    moves = loaded("EC2", [(1, "100")], 60)
    closed = TODAY - timedelta(days=1)
    days = (closed - timedelta(days=back) for back in range(1, 31))
    trued = [*moves, *(Move(closed, "EC2", day, Decimal(7)) for day in days)]
    found = learn(trued, TODAY)
    assert found.lag_days == 1
    assert len(found.revised) == 10, "people still see what moved"


def test_a_bill_loaded_in_part_by_mistake_and_then_whole_teaches_nothing() -> None:
    moves = loaded("EC2", [(1, "100")], 60)
    wrong, right = TODAY - timedelta(days=9), TODAY - timedelta(days=8)
    for back in range(1, 25):
        moves += [
            Move(wrong, "EC2", wrong - timedelta(days=back), Decimal(-100)),
            Move(right, "EC2", wrong - timedelta(days=back), Decimal(100)),
        ]
    assert learn(moves, TODAY).services == {"EC2": 1}


def test_a_service_that_grows_for_two_weeks_is_waited_for_although_many_days_move() -> None:
    moves = loaded("Marketing", [(age, "10") for age in range(1, 13)], 60)
    assert learn(moves, TODAY).lag_days == 12


def test_weekly_loads_of_days_that_never_move_keep_what_is_usual() -> None:
    """That a day was right when somebody looked, a week later, does not say that it took a week."""
    moves: list[Move] = []
    for back in range(70):
        day = TODAY - timedelta(days=back)
        load = day + timedelta(days=1 + (back + 6) % 7)
        moves += [Move(load, "EC2", day, Decimal(100))] if load <= TODAY else []
    assert max((m.seen_on - m.day).days for m in moves) == 7
    assert learn(moves, TODAY).lag_days in (None, 2)


def test_weekly_loads_that_find_the_newest_day_half_full_wait_no_longer_than_is_usual() -> None:
    moves: list[Move] = []
    for back in range(70):
        day = TODAY - timedelta(days=back)
        age = 1 + (back + 6) % 7
        first = day + timedelta(days=age)
        told = [(first, "50"), (first + timedelta(days=7), "50")] if age == 1 else [(first, "100")]
        moves += [Move(at, "EC2", day, Decimal(change)) for at, change in told if at <= TODAY]
    assert learn(moves, TODAY).lag_days in (None, 2)


def test_a_service_that_is_named_late_is_late() -> None:
    """The bill reached the day, and the service was not in it yet."""
    moves = loaded("EC2", [(1, "100")]) + loaded("Lex", [(5, "100")])
    found = learn(moves, TODAY)
    assert (found.services["Lex"], found.lag_days) == (5, 5)


def test_what_has_begun_to_be_late_is_noticed_after_two_days() -> None:
    moves = loaded("EC2", [(1, "100"), (4, "40")], 6)
    assert learn(moves, TODAY).lag_days == 4
    once = loaded("EC2", [(1, "100"), (4, "40")], 5)
    assert learn(once, TODAY).lag_days is None, "one day is odd"


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
