"""/cost trend on the demo bill: what was planted is told, and what cannot be told says so."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cards.model import Chart, Table
from domain.period import ONE_DAY
from handlers.kinds import Answer
from integrations.demo.events import Event
from tests.demo.raw import Raw
from tests.reports.conftest import Bot, said


def table(answer: Answer) -> Table:
    (found,) = [block for block in answer.card.blocks if isinstance(block, Table)]
    return found


def planted(raw: Raw, kind: str) -> Event:
    return next(event for event in raw.truth.events if event.kind == kind)


def chart(answer: Answer) -> Chart:
    (found,) = [block for block in answer.card.blocks if isinstance(block, Chart)]
    return found


async def test_half_a_year_of_whole_settled_weeks_is_the_default(bot: Bot):
    answer = await bot.ask("trend")
    assert answer.table is not None and answer.settled_through is not None
    period = answer.table.query.period
    assert period.start.weekday() == 0 and period.last.weekday() == 6
    assert 24 * 7 <= period.days <= 27 * 7
    assert answer.settled_through - timedelta(days=6) <= period.last <= answer.settled_through
    assert len(chart(answer).categories) == period.days // 7


async def test_the_service_that_began_is_new_since_its_first_day(bot: Bot, raw: Raw):
    first = planted(raw, "new service").start
    answer = await bot.ask("trend by service")
    (row,) = [row for row in table(answer).rows if row[0] == "Amazon Bedrock"]
    assert row[1].endswith(f"{row[2]}, new since {first.day} {first:%b}")


async def test_the_numbers_are_the_usage_of_those_days(bot: Bot):
    answer = await bot.ask("trend by account last 6 months")
    assert answer.table is not None
    days = answer.table.query.period
    usage = await bot.ask(f"by account {days.start}..{days.end - ONE_DAY} only usage")
    assert usage.table is not None and usage.table.total == answer.table.total
    mean = answer.table.total.amount / days.days
    weeks = [Decimal(repr(value)) for value in chart(answer).series[0].values]
    assert abs(sum(weeks) / len(weeks) - mean) < Decimal("0.01")


async def test_the_biggest_growers_come_first(bot: Bot):
    rows = table(await bot.ask("trend by service")).rows
    changes = [re.sub(r"[^-\d.]", "", row[1].split(" ")[1].split(", ")[0]) for row in rows]
    amounts = [float(change or 0) for change in changes]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] > 0


async def test_months_are_told_as_months(bot: Bot):
    answer = await bot.ask("trend monthly by account last 12 months")
    assert len(chart(answer).categories) == 12 and chart(answer).categories[-1] == "Oct 2026"
    assert "Whole months only." in said(answer)
    assert len(chart(await bot.ask("trend monthly")).categories) == 12
    assert (await bot.ask("trend by month, account last 12 months")).card == answer.card


@pytest.mark.parametrize(("kind", "sign"), [("level shift", "+"), ("drop", "-")])
async def test_a_step_is_marked_in_the_chart_on_its_day_and_said(
    bot: Bot, raw: Raw, kind: str, sign: str
):
    event = planted(raw, kind)
    service, account = event.series["ServiceName"], event.series["SubAccountName"]
    answer = await bot.ask(f'trend weekly where service="{service}" and account={account}')
    drawn = chart(answer)
    (mark,) = drawn.marks
    amount = mark.label.removeprefix(f"{event.start.day} {event.start:%b}: ")
    assert re.fullmatch(rf"\{sign}\$[\d,.]+ a day", amount), mark
    assert mark.label in drawn.summary
    day = f"{event.start.day} {event.start:%b}"
    rise, fall = (
        f"since {day}, when it stepped up by {amount[1:]}.",
        f"Since {day} it costs nothing",
    )
    assert (rise if sign == "+" else fall) in said(answer)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("trend last 3 weeks", "A trend by week needs 8 whole weeks"),
        ("trend monthly last 3 months", "A trend by month needs 6 whole months"),
        ("trend by day", "by week or by month"),
        ("trend vs last month", "Leave out what follows vs"),
        ("trend 2019", "No settled days of a loaded bill"),
    ],
)
async def test_what_cannot_be_told_says_why_and_offers_something(bot: Bot, words: str, told: str):
    answer = await bot.ask(words)
    assert answer.refused and told in said(answer)


async def test_what_the_buttons_ask_can_be_answered(bot: Bot):
    from cards.model import Buttons

    for words in ("trend", "trend monthly last 12 months"):
        answer = await bot.ask(words)
        (row,) = [block for block in answer.card.blocks if isinstance(block, Buttons)]
        for button in row.items:
            asked = await bot.ask(button.action.args["text"])
            assert not asked.refused, button


async def test_nothing_of_a_day_that_is_not_settled_counts(bot: Bot):
    """A week whose last days are still arriving would look like a fall."""
    answer = await bot.ask("trend since 2026-06-01")
    assert answer.table is not None and answer.table.query.period.end <= date(2026, 11, 22)
