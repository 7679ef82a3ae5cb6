"""The peer refuses what Jira refuses, and loses what it is told to lose."""

from typing import Any

import aiohttp
import pytest

from tests.peers.jira import JiraPeer

GOOD: dict[str, Any] = {
    "project": {"key": "OPS"},
    "issuetype": {"name": "Task"},
    "summary": "one",
    "labels": ["costbot-1"],
}
JQL = 'project = "OPS" AND labels = "costbot-1"'


async def ask(peer: JiraPeer, method: str, path: str, body: Any = None, **query: str) -> Any:
    """The status and the JSON of an answer."""
    headers = {"Authorization": peer.authorization}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{peer.url}/rest/api/2/{path}"
        async with session.request(method, url, json=body, params=query) as response:
            found = await response.json() if response.content_length else None
            return response.status, found


async def new(peer: JiraPeer, **changes: Any) -> Any:
    return await ask(peer, "POST", "issue", {"fields": GOOD | changes})


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "two\nlines"},
        {"summary": "x" * 256},
        {"summary": ""},
        {"labels": ["with blank"]},
        {"project": {"key": "NOPE"}},
        {"issuetype": {"name": "Epic fail"}},
        {"priority": {"name": "Whatever"}},
        {"assignee": {"id": "nobody"}},
        {"description": {"type": "doc"}},
        {"description": "x" * 32_768},
        {"customfield_1": "x"},
    ],
)
async def test_what_jira_refuses_is_refused(either: JiraPeer, change: dict[str, Any]) -> None:
    status, answer = await new(either, **change)
    assert (status, list(answer["errors"])) == (400, list(change))
    assert either.issues == [] and either.problems


async def test_the_index_lags_and_reading_does_not(either: JiraPeer) -> None:
    either.lag = 60
    search = "search/jql" if either.cloud else "search"
    assert (await new(either))[0] == 201
    assert (await ask(either, "GET", "issue/OPS-1"))[0] == 200
    for passed, found in ((59.0, 0), (1.0, 1)):
        either.tick(passed)
        _, answer = await ask(either, "GET", search, jql=JQL, fields="labels")
        assert len(answer["issues"]) == found
    _, bare = await ask(either, "GET", search, jql=JQL)
    assert bare == {"issues": [{"id": "10000"}]}
    assert (await ask(either, "GET", search, jql="labels = x"))[0] == 400


async def test_each_kind_has_its_own_search(either: JiraPeer) -> None:
    wrong = "search" if either.cloud else "search/jql"
    assert (await ask(either, "GET", wrong, jql=JQL))[0] == (410 if either.cloud else 404)


async def test_a_transition_is_a_string_that_is_offered(either: JiraPeer) -> None:
    await new(either)
    for odd in (31, "99", None):
        body = {"transition": {"id": odd}}
        assert (await ask(either, "POST", "issue/OPS-1/transitions", body))[0] == 400
    body = {"transition": {"id": "31"}}
    assert (await ask(either, "POST", "issue/OPS-1/transitions", body))[0] == 204
    _, answer = await ask(either, "GET", "issue/OPS-1", fields="status")
    assert answer["fields"]["status"]["statusCategory"]["key"] == "done"


async def test_a_lost_reply_has_had_its_effect_and_a_lost_request_has_not(
    either: JiraPeer,
) -> None:
    for after in (False, True):
        either.drop(after=after)
        with pytest.raises(aiohttp.ClientError):
            await new(either)
        assert len(either.issues) == int(after)


async def test_a_stranger_may_search_and_finds_nothing(either: JiraPeer) -> None:
    await new(either)
    either.token = "another"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{either.url}/rest/api/2/search") as response:
            assert await response.json() == {"issues": []}
        async with session.get(f"{either.url}/rest/api/2/issue/OPS-1") as response:
            assert response.status == 401


async def test_what_is_deleted_is_gone(either: JiraPeer) -> None:
    await new(either)
    assert (await ask(either, "DELETE", "issue/OPS-1"))[0] == 204
    assert (await ask(either, "GET", "issue/OPS-1"))[0] == 404
    assert (await new(either))[1]["key"] == "OPS-2"
