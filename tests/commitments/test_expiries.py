"""A commitment that ends within a forecast: what it covered costs its list price from then on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from domain.charge import Grant
from domain.period import Period
from domain.query import CostQuery, Dimension, Measure
from handlers import outlook
from handlers.per_load import PerLoad
from tests.commitments.test_commitments import DEMAND, USED
from tests.lake.bills import put, write_csv
from tests.reports.conftest import Bot

ID = "arn:aws:rds:eu-west-1::ri:orders"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
LAST = date(2026, 11, 22)


def row(day: date, **more: str) -> dict[str, str]:
    return {
        "BillingPeriodStart": f"{day.replace(day=1)}T00:00:00Z",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{day + timedelta(days=1)}T00:00:00Z",
    } | more


def paid(day: date, said: str = "1 year, All Upfront", **more: str) -> dict[str, str]:
    """What was paid for the reservation, at once."""
    purchase = {
        "ChargeCategory": "Purchase",
        "ChargeFrequency": "One-Time",
        "ChargeDescription": said,
        "CommitmentDiscountId": ID,
        "CommitmentDiscountType": "Reserved",
        "ServiceName": "Amazon RDS",
        "BilledCost": "8760",
        "EffectiveCost": "0",
        "ListCost": "8760",
    }
    return row(day) | purchase | more


@pytest.fixture
def bot(tmp_path: Path, bot_of: Callable[[Path], Bot]) -> Callable[..., Bot]:
    """10 a day on demand in search; 40 a day at list price, for 24, that the reservation covers."""

    def made(*bought: dict[str, str]) -> Bot:
        first = date(2025, 11, 1)
        days = [first + timedelta(days=n) for n in range((LAST - first).days + 1)]
        covered = USED | {
            "CommitmentDiscountId": ID,
            "ServiceName": "Amazon RDS",
            "EffectiveCost": "24",
            "ListCost": "40",
        }
        demand = DEMAND | {"BilledCost": "10", "EffectiveCost": "10", "ListCost": "10"}
        rows = [row(day) | one for day in days for one in (demand, covered)]
        by_month: dict[str, list[dict[str, str]]] = {}
        for one in [*rows, *bought]:
            by_month.setdefault(one["BillingPeriodStart"], []).append(one)
        for number, part in enumerate(by_month.values()):
            put(tmp_path / "lake", write_csv(tmp_path / f"{number}.csv", part))
        return bot_of(tmp_path / "lake")

    return made


async def test_from_its_last_day_on_the_list_price_is_to_come(bot: Callable[..., Bot]) -> None:
    found = await outlook.ahead(bot(paid(date(2025, 11, 25))).context, CostQuery(NOVEMBER))
    ending = [one for one in found.known if "a commitment ends on Tue 24 Nov 2026" in one.why]
    assert [str(one.day) for one in ending] == [f"2026-11-{day}" for day in range(25, 31)]
    assert {one.amount for one in ending} == {Decimal(40)}
    assert abs(found.whole.mean - (300 + 6 * 40)) < Decimal("0.02")


async def test_a_forecast_by_service_has_it_where_it_is_covered(bot: Callable[..., Bot]) -> None:
    context = bot(paid(date(2025, 11, 25))).context
    found = await outlook.ahead(context, CostQuery(NOVEMBER, group_by=(Dimension("service"),)))
    by_service = {part.key[0]: part.whole.mean for part in found.parts}
    assert abs(by_service["Amazon RDS"] - 240) < Decimal("0.02")
    assert sum(by_service.values()) == found.whole.mean


async def test_amortised_only_the_difference_is_new(bot: Callable[..., Bot]) -> None:
    context = bot(paid(date(2025, 11, 25))).context
    found = await outlook.ahead(context, CostQuery(NOVEMBER, Measure.AMORTISED))
    assert {one.amount for one in found.known if "commitment ends" in one.why} == {Decimal(16)}


@pytest.mark.parametrize(
    "bought",
    [
        paid(date(2026, 2, 25)),
        paid(date(2025, 11, 25), "3 years, All Upfront"),
        paid(date(2025, 11, 25), "reserved"),
        paid(date(2025, 11, 25), CommitmentDiscountId="arn:other"),
        paid(date(2025, 11, 5)),
    ],
    ids=["ends later", "ends in years", "no term", "covers nothing", "has ended already"],
)
async def test_what_does_not_end_within_the_forecast_adds_nothing(
    bot: Callable[..., Bot], bought: dict[str, str]
) -> None:
    found = await outlook.ahead(bot(bought).context, CostQuery(NOVEMBER))
    assert not [one for one in found.known if "commitment ends" in one.why]


def credit(day: date, name: str, amount: int) -> dict[str, str]:
    return row(day) | {
        "ChargeCategory": "Credit",
        "ChargeDescription": name,
        "ServiceName": "Amazon EC2",
        "BilledCost": f"-{amount}",
        "EffectiveCost": f"-{amount}",
        "ListCost": "0",
    }


async def test_a_credit_that_runs_out_pays_for_no_day_after_that(bot: Callable[..., Bot]) -> None:
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(83)]
    made = bot(*(credit(day, name, cost) for day in days for name, cost in (("A", 6), ("B", 3))))
    before = await outlook.ahead(made.context, CostQuery(NOVEMBER))
    known_end = Grant("A", expires=date(2026, 11, 24))
    context = made.context
    context = replace(context, use=replace(context.use, credits=(known_end,), per_load=PerLoad()))
    after = await outlook.ahead(context, CostQuery(NOVEMBER))
    gone = [one for one in after.known if "runs out on Tue 24 Nov 2026" in one.why]
    assert [one.day.day for one in gone] == [25, 26, 27, 28, 29, 30]
    assert all(abs(one.amount - 6) < Decimal("0.0001") for one in gone)
    assert abs(after.whole.mean - before.whole.mean - 36) <= Decimal("0.01")
