"""/cost forecast and /cost over a demo bill: what people read adds up and is kept."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cards.model import Chart
from domain.answer import CostTable
from domain.outlook import Expected, Kept
from domain.period import Period
from domain.query import ChargeType, CostQuery, Dimension, Filter
from handlers import accuracy, asking, outlook
from tests.reports.conftest import NOW, Bot

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))


async def table(bot: Bot, words: str) -> CostTable:
    answer = await bot.ask(words)
    assert answer.table is not None, words
    return answer.table


@pytest.mark.parametrize("split", ["service", "account", "region", "team"])
async def test_the_parts_add_up_to_the_total_to_the_cent(bot: Bot, split: str) -> None:
    whole = (await table(bot, "forecast")).total
    found = await table(bot, f"forecast by {split}")
    parts = [row.cost for row in found.rows] + ([found.rest.cost] if found.rest else [])
    assert found.total == whole, "every split has the same total"
    assert sum(parts) == whole.amount
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)


async def test_a_long_list_still_adds_up(bot: Bot) -> None:
    found = await table(bot, "forecast top 3 services")
    assert len(found.rows) == 3 and found.rest is not None
    assert sum(row.cost for row in found.rows) + found.rest.cost == found.total.amount


async def test_the_month_is_what_is_spent_and_what_is_to_come(bot: Bot) -> None:
    found = await outlook.ahead(bot.context, CostQuery(NOVEMBER))
    known = sum((one.amount for one in found.known), Decimal(0))
    assert found.settled_through == date(2026, 11, 21)
    assert abs(found.spent.amount + known + found.usage.mean - found.whole.mean) < Decimal("0.02")
    assert found.whole.lower < found.likely.lower < found.whole.mean < found.likely.upper


async def test_the_month_before_was_foretold(bot: Bot) -> None:
    """From the days up to the 14th of October, as the bill has them, against all of October."""
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    usage = Filter(Dimension("charge"), "=", (ChargeType.USAGE.value,))
    query = CostQuery(october, filters=(usage,))
    found = await outlook.ahead(bot.context, query, date(2026, 10, 14))
    cost = (await asking.ask(bot.context.use.lake, query)).total.amount
    assert abs(found.whole.mean - cost) < cost * Decimal("0.03")
    assert found.whole.lower <= cost <= found.whole.upper


async def test_a_filter_forecasts_only_what_it_keeps(bot: Bot) -> None:
    whole = (await table(bot, "forecast")).total.amount
    part = (await table(bot, "forecast for ec2")).total.amount
    assert 0 < part < whole


async def test_tax_alone_is_forecast_from_the_usage_it_is_due_on(bot: Bot) -> None:
    found = await outlook.ahead(bot.context, CostQuery(NOVEMBER))
    due = sum(one.amount for one in found.known if one.why.startswith("tax"))
    assert due > 0
    alone = (await table(bot, "forecast where charge=tax")).total.amount
    assert abs(alone - due) < Decimal("0.01")


async def test_longer_days_to_come_are_drawn_by_month(bot: Bot) -> None:
    card = (await bot.ask("forecast until year end by service")).card
    chart = next(block for block in card.blocks if isinstance(block, Chart))
    assert chart.title.startswith("Usage per month")
    assert chart.series[1].low[-1] < chart.series[1].values[-1] < chart.series[1].high[-1]


async def test_days_that_are_over_are_refused_with_what_to_ask(bot: Bot) -> None:
    said = await bot.said("forecast last month")
    assert "days to come" in said and "forecast next 30d" in said


async def test_the_overview_says_the_month_end_and_how_good_that_was(bot: Bot) -> None:
    said = await bot.said("")
    whole = (await table(bot, "forecast")).total.amount
    assert f"Forecast for the month ${whole:,.2f}" in said
    assert re.search(r"Past forecasts off by \d+\.\d % on average, last 6 months", said)
    assert "off by" in await bot.said("status")


async def test_a_kept_forecast_counts_instead_of_one_worked_out(
    lake: Path, bot_of: Callable[[Path], Bot]
) -> None:
    bot = bot_of(lake)
    query = CostQuery(NOVEMBER)
    before = await accuracy.accuracy(bot.context, query)
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    cost = (await asking.ask(bot.context.use.lake, CostQuery(october))).total.amount
    twice = Expected(2 * cost, 2 * cost, 2 * cost)
    made = Kept("unblended", october, date(2026, 10, 13), twice, "USD", NOW)
    assert await bot.context.use.memory.forecasts.keep(made)
    after = await accuracy.accuracy(bot.context, query)
    assert before is not None and after is not None
    assert (before.recorded, after.recorded) == (0, 1)
    assert after.off > before.off + Decimal("0.1"), "it was off by all of October"
    assert after.held == before.held - 1


async def test_the_month_s_forecast_is_kept_once_for_each_settled_day(
    lake: Path, bot_of: Callable[[Path], Bot]
) -> None:
    bot = bot_of(lake)
    await accuracy.keep(bot.context)
    await accuracy.keep(bot.context)
    kept = await bot.context.use.memory.forecasts.kept("unblended", date(2026, 1, 1))
    assert [one.period for one in kept] == [NOVEMBER]
    assert kept[0].whole.mean == (await table(bot, "forecast")).total.amount
