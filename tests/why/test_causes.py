"""The cause that somebody planted is the one that is named."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from analytics.causes import explain, leaves
from analytics.effects import effects
from analytics.onset import first_day
from domain.cause import Cause, Explanation
from domain.period import Period
from domain.query import CostQuery, Dimension

NOW = Period(date(2026, 11, 8), date(2026, 11, 15))
BEFORE = Period(date(2026, 11, 1), date(2026, 11, 8))
DIMENSIONS = tuple(map(Dimension, ("service", "account", "region", "usage_type")))


def table(**changed: Decimal) -> list[dict[str, Any]]:
    """Three services, accounts and regions with two meters each, every cell a little noisy."""
    rows: list[dict[str, Any]] = []
    cells = product(("ec2", "rds", "s3"), ("prod", "dev", "lab"), ("us", "eu", "ap"), "xy")
    for number, (service, account, region, meter) in enumerate(cells):
        cost = Decimal(100 + 7 * (number % 11))
        noise = Decimal((number * 37) % 9 - 4)
        key = (service, account, region, f"{service}-{meter}")
        rows.append(
            {f"g{n}": value for n, value in enumerate(key)}
            | {"cost": cost + noise, "previous": cost}
        )
    return rows


def explained(rows: list[dict[str, Any]]) -> Explanation:
    query = CostQuery(NOW, group_by=DIMENSIONS, compare=BEFORE)
    return explain(query, leaves(query, rows), "USD")


def where(cause: Cause) -> set[str | None]:
    return {value for _, value in cause.part.where}


@pytest.mark.parametrize(
    "planted",
    [("ec2", None, None, None), ("rds", "prod", None, None), ("s3", "dev", "eu", None),
     (None, "lab", "ap", None), ("ec2", "prod", "us", "ec2-x")],
)  # fmt: skip
@pytest.mark.parametrize("factor", ["0", "0.4", "1.8", "6"])
def test_a_planted_combination_is_named_exactly(
    planted: tuple[str | None, ...], factor: str
) -> None:
    rows = table()
    for row in rows:
        if all(value in (None, row[f"g{n}"]) for n, value in enumerate(planted)):
            row["cost"] = row["cost"] * Decimal(factor)
    found = explained(rows)
    # The meter of a service names the service as well.
    names = {value for value in planted if value} - ({"ec2"} if planted[3] else set())
    assert where(found.causes[0]) == names
    assert found.found


def test_something_new_is_named_although_it_had_no_cost_before() -> None:
    rows = table()
    new = {"g0": "ec2", "g1": "prod", "g2": "eu", "g3": "ec2-p4d"}
    rows.append(new | {"cost": Decimal(4000), "previous": Decimal(0)})
    found = explained(rows)
    assert where(found.causes[0]) == {"ec2-p4d"}
    assert [step.where[-1][1] for step in found.causes[0].path] == ["ec2", "prod", "eu", "ec2-p4d"]


def test_two_causes_are_told_apart_and_share_no_charge() -> None:
    rows = table()
    for row in rows:
        if row["g0"] == "rds":
            row["cost"] *= 2
        elif row["g1"] == "lab":
            row["cost"] /= 4
    first, second = explained(rows).causes
    assert where(first) == {"rds"}
    assert where(second) == {"lab"}
    assert second.part.before == sum(
        row["previous"] for row in rows if row["g1"] == "lab" and row["g0"] != "rds"
    )


def test_a_bill_that_grows_everywhere_is_no_single_cause() -> None:
    rows = table()
    for row in rows:
        row["cost"] *= Decimal("1.3")
    found = explained(rows)
    assert found.causes == ()
    assert found.alike is not None
    assert Decimal("0.28") < found.alike < Decimal("0.32")


def test_a_spike_stands_out_of_a_bill_that_grows_everywhere() -> None:
    rows = table()
    for row in rows:
        row["cost"] *= Decimal("1.1")
        if (row["g0"], row["g1"]) == ("s3", "dev"):
            row["cost"] *= 4
    found = explained(rows)
    assert where(found.causes[0]) == {"s3", "dev"}


def test_what_differs_from_a_growth_that_is_the_larger_part_is_still_named() -> None:
    rows = table()
    for row in rows:
        row["cost"] *= 2 if (row["g0"], row["g1"]) == ("s3", "dev") else Decimal("1.2")
    found = explained(rows)
    assert [where(cause) for cause in found.causes] == [{"s3", "dev"}]
    assert found.alike is not None
    assert Decimal("0.18") < found.alike < Decimal("0.22")


def test_a_short_name_is_better_than_one_that_leaves_out_next_to_nothing() -> None:
    rows = [row for row in table() if (row["g0"], row["g2"]) not in {("ec2", "eu"), ("ec2", "ap")}]
    for row in rows:
        row["cost"] *= 3 if row["g0"] == "ec2" else 1
    rest = {"g0": "ec2", "g1": "prod", "g2": "ap", "g3": "ec2-x"}
    rows.append(rest | {"cost": Decimal("0.5"), "previous": Decimal("0.5")})
    assert where(explained(rows).causes[0]) == {"ec2"}


def test_noise_alone_is_shown_as_contributions_and_called_no_cause() -> None:
    found = explained(table())
    assert not found.found
    assert {value for cause in found.causes for value in where(cause)} <= {"ec2", "rds", "s3"}


def test_that_a_value_is_missing_is_no_cause() -> None:
    rows = table()
    for name, account, cost in (("tax", "prod", 900), ("fee", "dev", 1100), ("plan", "lab", 1300)):
        new = {"g0": name, "g1": account, "g2": None, "g3": None}
        rows.append(new | {"cost": Decimal(cost), "previous": Decimal(0)})
    assert [where(cause) for cause in explained(rows).causes] == [{"plan"}, {"fee"}, {"tax"}]


def test_small_cells_that_were_summed_count_for_their_service_and_nothing_else() -> None:
    rows = table()
    for row in rows:
        if row["g0"] == "s3":
            row["cost"] *= 3
    small = [row for row in rows if row["g0"] == "s3" and row["g2"] == "ap"]
    for account in ("prod", "dev", "lab"):
        cells = [row for row in small if row["g1"] == account]
        rows.append(
            {"g0": "s3", "g1": account, "g2": None, "g3": None, "kept": False}
            | {name: sum(row[name] for row in cells) for name in ("cost", "previous")}
        )
    rows = [row for row in rows if row not in small]
    (cause,) = explained(rows).causes
    assert where(cause) == {"s3"}
    assert cause.part.before == sum(row["previous"] for row in rows if row["g0"] == "s3")


def metered(cost: str, previous: str, has: float, had: float) -> dict[str, Any]:
    amounts = {"cost": Decimal(cost), "previous": Decimal(previous)}
    return amounts | {"quantity": has, "quantity_before": had}


def test_more_hours_at_the_same_price_are_usage() -> None:
    found = effects([metered("30", "10", 300, 100)])
    assert (found.usage, found.rate) == (20, 0)


def test_the_same_hours_at_twice_the_price_are_rate() -> None:
    found = effects([metered("20", "10", 100, 100)])
    assert (found.usage, found.rate) == (0, 10)


def test_the_joint_effect_is_shared_equally() -> None:
    """From 10 x $1 to 20 x $2: 10 more at $1.50 on average, and $1 more for 15 on average."""
    found = effects([metered("40", "10", 20, 10)])
    assert (found.usage, found.rate) == (15, 15)


def test_what_comes_and_goes_has_no_price_to_compare() -> None:
    rows = [metered("7", "0", 7, 0), metered("0", "5", 0, 5), metered("3", "0", 0, 0)]
    found = effects(rows)
    assert (found.new, found.gone, found.unmetered) == (7, -5, 3)
    assert (found.usage, found.rate) == (0, 0)


DAYS = [date(2026, 10, 1) + timedelta(days=n) for n in range(60)]


def weekly(day: date) -> Decimal:
    return Decimal(100 - 40 * (day.weekday() > 4) + (day.day * 7) % 5)


@pytest.mark.parametrize(("begins", "lasts"), [(45, 1), (45, 3), (50, 10), (40, 20)])
@pytest.mark.parametrize("rise", [True, False])
def test_the_first_day_of_a_change_is_found(begins: int, lasts: int, rise: bool) -> None:
    costs = [
        weekly(day) * (Decimal("2.5" if rise else "0.2") if begins <= n < begins + lasts else 1)
        for n, day in enumerate(DAYS)
    ]
    ground, period = Period(DAYS[0], DAYS[40]), Period(DAYS[40], DAYS[59] + timedelta(days=1))
    assert first_day(DAYS, costs, ground, period, rise) == DAYS[begins]


def test_a_small_rise_before_is_not_the_first_day() -> None:
    extra = {**dict.fromkeys(range(40, 46), 20), **dict.fromkeys(range(46, 49), 900)}
    costs = [weekly(day) + extra.get(n, 0) for n, day in enumerate(DAYS)]
    ground, period = Period(DAYS[0], DAYS[40]), Period(DAYS[40], DAYS[49])
    assert first_day(DAYS[:49], costs[:49], ground, period, True) == DAYS[46]


def test_a_change_that_began_in_the_days_to_compare_with_is_dated_there() -> None:
    costs = [weekly(day) * (3 if n >= 22 else 1) for n, day in enumerate(DAYS)]
    ground, period = Period(DAYS[0], DAYS[31]), Period(DAYS[31], DAYS[59] + timedelta(days=1))
    assert first_day(DAYS, costs, ground, period, True) == DAYS[22]


def test_days_like_all_others_have_no_first_day() -> None:
    costs = [weekly(day) for day in DAYS]
    ground, period = Period(DAYS[0], DAYS[40]), Period(DAYS[40], DAYS[50])
    assert first_day(DAYS, costs, ground, period, True) is None
