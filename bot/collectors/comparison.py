"""What changed between the two newest whole months, with AWS's reasons. $0.02 a day."""

from datetime import date, timedelta

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from domain.period import Period
from integrations.aws.explorer import insights

NAME = "comparison"
#: AWS compares months that are over for some days.
SETTLING = timedelta(days=5)


async def collect(asked: Asked) -> Came:
    month = _before(Period.month(*_year_month(asked.now.date() - SETTLING)))
    before = _before(month)
    found = await insights.moved(asked.explorer, month, before)
    said = (
        f"{words.plural(len(found), 'service')}, {month.start:%Y-%m} against {before.start:%Y-%m}"
    )
    content = {"month": str(month.start), "before": str(before.start), "moved": list(found)}
    return Came(said, content)


def _before(month: Period) -> Period:
    return Period.month(*_year_month(month.start - timedelta(days=1)))


def _year_month(day: date) -> tuple[int, int]:
    return day.year, day.month


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs("GetCostAndUsageComparisons", "GetCostComparisonDrivers"),
)
