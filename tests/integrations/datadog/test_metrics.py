"""Datadog's numbers by day: asked as its contract wants it, summed, and refused in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import PermanentError, TemporaryError
from domain.period import Period
from domain.unit import CsvMetric, DatadogMetric, Unit
from integrations.datadog import DatadogMetrics
from integrations.datadog.client import Client
from tests.peers.datadog import API_KEY, APP_KEY, DatadogPeer
from tests.peers.trouble import Fault

DAYS = Period(date(2026, 11, 1), date(2026, 11, 4))
QUERY = "sum:web.hits{env:prod}.as_count()"
ROLLED = f"{QUERY}.rollup(sum, 86400)"


def at(day: int) -> int:
    return int(datetime(2026, 11, day, tzinfo=UTC).timestamp())


def metrics(url: str, app_key: str = APP_KEY) -> DatadogMetrics:
    return DatadogMetrics(Client(API_KEY, app_key, url), deadline_seconds=5)


async def asked(url: str, query: str = QUERY, app_key: str = APP_KEY) -> dict[date, Decimal]:
    unit = Unit("hit", DatadogMetric(query))
    return dict(await metrics(url, app_key).daily(unit, DAYS))


async def test_the_series_of_a_query_are_summed_by_day(peer: DatadogPeer):
    peer.series[ROLLED] = [[(at(1), 5.0), (at(2), None)], [(at(1), 2.5), (at(4), 9.0)]]
    assert await asked(peer.url) == {date(2026, 11, 1): Decimal("7.5")}
    assert peer.calls == [("GET", "/api/v1/query")]


async def test_a_rollup_of_ones_own_stays(peer: DatadogPeer):
    own = "max:app.customers{*}.rollup(max, 86400)"
    peer.series[own] = [[(at(3), 120.0)]]
    assert await asked(peer.url, own) == {date(2026, 11, 3): Decimal(120)}


async def test_a_query_that_makes_no_sense_is_told_in_datadogs_words(peer: DatadogPeer):
    with pytest.raises(PermanentError, match="does not understand the query: Error parsing"):
        await asked(peer.url, "sum:{")


async def test_without_an_application_key_nothing_is_asked(peer: DatadogPeer):
    with pytest.raises(PermanentError, match="DD_APP_KEY"):
        await asked(peer.url, app_key="")
    assert peer.calls == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=503), TemporaryError),
        (Fault(status=429), TemporaryError),
        (Fault(line="reset"), TemporaryError),
        (Fault(status=403, body={"errors": ["Forbidden"]}), PermanentError),
        (Fault(status=200, body={"status": "ok"}), TemporaryError),
        (Fault(status=200, body={"series": [{"pointlist": [["x"]]}]}), TemporaryError),
    ],
)
async def test_what_goes_wrong_has_its_kind(peer: DatadogPeer, fault: Fault, kind: type[Exception]):
    peer.troubles.next(fault)
    with pytest.raises(kind) as caught:
        await asked(peer.url)
    assert API_KEY not in str(caught.value) and APP_KEY not in str(caught.value)


async def test_a_unit_of_another_source_is_a_mistake_of_ours(peer: DatadogPeer):
    with pytest.raises(PermanentError, match="none of Datadog"):
        await metrics(peer.url).daily(Unit("hit", CsvMetric("a.csv")), DAYS)


async def test_the_request_is_as_the_contract_wants_it(obeys: Any):
    contract = obeys("datadog-v1.json")
    points = {"status": "ok", "series": [{"pointlist": [[at(2) * 1000.0, 3.0]]}]}
    contract.answer("GET", "/api/v1/query", json_body=points)
    assert await asked(contract.url) == {date(2026, 11, 2): Decimal(3)}
    contract.assert_clean()
    assert len(contract.exchanges) == 1
