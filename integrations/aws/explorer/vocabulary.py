"""The words that Cost Explorer knows beyond its bills: tags, cost categories, regions, meters."""

from collections.abc import Mapping
from typing import Any

from domain.period import Period
from domain.query import Dimension
from integrations.aws.explorer.asking import Explorer
from integrations.aws.explorer.names import DIMENSIONS, value

#: What its bills do not have, and questions may name.
ASKED = ("region", "usage_type", "operation")


async def known(explorer: Explorer, period: Period) -> Mapping[str, Any]:
    """`values` by dimension and `tag_keys`; a request for each of them."""
    interval = {"Start": str(period.start), "End": str(period.end)}
    tags = await explorer.ask("GetTags", {"TimePeriod": interval})
    categories = await explorer.ask("GetCostCategories", {"TimePeriod": interval})
    named = [f"cost_category/{name}" for name in categories.content.get("CostCategoryNames", ())]
    values: dict[str, list[str]] = {}
    for name in ASKED:
        asked = {"TimePeriod": interval, "Dimension": DIMENSIONS[name]}
        told = await explorer.ask("GetDimensionValues", asked)
        dimension = Dimension(name)
        found = (value(dimension, one["Value"]) for one in told.content.get("DimensionValues", ()))
        values[name] = [one for one in found if one is not None]
    return {"tag_keys": [*tags.content.get("Tags", ()), *named], "values": values}
