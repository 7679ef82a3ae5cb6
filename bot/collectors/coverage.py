"""How far savings plans and reservations cover and are used, as AWS counts it. $0.04 a day."""

from datetime import timedelta

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from domain.period import Period
from integrations.aws.explorer import insights

NAME = "coverage"
#: Days that AWS has done, in the middle of any month.
DAYS, DONE = timedelta(days=30), timedelta(days=2)


async def collect(asked: Asked) -> Came:
    end = asked.now.date() - DONE
    period = Period(end - DAYS, end)
    found = await insights.coverage(asked.explorer, period)
    said = ", ".join(f"{name} {float(value):.1f} %" for name, value in found.items())
    content = {"start": str(period.start), "end": str(period.end), "percent": dict(found)}
    return Came(said or "no savings plan and no reservation", content)


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs(
        "GetSavingsPlansUtilization",
        "GetSavingsPlansCoverage",
        "GetReservationUtilization",
        "GetReservationCoverage",
    ),
)
