"""Cost Explorer, once a day: the months that AWS may still change, for about ten cents."""

from bot.collectors.child import load
from bot.collectors.model import Collector, needs
from bot.settings import Settings


def sources(settings: Settings) -> tuple[str, ...]:
    return ("cost-explorer://",) if settings.cost_explorer else ()


COLLECTOR = Collector(
    "cost-explorer",
    sources,
    load,
    needs("GetCostAndUsage", "GetTags", "GetCostCategories", "GetDimensionValues"),
    seconds=3600.0,
    here=True,
)
