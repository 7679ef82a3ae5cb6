"""Cost categories: how the organisation names its parts. $0.01 a day."""

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from integrations.aws.explorer import insights

NAME = "cost-categories"


async def collect(asked: Asked) -> Came:
    found = await insights.categories(asked.explorer)
    return Came(
        words.plural(len(found), "cost category", "cost categories"),
        {"categories": list(found)},
    )


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs("ListCostCategoryDefinitions"),
)
