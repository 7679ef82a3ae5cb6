"""AWS's own forecast of the rest of the month, to be seen beside costbot's. $0.01 a day."""

from decimal import Decimal

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from domain.money import Money
from domain.period import Period
from integrations.aws.explorer import insights

NAME = "aws-forecast"


async def collect(asked: Asked) -> Came:
    today = asked.now.date()
    month = Period.month(today.year, today.month)
    found = await insights.forecast(asked.explorer, Period(today, month.end))
    mean = words.money(Money(Decimal(found["mean"]), found["currency"]))
    return Came(f"{mean} from today to the end of the month", dict(found))


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs("GetCostForecast"),
)
