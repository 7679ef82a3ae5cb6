"""Reports say what plain sums over the files say, and their parts add up."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from cards import words
from domain.money import Money
from domain.period import Period
from handlers import reporting
from handlers.kinds import Answer
from store.lake.load import load
from tests.demo.raw import Raw, exact
from tests.lake.bills import write_csv
from tests.reports.conftest import NOW, Bot, said
from tests.walks.conftest import EC2, bill_row

SETTLED = date(2026, 11, 21)
DAY = timedelta(days=1)


def summed(raw: Raw, first: date, last: date, **where: str) -> Decimal:
    """By nothing but pandas; a charge belongs to the day on which it starts."""
    rows = raw.rows
    days = rows["ChargePeriodStart"]
    keep = (days >= pd.Timestamp(first)) & (days < pd.Timestamp(last + DAY))
    for column, value in where.items():
        keep &= rows[column] == value
    return exact(rows[keep]["BilledCost"])


def usd(amount: Decimal) -> str:
    return words.money(Money(amount, "USD"))


def change(now: Decimal, before: Decimal) -> str:
    return words.change(Money(now, "USD"), Money(before, "USD"))


def adds_up(answer: Answer) -> Decimal:
    table = answer.table
    assert table is not None
    every = [*table.rows, *([table.rest] if table.rest else [])]
    assert sum(row.cost for row in every) == table.total.amount
    if table.previous is not None:
        assert sum(row.previous or Decimal(0) for row in every) == table.previous.amount
    return table.total.amount


async def test_a_daily_report_is_the_newest_settled_day(bot: Bot, raw: Raw) -> None:
    answer = await bot.ask("report daily")
    total = summed(raw, SETTLED, SETTLED)
    assert adds_up(answer) == total
    shown = said(answer)
    before, week = (summed(raw, *[SETTLED - n * DAY] * 2) for n in (1, 7))
    assert f"Daily report, Sat 21 Nov 2026: {usd(total)}" in shown
    assert f"Against Fri 20 Nov 2026 {change(total, before)}" in shown
    assert f"Against Sat 14 Nov 2026 {change(total, week)}" in shown
    month = summed(raw, date(2026, 11, 1), SETTLED)
    same = summed(raw, date(2026, 10, 1), date(2026, 10, 21))
    assert f"Month to date {usd(month)} Against 1–21 Oct 2026 {change(month, same)}" in shown
    assert "Settled through Sat 21 Nov 2026" in shown
    assert str(answer.settled_through) == "2026-11-21"


async def test_a_weekly_report_is_the_last_week_that_is_settled(bot: Bot, raw: Raw) -> None:
    answer = await bot.ask("report weekly by account")
    now = summed(raw, date(2026, 11, 9), date(2026, 11, 15))
    before = summed(raw, date(2026, 11, 2), date(2026, 11, 8))
    assert adds_up(answer) == now
    assert answer.table is not None and answer.table.previous is not None
    assert answer.table.previous.amount == before
    shown = said(answer)
    assert f"Weekly report, 9–15 Nov 2026: {usd(now)}" in shown
    assert f"Against 2–8 Nov 2026 {change(now, before)}" in shown


@pytest.mark.parametrize(
    ("today", "monday"),
    [("2026-11-23", "2026-11-09"), ("2026-11-24", "2026-11-16"), ("2026-11-29", "2026-11-16")],
)
async def test_a_week_is_reported_from_the_day_on_which_its_sunday_is_settled(
    tmp_path: Path, bot_of: Callable[[Path], Bot], today: str, monday: str
) -> None:
    rows = [bill_row(f"2026-11-{day:02}", EC2, "10", "payments") for day in range(1, 29)]
    at = datetime.fromisoformat(f"{today}T08:00").replace(tzinfo=UTC)
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, at)
    bot = bot_of(tmp_path)
    bot.at = at
    first = date.fromisoformat(monday)
    plan = reporting.plan(bot.context, "weekly", "")
    assert plan.period == Period(first, first + 7 * DAY)


async def test_a_monthly_report_has_every_type_of_charge_apart(bot: Bot, raw: Raw) -> None:
    answer = await bot.ask("report monthly")
    october = (date(2026, 10, 1), date(2026, 10, 31))
    september = (date(2026, 9, 1), date(2026, 9, 30))
    total = summed(raw, *october)
    assert adds_up(answer) == total
    shown = said(answer)
    assert f"Monthly report, Oct 2026: {usd(total)}" in shown
    assert f"Against Sep 2026 {change(total, summed(raw, *september))}" in shown
    tax = [summed(raw, *month, ChargeCategory="Tax") for month in (october, september)]
    assert f"Tax {usd(tax[0])}, {change(*tax)}" in shown
    assert "Oct 2026 is final: loaded after AWS's two weeks for corrections." in shown


async def test_the_types_of_charge_of_a_report_add_up_to_its_total(bot: Bot) -> None:
    for kind in reporting.KINDS:
        plan = reporting.plan(bot.context, kind, "")
        report, table = await reporting.report(bot.context, plan)
        assert report.whole.total == table.total
        for one in (report.whole, *report.against):
            assert sum(row.cost for row in one.rows) == table.total.amount
            assert one.rest is None


async def test_the_first_of_a_month_says_what_usage_alone_did(bot: Bot, raw: Raw) -> None:
    """Fees, tax and support arrive on the first: they must not pass for usage."""
    answer = await bot.ask("report daily 2026-11-01")
    total = summed(raw, *[date(2026, 11, 1)] * 2)
    assert adds_up(answer) == total
    assert "Usage alone:" in said(answer)
    assert "Fees, tax, support, credits" in said(answer)


async def test_a_report_on_the_first_of_a_month_is_about_the_days_before(
    bot: Bot, raw: Raw
) -> None:
    bot.at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    shown = await bot.said("report daily")
    assert "Daily report, Fri 30 Oct 2026" in shown
    assert "Monthly report, Oct 2026" in await bot.said("report monthly")
    assert "None of this month" not in await bot.said("report monthly")
    assert "is settled: expect more, the invoice will differ." in await bot.said("report monthly")


async def test_a_filter_is_in_the_title_and_in_every_number(bot: Bot, raw: Raw) -> None:
    service = "Amazon Simple Storage Service"
    answer = await bot.ask("report daily by account for s3")
    total = summed(raw, SETTLED, SETTLED, ServiceName=service)
    assert adds_up(answer) == total
    assert usd(total) in answer.card.title and "S3" in answer.card.title.replace(service, "S3")


@pytest.fixture
def young(tmp_path: Path, bot_of: Callable[[Path], Bot]) -> Bot:
    """Two days of one month, loaded on the fourth."""
    rows = [
        bill_row("2026-11-01", EC2, "10", "payments"),
        bill_row("2026-11-02", EC2, "12", "search"),
    ]
    at = datetime(2026, 11, 4, 6, tzinfo=UTC)
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, at)
    bot = bot_of(tmp_path)
    bot.at = at
    return bot


async def test_what_is_not_loaded_is_not_compared_with(young: Bot) -> None:
    shown = await young.said("report daily")
    assert "Daily report, Mon 2 Nov 2026: $12.00" in shown
    assert "Against Sun 1 Nov 2026 +$2.00 (+20.0 %)" in shown
    assert "26 Oct" not in shown and "Oct 2026" not in shown
    weekly = await young.said("report weekly")
    assert "Only 1 Nov" in weekly or "Only Sun 1 Nov 2026 is loaded." in weekly
    assert "no whole period before it" in weekly


async def test_half_a_week_is_not_compared_with_a_whole_one(
    tmp_path: Path, bot_of: Callable[[Path], Bot]
) -> None:
    rows = [bill_row(f"2026-11-{day:02}", EC2, "10", "payments") for day in range(1, 12)]
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, NOW)
    shown = await bot_of(tmp_path).said("report weekly 2026-11-09")
    assert "Weekly report, 9–15 Nov 2026: $30.00" in shown
    assert "Only 9–11 Nov 2026 is loaded." in shown
    assert "Against 2–8 Nov 2026" not in shown


async def test_without_a_settled_month_there_is_no_monthly_report(young: Bot) -> None:
    answer = await young.ask("report monthly")
    assert answer.refused
    assert "No loaded bill covers Oct 2026." in said(answer)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("report daily vs last year", "brings its own comparisons"),
        ("report daily by day", "not by time"),
        ("report daily last 7d", "about one day"),
        ("report weekly 2026-10", "about one week"),
        ("report monthly ytd", "about one month"),
        ("report daily 2020-01-01", "No loaded bill covers"),
        ("report daily by colour", "colour"),
    ],
)
async def test_what_cannot_be_reported_is_refused_with_something_to_try(
    bot: Bot, words: str, refusal: str
) -> None:
    answer = await bot.ask(words)
    assert answer.refused
    assert refusal in said(answer)
    assert bot.at == NOW
