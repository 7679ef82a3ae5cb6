"""A notice pages nobody, unless somebody wrote a route for its kind."""

import pytest

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


@pytest.mark.parametrize("kind", sorted(NOTICES))
async def test_a_route_for_everything_shows_a_notice_and_does_not_page(world: World, kind: str):
    world.write(EVERYTHING)
    verdict = await world.decide(spike(kind=kind, severity=Severity.CRITICAL))
    assert verdict.places == ("slack:C1", "jira:OPS")
    assert verdict.escalate_to == ()
    assert verdict.steps[-1].startswith(f"no page: a {kind} pages only by a route")
    assert "pagerduty" in (await world.decide(spike())).places


async def test_the_rooms_for_whatever_no_route_takes_do_not_page_either(world: World):
    world.write("", "slack:C1", "pagerduty")
    assert (await world.decide(spike(kind="refund"))).places == ("slack:C1",)
    assert (await world.decide(spike())).places == ("slack:C1", "pagerduty")


async def test_who_wants_to_be_woken_by_a_purchase_names_it(world: World):
    world.write(NAMED)
    assert "pagerduty" in (await world.decide(spike(kind="purchase"))).places
