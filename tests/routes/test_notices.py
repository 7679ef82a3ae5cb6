"""A notice pages nobody, unless somebody wrote a route for its kind."""

import pytest

from cards import text
from cards.views.routes import explained
from domain.finding import NOTICES, Severity
from tests.routes.world import World, spike

EVERYTHING = """
[[route]]
to = ["slack:C1", "pagerduty", "jira:OPS"]
escalate_after = "30m"
escalate_to = ["pagerduty:night"]
"""
NAMED = """
[[route]]
kind = ["purchase", "credit"]
to = ["slack:C1", "pagerduty"]
"""


async def test_who_asks_why_is_told(world: World):
    world.write(EVERYTHING)
    explanation = await world.book.explain(spike(kind="purchase"), world.at)
    said = text.render(explained(spike(kind="purchase"), explanation))
    assert "no page: only a route with kind purchase pages" in said


@pytest.mark.parametrize("kind", sorted(NOTICES))
async def test_a_route_for_everything_shows_a_notice_and_does_not_page(world: World, kind: str):
    world.write(EVERYTHING)
    verdict = await world.decide(spike(kind=kind, severity=Severity.CRITICAL))
    assert verdict.places == ("slack:C1", "jira:OPS")
    assert verdict.escalate_to == ()
    assert verdict.steps[-1].startswith("no page: only a route with kind")
    assert "pagerduty" in (await world.decide(spike())).places


async def test_the_rooms_for_whatever_no_route_takes_do_not_page_either(world: World):
    world.write("", "slack:C1", "pagerduty")
    assert (await world.decide(spike(kind="refund"))).places == ("slack:C1",)
    assert (await world.decide(spike())).places == ("slack:C1", "pagerduty")


async def test_who_wants_to_be_woken_by_a_purchase_names_it(world: World):
    world.write(NAMED)
    assert "pagerduty" in (await world.decide(spike(kind="purchase"))).places
