"""What costbot sends keeps Jira's own contract, version 2 of the API.

Version 3 is not spoken: it differs in rich text alone, and only Cloud has it.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from domain.delivery import Receipt
from domain.errors import PermanentError, TemporaryError
from domain.finding import Status
from integrations.jira import Jira
from tests import shared
from tests.contracts.suite import FINDING, NOW, dearer, receipts
from tests.integrations.jira.conftest import Make
from tests.peers.jira.peer import EMAIL, TOKEN

API = "/rest/api/2"
ISSUE = f"{API}/issue/OPS-1"


@pytest.fixture
def contract(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    shared.contract("jira-v2-derived.json")
    monkeypatch.syspath_prepend(str(shared.SHARED / "contracts"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    from contract_peer import ContractPeer  # type: ignore[import-not-found]

    with ContractPeer(shared.SHARED / "contracts" / "jira-v2-derived.json") as peer:
        peer.answer("GET", f"{API}/search/jql", json_body={"issues": [], "isLast": True})
        peer.answer("GET", f"{API}/search", json_body={"issues": [], "total": 0})
        peer.answer("POST", f"{API}/issue", 201, {"id": "1", "key": "OPS-1", "self": "x"})
        yield peer


def told(status: str) -> dict[str, Any]:
    return {"key": "OPS-1", "fields": {"status": {"statusCategory": {"key": status}}}}


async def walk(jira: Jira, contract: Any, assignee: str) -> list[str]:
    """Every kind of request there is, and what was sent."""
    wish = {"priority": "High", "assignee": assignee, "type": "10001"}
    receipt = await jira.upsert(FINDING, receipts("jira:OPS", **wish))
    receipt = Receipt(receipt.destination, "OPS-1", receipt.url, receipt.memo)
    contract.answer("GET", ISSUE, json_body=told("new"))
    contract.answer("GET", f"{ISSUE}/comment", json_body={"comments": []})
    offered = {"id": "31", "to": {"statusCategory": {"key": "done"}}}
    contract.answer("GET", f"{ISSUE}/transitions", json_body={"transitions": [offered]})
    contract.answer("PUT", ISSUE, 204)
    contract.answer("POST", f"{ISSUE}/transitions", 204)
    closed = replace(dearer(FINDING, "340"), status=Status.RESOLVED)
    other = wish | {"assignee": f"{assignee}2"}
    await jira.upsert(closed, receipts("jira:OPS", NOW, receipt, **other))
    return [f"{one['method']} {one['path'].split('?')[0]}" for one in contract.exchanges]


async def test_a_ticket_on_cloud_keeps_the_contract(contract: Any, make: Make) -> None:
    jira = Jira(contract.url, TOKEN, email=EMAIL, project="OPS")
    sent = await walk(jira, contract, "5b10a2844c20165700ede21g")
    await jira.catalogue(NOW)
    await jira.people("ann")
    await jira.account()
    await jira.close()
    contract.assert_clean()
    assert sent == [
        f"GET {API}/search/jql",
        f"POST {API}/issue",
        f"GET {ISSUE}",
        f"GET {ISSUE}/comment",
        f"PUT {ISSUE}",
        f"GET {ISSUE}/transitions",
        f"POST {ISSUE}/transitions",
    ]


async def test_a_ticket_on_data_center_keeps_the_contract(contract: Any) -> None:
    jira = Jira(contract.url, TOKEN)
    sent = await walk(jira, contract, "ann")
    await jira.close()
    contract.assert_clean()
    assert sent[0] == f"GET {API}/search"


@pytest.mark.parametrize("words", ["{code}[~x]\r\nh1. x", "x" * 9000, "a b\tc", "\ud800\x00"])
async def test_whatever_a_bill_holds_keeps_the_contract(contract: Any, words: str) -> None:
    jira = Jira(contract.url, TOKEN, email=EMAIL)
    odd = replace(FINDING, key=words, title=words, facts=((words, words),), command=words)
    await jira.upsert(odd, receipts("jira:OPS", note=words, summary=words))
    await jira.close()
    contract.assert_clean()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500, 503])
async def test_a_failure_is_one_request_and_no_more(contract: Any, status: int) -> None:
    contract._script.clear()
    contract.answer("GET", f"{API}/search/jql", json_body={"issues": []})
    contract.answer("POST", f"{API}/issue", status, {"errorMessages": ["no"], "errors": {}})
    jira = Jira(contract.url, TOKEN, email=EMAIL)
    with pytest.raises((TemporaryError, PermanentError)):
        await jira.upsert(FINDING, receipts("jira:OPS"))
    await jira.close()
    assert [one["method"] for one in contract.exchanges] == ["GET", "POST"]
