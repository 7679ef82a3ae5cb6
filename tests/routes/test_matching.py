"""The first route that fits decides, and says why."""

from decimal import Decimal

import pytest

from domain.finding import Finding, Severity
from domain.money import Money
from tests.routes.world import World, spike

ROUTES = """
[[route]]
name = "quiet kinds"
kind = ["report", "Saving"]
to = ["slack:CREPORTS"]

[[route]]
name = "payments pages"
kind = "spike"
severity = "high"
team = ["Payments", "billing"]
amount = 500
to = ["slack:CPAY", "pagerduty"]

[[route]]
name = "euros"
amount = "500 EUR"
to = ["slack:CEURO"]

[[route]]
name = "a label of our own"
where = { "Cost Center" = "4711", service = "Amazon EC2" }
to = ["jira:OPS"]

[[route]]
name = "payments"
team = "payments"
to = ["slack:CPAY"]

[[route]]
name = "critical"
severity = "critical"
to = ["pagerduty"]
"""

USD, EUR = Money(Decimal(900), "USD"), Money(Decimal(900), "EUR")


@pytest.mark.parametrize(
    ("finding", "rule"),
    [
        (spike(), "payments pages"),
        (spike(severity=Severity.CRITICAL), "payments pages"),
        (spike(severity=Severity.MEDIUM), "payments"),
        (spike(impact=Money(Decimal("499.99"), "USD")), "payments"),
        (spike(impact=Money(Decimal(500), "USD")), "payments pages"),
        (spike(impact=Money(Decimal(500), "EUR")), "payments pages"),
        (spike(impact=None), "payments"),
        (spike(kind="budget"), "payments"),
        (spike(kind="saving"), "quiet kinds"),
        (spike(labels={"team": "PAYMENTS"}), "payments pages"),
        (spike(labels={"tag:Team": "billing"}), "payments pages"),
        (spike(labels={"user:team": "billing"}), "payments pages"),
        (spike(labels={"team": "pay"}), "alert rooms, for no route takes it"),
        (spike(labels={}), "alert rooms, for no route takes it"),
        (spike(labels={}, impact=EUR), "euros"),
        (spike(labels={}, impact=USD, severity=Severity.CRITICAL), "critical"),
        (spike(labels={"service": "amazon ec2", "cost center": "4711"}), "a label of our own"),
        (spike(labels={"service": "Amazon EC2"}), "alert rooms, for no route takes it"),
    ],
)
async def test_which_route_fires(here: World, finding: Finding, rule: str) -> None:
    here.write(ROUTES, "slack:CALL")
    verdict = await here.decide(finding)
    assert verdict.rule == rule
    explained = await here.book.explain(finding, here.at)
    assert explained.verdict == verdict
    assert [one.rule for one in explained.tried if one.fired] == [rule] * (rule[:5] != "alert")


async def test_what_no_route_takes_goes_to_the_alert_rooms(here: World) -> None:
    here.write("", "slack:CALL", "teams:19:a@thread.tacv2")
    assert (await here.decide(spike())).places == ("slack:CALL", "teams:19:a@thread.tacv2")


async def test_without_routes_and_rooms_it_says_what_to_set(here: World) -> None:
    verdict = await here.decide(spike())
    assert verdict.places == ()
    assert any("COSTBOT_ALERT_ROOMS" in step for step in verdict.steps)


async def test_each_skipped_route_says_every_condition_that_did_not_hold(here: World) -> None:
    here.write(ROUTES)
    finding = spike(severity=Severity.LOW, labels={"team": "search"}, impact=None)
    tried = {one.rule: one.why for one in (await here.book.explain(finding, here.at)).tried}
    assert tried["payments pages"] == (
        "severity low is below high, team is search, not Payments or billing, "
        "it has no amount, 500 is needed"
    )
    assert tried["a label of our own"].startswith("cost center is not known, not 4711")


async def test_a_route_that_fires_says_every_condition_that_held(here: World) -> None:
    here.write(ROUTES)
    (step,) = (s for s in (await here.decide(spike())).steps if s.startswith("payments pages"))
    assert step == (
        "payments pages: kind is spike, severity high is at least high, team is payments, "
        "amount 900.00 USD is at least 500"
    )


async def test_the_list_of_routes_says_what_the_file_says(here: World) -> None:
    here.write(ROUTES + 'quiet = "Sat-Sun"\nescalate_after = "2h"\nescalate_to = "jira:OPS"', "aws")
    lines = {line.name: line for line in here.book.rules()}
    assert lines["payments pages"].when == (
        "kind spike, severity at least high, team Payments or billing, amount at least 500"
    )
    assert lines["critical"].besides == (
        "quiet Sat-Sun",
        "to jira:OPS after 120 minutes without an answer",
    )
    assert lines["alert rooms"].to == ("aws",)
