"""The Teams stand-in is strict: it refuses what Teams refuses and shows what people would see."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.teams import Room, TeamsPeer
from tests.peers.teams.contract import CONTRACT, problems_of
from tests.shared import needs_shared

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "fallbackText": "too old",
    "body": [{"type": "TextBlock", "text": "hi"}],
}
MESSAGE = {
    "type": "message",
    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}],
}


class Client:
    """A bot's side of the wire, by hand."""

    def __init__(self, peer: TeamsPeer, session: aiohttp.ClientSession) -> None:
        self.peer, self.session, self.token = peer, session, ""

    async def login(self, **changes: str) -> int:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.peer.app_id,
            "client_secret": self.peer.password,
            "scope": "https://api.botframework.com/.default",
        }
        url = f"{self.peer.url}/botframework.com/oauth2/v2.0/token"
        async with self.session.post(url, data=form | changes) as response:
            self.token = (await response.json()).get("access_token", "")
            return response.status

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = f"{self.peer.service_url}v3/conversations{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(method, url, json=body, headers=headers) as response:
            text = await response.text()
            return response.status, await response.json() if text else None


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with TeamsPeer() as peer, aiohttp.ClientSession() as session:
        client = Client(peer, session)
        await client.login()
        yield client


@pytest.fixture
def room(client: Client) -> Room:
    return client.peer.channel("costs", client.peer.person("Ann"))


async def test_a_message_can_be_sent_changed_and_deleted(client: Client, room: Room) -> None:
    path = f"/{room.id}/activities"
    status, sent = await client.call("POST", path, MESSAGE)
    assert (status, room.from_bot[0].words()) == (201, "hi")
    changed = MESSAGE | {"attachments": [], "text": "bye"}
    assert (await client.call("PUT", f"{path}/{sent['id']}", changed))[0] == 200
    assert (room.from_bot[0].words(), len(room.from_bot[0].versions)) == ("bye", 2)
    assert (await client.call("DELETE", f"{path}/{sent['id']}"))[0] == 200
    assert room.from_bot == []
    assert client.peer.problems == []


async def test_strangers_get_nowhere(client: Client, room: Room) -> None:
    client.token = "invented"
    assert (await client.call("POST", f"/{room.id}/activities", MESSAGE))[0] == 401
    assert (await client.call("GET", f"/{room.id}/members"))[0] == 401
    for change in ({"client_secret": "x"}, {"client_id": "x"}, {"scope": "x"}):
        assert await client.login(**change) == 401


async def test_what_does_not_exist_is_not_found(client: Client, room: Room) -> None:
    path = f"/{room.id}/activities"
    assert (await client.call("POST", "/nowhere/activities", MESSAGE))[0] == 404
    assert (await client.call("POST", f"/{room.id};messageid=1/activities", MESSAGE))[0] == 404
    assert (await client.call("POST", f"{path}/1", MESSAGE))[0] == 404
    assert (await client.call("PUT", f"{path}/1", MESSAGE))[0] == 404
    said = room.message(room.people[0], "hello")
    assert (await client.call("PUT", f"{path}/{said['id']}", MESSAGE))[0] == 404
    assert len(client.peer.problems) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "message"},
        {"type": "conversationUpdate"},
        {"type": "message", "text": "<at>Ann</at>"},
        MESSAGE | {"attachments": [{**MESSAGE["attachments"][0], "content": {"type": "x"}}]},
        MESSAGE
        | {"attachments": [{**MESSAGE["attachments"][0], "content": CARD | {"version": "1.6"}}]},
    ],
)
async def test_wrong_activities_are_refused_and_noted(
    client: Client, room: Room, wrong: dict[str, Any]
) -> None:
    assert (await client.call("POST", f"/{room.id}/activities", wrong))[0] == 400
    assert room.from_bot == [] and len(client.peer.problems) == 1


async def test_a_message_too_big_for_teams_is_refused(client: Client, room: Room) -> None:
    big = {"type": "message", "text": "x" * 52_000}
    assert (await client.call("POST", f"/{room.id}/activities", big))[0] == 413


@needs_shared
def test_the_published_contract_is_read() -> None:
    if not CONTRACT.exists():
        pytest.skip(f"{CONTRACT} is not there")
    assert problems_of(MESSAGE) == []
    assert problems_of(MESSAGE | {"replyToID": "1"}) == ["activity: no property 'replyToID'"]
    assert any("from" in found for found in problems_of(MESSAGE | {"from": "me"}))
    assert any("attachments" in found for found in problems_of(MESSAGE | {"attachments": [1]}))


async def test_planned_trouble_comes_once_and_in_order(client: Client, room: Room) -> None:
    client.peer.fail(429, Retry_After="3")
    client.peer.fail(502)
    path = f"/{room.id}/activities"
    assert [(await client.call("POST", path, MESSAGE))[0] for _ in range(3)] == [429, 502, 201]


async def test_people_are_listed_and_private_chats_opened(client: Client, room: Room) -> None:
    ann = room.people[0]
    private = client.peer.personal(ann)
    listed = [{"id": ann.id, "name": "Ann", "aadObjectId": ann.aad}]
    assert await client.call("GET", f"/{room.id}/members") == (200, listed)
    assert await client.call("GET", f"/{room.id}/pagedmembers") == (200, {"members": listed})
    opened = await client.call("POST", "", {"members": [{"id": ann.id}]})
    assert opened == (200, {"id": private.id})


async def test_an_edit_replaces_what_a_click_had_shown_to_one(client: Client, room: Room) -> None:
    await client.call("POST", f"/{room.id}/activities", MESSAGE)
    ann, bob, seen = room.people[0], client.peer.person("Bob"), room.from_bot[0]
    seen.for_one[ann.id] = CARD | {"body": [{"type": "TextBlock", "text": "only you"}]}
    assert (seen.words(ann), seen.words(bob)) == ("only you", "hi")
    await client.call("PUT", f"/{room.id}/activities/{seen.id}", MESSAGE)
    assert seen.words(ann) == "hi"


def test_every_kind_of_message_carries_what_teams_puts_in() -> None:
    peer = TeamsPeer()
    peer.service_url = "https://smba.trafficmanager.net/amer/"
    ann = peer.person("Ann")
    said = peer.channel("costs", ann).message(ann, "@costbot a & b")
    assert said["text"] == "<at>costbot</at> a &amp; b"
    assert said["conversation"]["id"] == f"19:costs@thread.tacv2;messageid={said['id']}"
    assert said["conversation"]["tenantId"] == said["channelData"]["tenant"]["id"] == peer.tenant
    mentions = [entity for entity in said["entities"] if entity["type"] == "mention"]
    assert [mention["mentioned"]["id"] for mention in mentions] == [peer.bot_id]
    assert peer.personal(ann).message(ann, "hi")["conversation"]["id"] == "a:1-ann"
