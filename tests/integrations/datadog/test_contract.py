"""Everything that is sent obeys what Datadog publishes about its API."""

from decimal import Decimal
from typing import Any

from domain.finding import Measurement
from integrations.datadog import Datadog
from integrations.datadog.dashboard import TITLE, ensure
from integrations.datadog.series import gauges
from tests.cards.hostile import HOSTILE
from tests.integrations.findings import NOW, attempt, spike
from tests.peers.datadog import API_KEY, APP_KEY

BOARD = "/api/v1/dashboard"


async def test_a_dashboard_is_made_as_the_contract_wants_it(obeys: Any):
    contract = obeys("datadog-v1.json")
    there = {"dashboards": [{"id": "abc-1", "title": TITLE}]}
    contract.answer("GET", BOARD, json_body={"dashboards": []}, times=1)
    contract.answer("GET", BOARD, json_body=there, times=1)
    datadog = Datadog(API_KEY, APP_KEY, contract.url)
    await ensure(datadog.client)
    await ensure(datadog.client)
    contract.assert_clean()
    assert [each["method"] for each in contract.exchanges] == ["GET", "POST", "GET", "PUT"]
    await datadog.close()


async def test_events_are_as_the_contract_wants_them(obeys: Any):
    contract = obeys("datadog-v1.json")
    datadog = Datadog(API_KEY, APP_KEY, contract.url)
    for text in ("EC2", "x" * 10_000, "", "\ud800 lone"):
        facts = ((text, text), *((odd[:200], odd[:200]) for odd in HOSTILE))
        finding = spike(title=text, facts=facts, measurements=())
        await datadog.upsert(finding, attempt("datadog", wish={"note": text}))
    contract.answer("GET", "/api/v1/events", json_body={"events": []})
    await datadog.upsert(spike(measurements=()), attempt("datadog", unsure_since=NOW))
    contract.assert_clean()
    assert [each["method"] for each in contract.exchanges] == [*["POST"] * 4, "GET", "POST"]
    await datadog.close()


async def test_gauges_are_as_the_contract_wants_them(obeys: Any):
    contract = obeys("datadog-v2.json")
    datadog = Datadog(API_KEY, APP_KEY, contract.url)
    numbers = tuple(Measurement(text, Decimal("1.5"), {"service": text}) for text in HOSTILE)
    datadog.client.submit(gauges(spike(measurements=(*spike().measurements, *numbers)), NOW))
    contract.assert_clean()
    assert len(contract.exchanges) == 1
    await datadog.close()
