"""How much the dearest resources are used, from CloudWatch: $0.01 for 1,000 metrics."""

from dataclasses import asdict
from datetime import timedelta

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from domain.period import Period
from domain.query import ChargeType, CostQuery, Dimension, Filter, Measure
from handlers import asking
from integrations.aws import utilisation
from integrations.aws.utilisation import Resource
from store.lake import DuckLake

NAME = "utilisation"
DAYS = timedelta(days=14)
#: The dearest resources; the rest of a bill is seldom worth a look.
MOST = 500


async def collect(asked: Asked) -> Came:
    lake = DuckLake(asked.settings.data_dir)
    try:
        resources = await _dearest(lake)
    finally:
        lake.close()
    if not resources:
        return Came("no resource in the bill that CloudWatch measures", {"used": []})
    await asked.progress(f"asking for {words.plural(len(resources), 'resource')}")
    today = asked.now.date()
    used = await utilisation.read(asked.settings.aws_access, resources, Period(today - DAYS, today))
    known = {one.resource for one in used}
    said = f"{words.plural(len(known), 'resource')} measured of {len(resources)}"
    return Came(said, {"used": [asdict(one) for one in used]})


async def _dearest(lake: DuckLake) -> list[Resource]:
    """The dearest resources of the newest days that CloudWatch has metrics for."""
    last = lake.status().last_day
    if last is None:
        return []
    split = tuple(Dimension(name) for name in ("resource", "account", "region"))
    usage = Filter(Dimension("charge"), "=", (ChargeType.USAGE,))
    period = Period(last - DAYS, last)
    query = CostQuery(period, Measure.AMORTISED, split, (usage,), limit=MOST)
    table = await asking.ask(lake, query)
    rows = (Resource(*(value or "" for value in row.key)) for row in table.rows)
    return [one for one in rows if one.region and utilisation.measured(one)]


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs("GetMetricData"),
)
