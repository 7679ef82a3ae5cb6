"""The dashboard: there once, as the code says, whatever happens on the way."""

import json

import pytest

from domain.errors import PermanentError, TemporaryError
from integrations.datadog import Datadog
from integrations.datadog.dashboard import TITLE, dashboard, ensure
from tests.peers.datadog import API_KEY, DatadogPeer
from tests.peers.trouble import Fault

BOARD = "/api/v1/dashboard"


async def test_it_is_made_once_and_then_left_alone(datadog: Datadog, peer: DatadogPeer):
    assert {await ensure(datadog.client) for _ in range(3)} == {"abc-0001"}
    assert peer.writes == [BOARD]
    (kept,) = peer.dashboards.kept.values()
    assert kept["title"] == TITLE and len(kept["widgets"]) == 7


async def test_it_is_brought_up_to_date_under_the_same_address(datadog: Datadog, peer: DatadogPeer):
    old = peer.dashboards.add({**dashboard(), "widgets": [], "description": "older"})
    for _ in range(2):
        await ensure(datadog.client)
    assert peer.writes == [f"{BOARD}/{old['id']}"]
    assert peer.dashboards.kept[old["id"]]["widgets"] == dashboard()["widgets"]


async def test_it_is_found_behind_hundreds_of_others(datadog: Datadog, peer: DatadogPeer):
    for n in range(250):
        peer.dashboards.add({"title": f"costbot {n}", "description": "costbot"})
    peer.dashboards.add(dashboard())
    await ensure(datadog.client)
    assert peer.writes == []


async def test_of_two_the_oldest_is_kept_up_to_date(datadog: Datadog, peer: DatadogPeer):
    first = peer.dashboards.add({**dashboard(), "description": "older"})
    peer.dashboards.add({**dashboard(), "description": "older"})
    await ensure(datadog.client)
    assert peer.writes == [f"{BOARD}/{first['id']}"]


async def test_a_lost_answer_makes_no_second_dashboard(datadog: Datadog, peer: DatadogPeer):
    peer.troubles.next(Fault(), Fault(line="lost"))
    with pytest.raises(TemporaryError):
        await ensure(datadog.client)
    await ensure(datadog.client)
    assert peer.writes == [BOARD] and len(peer.dashboards.kept) == 1


async def test_a_line_that_breaks_during_an_update_sends_it_once(
    datadog: Datadog, peer: DatadogPeer
):
    """urllib3 would send a PUT four times."""
    peer.dashboards.add({**dashboard(), "description": "older"})
    peer.troubles.next(Fault(), Fault(line="reset"))
    with pytest.raises(TemporaryError):
        await ensure(datadog.client)
    assert len(peer.writes) == 1


async def test_a_list_that_cannot_be_read_makes_no_second_dashboard(
    datadog: Datadog, peer: DatadogPeer
):
    peer.dashboards.add(dashboard())
    peer.troubles.next(Fault(200, body={"dashboards": None}))
    with pytest.raises(TemporaryError):
        await ensure(datadog.client)
    assert peer.writes == []


async def test_without_an_application_key_it_says_what_is_missing(peer: DatadogPeer):
    with pytest.raises(PermanentError, match="DD_APP_KEY"):
        await ensure(Datadog(API_KEY, host=peer.url).client)
    assert peer.calls == []


def queries() -> str:
    return json.dumps(dashboard())


@pytest.mark.parametrize(
    "name",
    ["cost.daily", "budget.actual", "budget.limit", "budget.percent", "findings.open",
     "saving.expected", "saving.verified"],
)  # fmt: skip
def test_every_number_that_costbot_sends_has_its_graph(name: str):
    assert f"sum:costbot.{name}{{" in queries()


def test_the_graphs_are_split_only_by_tags_that_are_sent():
    names = {each["prefix"] for each in dashboard()["template_variables"]}
    assert names <= {"account", "service", "region", "team", "kind", "severity"}
    assert "source:costbot" in queries()


async def test_a_change_of_the_code_reaches_the_dashboard(
    datadog: Datadog, peer: DatadogPeer, monkeypatch: pytest.MonkeyPatch
):
    await ensure(datadog.client)
    monkeypatch.setattr("integrations.datadog.dashboard._DAY", 3600)
    await ensure(datadog.client)
    (kept,) = peer.dashboards.kept.values()
    assert len(peer.writes) == 2 and "rollup(max, 3600)" in json.dumps(kept)
