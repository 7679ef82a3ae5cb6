"""Days that are not loaded, not settled or not the same length never pass for something else."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.adapters.room import HERE, ME
from bot.assembly import assemble
from bot.settings import Settings
from cards import text
from handlers.kinds import Answer
from store.lake.load import load
from tests.lake.bills import write_csv
from tests.walks.conftest import EC2, NOW, S3, bill_row

Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
def ask(data_dir: Path) -> Ask:
    """Asks the small bill at a moment."""

    async def ask(words: str, now: datetime = NOW, folder: Path = data_dir) -> Answer:
        return await assemble(Settings(data_dir=folder), lambda: now).ask(words, ME, HERE)

    return ask


def said(answer: Answer) -> str:
    return " ".join(text.render(answer.card, width=200).split())


async def test_a_period_that_is_only_partly_loaded_says_so(ask: Ask) -> None:
    answer = await ask("total 2026")
    assert answer.table is not None
    assert answer.table.total.amount == Decimal("164.15")
    assert "Only 1 Oct – 21 Nov 2026 is loaded." in said(answer)


async def test_half_a_year_is_not_compared_with_a_whole_one(ask: Ask) -> None:
    answer = await ask("ytd vs last year")
    assert answer.refused
    assert "there is nothing to compare" in said(answer)


async def test_a_running_month_is_compared_on_the_days_that_are_loaded(ask: Ask) -> None:
    now = datetime(2026, 12, 1, 6, tzinfo=UTC)
    answer = await ask("by service 2026-11 vs 2026-10", now)
    assert answer.table is not None
    assert str(answer.table.query.period) == "2026-11-01/2026-11-22"
    assert str(answer.table.query.compare) == "2026-10-01/2026-10-22"
    assert "Compared on the days that are loaded: 1–21 Nov 2026." in said(answer)


async def test_a_file_does_not_settle_by_lying_around(ask: Ask) -> None:
    for later in (NOW, datetime(2026, 12, 24, tzinfo=UTC)):
        answer = await ask("total 2026-11", later)
        assert str(answer.settled_through) == "2026-11-21"


async def test_nothing_is_called_settled_before_a_day_of_the_month_is(
    ask: Ask, tmp_path: Path
) -> None:
    rows = [
        bill_row("2026-10-05", EC2, "10", "payments"),
        bill_row("2026-11-01", EC2, "20", "payments"),
    ]
    now = datetime(2026, 11, 2, 6, tzinfo=UTC)
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, now)
    answer = await ask("", now, tmp_path)
    assert "$20.00" in said(answer)
    assert "Settled usage" not in said(answer)
    assert "Settled through Sat 31 Oct" in said(answer)


async def test_the_small_print_names_the_files_that_were_read(ask: Ask, tmp_path: Path) -> None:
    october = [bill_row("2026-10-05", EC2, "10", "payments")]
    november = [bill_row("2026-11-05", EC2, "20", "payments")]
    load([write_csv(tmp_path / "october.csv", october)], tmp_path, NOW)
    load([write_csv(tmp_path / "november.csv", november)], tmp_path, NOW)
    assert "october.csv" in said(await ask("total 2026-10", NOW, tmp_path))
    assert "november.csv" not in said(await ask("total 2026-10", NOW, tmp_path))


async def test_days_are_compared_side_by_side_and_still_add_up(ask: Ask) -> None:
    answer = await ask("by day 2026-11 vs 2026-10", datetime(2026, 12, 1, 6, tzinfo=UTC))
    table = answer.table
    assert table is not None and table.previous is not None
    rows = {row.key[0]: (row.cost, row.previous) for row in table.rows}
    assert rows["2026-11-05"] == (0, Decimal("60.03"))
    assert rows["2026-11-20"] == (Decimal("24.02"), Decimal("40.07"))
    assert sum(row.cost for row in table.rows) == table.total.amount == Decimal("64.05")
    assert sum(row.previous or 0 for row in table.rows) == table.previous.amount


async def test_a_day_without_a_partner_is_not_lost(ask: Ask, tmp_path: Path) -> None:
    rows = [
        bill_row("2026-08-31", EC2, "7", "payments", end="2026-09-01"),
        bill_row("2026-08-01", EC2, "5", "payments"),
        bill_row("2026-09-01", EC2, "3", "payments"),
    ]
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, NOW)
    answer = await ask("by day 2026-09 vs 2026-08", NOW, tmp_path)
    table = answer.table
    assert table is not None and table.rest is not None and table.previous is not None
    assert (table.rest.previous, table.rest_count) == (7, 1)
    known = sum(row.previous or 0 for row in table.rows)
    assert known + (table.rest.previous or 0) == table.previous.amount == 12


async def test_an_account_with_only_one_of_two_months_is_named(ask: Ask, tmp_path: Path) -> None:
    other = {"BillingAccountId": "888888888888"}
    rows = [
        bill_row("2026-09-05", EC2, "10", "payments"),
        bill_row("2026-10-05", EC2, "10", "payments"),
        bill_row("2026-09-05", S3, "5", "search") | other,
    ]
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, NOW)
    answer = await ask("by payer 2026-10 vs 2026-09", NOW, tmp_path)
    assert "888888888888 has a bill for only one of the two periods." in said(answer)


async def test_movers_look_at_settled_usage(ask: Ask, tmp_path: Path) -> None:
    tax = {"ChargeCategory": "Tax"}
    rows = [
        bill_row("2026-10-05", EC2, "10", "payments"),
        bill_row("2026-10-31", EC2, "90", "payments", end="2026-11-01") | tax,
        bill_row("2026-11-05", EC2, "12", "payments"),
        bill_row("2026-11-22", EC2, "1", "payments"),
    ]
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, NOW)
    answer = await ask("movers 2026-11 vs 2026-10", NOW, tmp_path)
    assert answer.table is not None and answer.table.previous is not None
    assert (answer.table.total.amount, answer.table.previous.amount) == (12, 10)
    assert "Settled days only: 1–21 Nov 2026." in said(answer)
    assert "Usage only" in said(answer)


async def test_movers_are_not_split_by_time(ask: Ask) -> None:
    assert (await ask("movers by day 2026-11 vs 2026-10")).refused


async def test_the_overview_does_not_ignore_words(ask: Ask) -> None:
    answer = await ask("overview last month")
    assert answer.refused
    assert "by service last month" in said(answer)


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    """Bills of August and November, and nothing between."""
    rows = [
        bill_row("2026-08-05", EC2, "10", "payments"),
        bill_row("2026-11-05", EC2, "20", "payments"),
    ]
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, NOW)
    return tmp_path


async def test_a_gap_between_bills_is_not_free_of_charge(ask: Ask, gap: Path) -> None:
    answer = await ask("total 2026-09", NOW, gap)
    assert answer.refused
    assert "No loaded bill covers Sep 2026." in said(answer)


async def test_a_total_over_a_gap_says_what_is_in_it(ask: Ask, gap: Path) -> None:
    assert "Only Aug 2026 and 1–5 Nov 2026 is loaded." in said(await ask("total 2026", NOW, gap))


async def test_nothing_is_compared_with_a_gap(ask: Ask, gap: Path) -> None:
    assert (await ask("by service 2026-11 vs previous", NOW, gap)).refused
    assert "against" not in said(await ask("", NOW, gap))


async def test_days_that_aws_is_still_adding_to_are_said_to_be(ask: Ask, tmp_path: Path) -> None:
    rows = [bill_row("2026-11-22", EC2, "20", "payments")]
    load([write_csv(tmp_path / "bill.csv", rows)], tmp_path, NOW)
    assert "still adding to these days" in said(await ask("yesterday", NOW, tmp_path))
