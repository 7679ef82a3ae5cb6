"""/cost unit on the demo bill: settled days, honest gaps, and help where something is missing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cards.model import Chart
from domain.errors import DeliveryError, PermanentError, TemporaryError
from domain.period import Period
from domain.unit import CloudWatchMetric, Counts, CsvMetric, Unit
from handlers.kinds import Answer
from tests.reports.conftest import Bot, said

REQUEST = Unit("request", CloudWatchMetric("N", "M"))
DAY = timedelta(days=1)


@dataclass
class Counted:
    """A number for every day but the `lost` ones, or one error."""

    lost: tuple[date, ...] = ()
    idle: tuple[date, ...] = ()
    error: DeliveryError | None = None
    asked: list[Period] = field(default_factory=list)

    async def daily(self, unit: Unit, period: Period) -> Counts:
        self.asked.append(period)
        if self.error:
            raise self.error
        known = [day for day in period if day not in self.lost]
        return {day: Decimal(0 if day in self.idle else 1000) for day in known}


@pytest.fixture
def counting(lake: Path, bot_of: Callable[[Path], Bot]) -> Callable[..., Bot]:
    def counting(counted: Counted | None = None, *units: Unit) -> Bot:
        bot = bot_of(lake)
        use = replace(bot.router.use, units=units or (REQUEST,), metrics=counted or Counted())
        return replace(bot, router=replace(bot.router, use=use))

    return counting


def chart(answer: Answer) -> Chart:
    (found,) = [block for block in answer.card.blocks if isinstance(block, Chart)]
    return found


async def test_it_is_the_cost_of_settled_days_divided_by_their_units(counting: Callable[..., Bot]):
    counted = Counted()
    bot = counting(counted)
    answer = await bot.ask("unit request")
    assert answer.table is not None and answer.settled_through is not None
    period = answer.table.query.period
    assert (period.days, period.last) == (30, answer.settled_through)
    usage = await bot.ask(f"{period.start}..{period.last} only usage")
    assert usage.table is not None and usage.table.total == answer.table.total
    each = answer.table.total.amount / 30 / 1000
    assert f"${each:,.2f} per request" in said(answer)
    assert counted.asked == [period, Period(period.start - 30 * DAY, period.start)]


async def test_the_name_may_be_said_in_the_plural_or_left_out(counting: Callable[..., Bot]):
    bot = counting()
    cards = [(await bot.ask(words)).card for words in ("unit", "unit requests", "unit REQUEST")]
    assert cards[0] == cards[1] == cards[2]


async def test_days_nobody_knows_are_left_out_and_said(counting: Callable[..., Bot]):
    lost = (date(2026, 11, 2), date(2026, 11, 3))
    answer = await counting(Counted(lost=lost)).ask("unit request 2026-11-01..2026-11-10")
    assert "Requests are not known on 2 days of 10 (2 Nov, 3 Nov): left out." in said(answer)
    assert "2 Nov" not in chart(answer).categories and len(chart(answer).categories) == 8


async def test_days_without_any_are_said_and_have_no_price(counting: Callable[..., Bot]):
    answer = await counting(Counted(idle=(date(2026, 11, 4),))).ask(
        "unit request 2026-11-01..2026-11-10"
    )
    assert "No request on 4 Nov; the cost of that counts." in said(answer)
    assert len(chart(answer).categories) == 9


async def test_nothing_known_at_all_is_said_and_not_divided(counting: Callable[..., Bot]):
    every = tuple(date(2026, 9, 1) + n * DAY for n in range(90))
    answer = await counting(Counted(lost=every)).ask("unit request")
    assert answer.refused and "CloudWatch knows no request on" in said(answer)


async def test_no_unit_on_any_day_is_said_and_not_divided(counting: Callable[..., Bot]):
    every = tuple(date(2026, 9, 1) + n * DAY for n in range(90))
    answer = await counting(Counted(idle=every)).ask("unit request")
    assert not answer.refused and "There was no request" in said(answer)


async def test_the_filters_of_a_unit_and_of_the_question_both_hold(counting: Callable[..., Bot]):
    unit = replace(REQUEST, filters="where team=payments")
    bot = counting(None, unit)
    answer = await bot.ask("unit request 2026-10 where region=us-east-1")
    plain = await bot.ask("2026-10 where team=payments and region=us-east-1 only usage")
    assert answer.table is not None and plain.table is not None
    assert answer.table.total == plain.table.total and answer.table.total.amount > 0


async def test_weeks_and_months_are_told_when_asked_for(counting: Callable[..., Bot]):
    bot = counting()
    weekly = chart(await bot.ask("unit request weekly last 90d"))
    monthly = chart(await bot.ask("unit request monthly last 6 months"))
    assert len(weekly.categories) in (13, 14) and len(monthly.categories) == 6
    assert "by week" in weekly.title and monthly.categories[-1] == "Oct 2026"


async def test_what_cloudwatch_asks_for_is_told(counting: Callable[..., Bot]):
    assert "< $0.01 AWS API fees" in said(await counting().ask("unit request"))
    own = counting(None, Unit("customer", CsvMetric("c.csv")))
    assert "no AWS API fees" in said(await own.ask("unit customers"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TemporaryError("CloudWatch did not answer"), "did not answer. Try again in a minute."),
        (PermanentError("give costbot's role cloudwatch:GetMetricData"), "GetMetricData."),
    ],
)
async def test_a_source_that_fails_says_why(
    counting: Callable[..., Bot], error: DeliveryError, told: str
):
    answer = await counting(Counted(error=error)).ask("unit request")
    assert answer.refused and told in said(answer)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("unit request by service", "told by day, week or month"),
        ("unit request 2019", "loaded and settled"),
        ("unit request vs 2019", "do not cover"),
    ],
)
async def test_what_cannot_be_told_says_why(counting: Callable[..., Bot], words: str, told: str):
    answer = await counting().ask(words)
    assert answer.refused and told in said(answer)


async def test_which_one_is_asked_where_there_are_several(counting: Callable[..., Bot]):
    answer = await counting(None, REQUEST, Unit("query", CsvMetric("q"))).ask("unit")
    assert answer.refused and "request, query" in said(answer)
    both = counting(None, REQUEST, Unit("query", CsvMetric("q")))
    assert "per query" in said(await both.ask("unit queries"))


async def test_without_units_it_says_how_to_add_one(bot: Bot):
    answer = await bot.ask("unit request")
    assert answer.refused and "[[units]]" in said(answer)


async def test_filters_that_cannot_be_read_are_named_as_the_files(counting: Callable[..., Bot]):
    bad = replace(REQUEST, filters="where colour=red and")
    answer = await counting(None, bad).ask("unit request")
    assert answer.refused and "filters of the unit request in costbot.toml" in said(answer)
