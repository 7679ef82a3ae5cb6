"""Cost Optimization Hub: AWS's own advice to save."""

from decimal import Decimal

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from domain.money import Money
from integrations.aws import hub

NAME = "optimization-hub"


async def collect(asked: Asked) -> Came:
    advice = await hub.advice(asked.settings.aws_access)
    saves = sum((one.saves for one in advice), Decimal(0))
    currency = advice[0].currency if advice else "USD"
    said = f"{words.plural(len(advice), 'recommendation')}, {words.money(Money(saves, currency))}"
    return Came(f"{said} a month", {"advice": [one.json() for one in advice]})


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs("ListEnrollmentStatuses", "ListRecommendations"),
)
