"""The addresses a bot calls: connector, OpenID document, keys and login; all of them strict.

What a real Teams would refuse is refused here too, and noted in `peer.problems`.
"""

import asyncio
import itertools
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.peers.teams.contract import problems_of
from tests.peers.teams.room import Room, Seen

if TYPE_CHECKING:
    from tests.peers.teams.peer import Fault, TeamsPeer

SCOPE = "https://api.botframework.com/.default"
PEER: web.AppKey["TeamsPeer"] = web.AppKey("peer")
LOST = web.RequestKey("lost", bool)
#: learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability, "Status codes"
NO_MESSAGE = "ActivityNotFoundInConversation"
_ids = itertools.count(1_800_000_000_000)


class RefusalError(Exception):
    """Ends a request with an error answer."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.response = web.json_response(body, status=status, headers=headers)


def application(peer: "TeamsPeer") -> web.Application:
    @web.middleware
    async def note(request: web.Request, handler: Any) -> web.StreamResponse:
        peer.calls.append((request.method, request.path))
        peer.changed()
        try:
            answer = await handler(request)
        except RefusalError as refusal:
            return refusal.response
        if request.get(LOST) and request.transport is not None:
            request.transport.close()
        return answer

    app = web.Application(middlewares=[note])
    app[PEER] = peer
    base = "/amer/v3/conversations"
    app.add_routes(
        [
            web.get("/v1/.well-known/openidconfiguration", openid),
            web.get("/v1/.well-known/keys", keys),
            web.post("/{tenant}/oauth2/v2.0/token", token),
            web.post(base, create),
            web.post(base + "/{room}/activities", send),
            web.post(base + "/{room}/activities/{message}", send),
            web.put(base + "/{room}/activities/{message}", update),
            web.delete(base + "/{room}/activities/{message}", delete),
            web.get(base + "/{room}/members", members),
            web.get(base + "/{room}/pagedmembers", paged_members),
        ]
    )
    return app


async def openid(request: web.Request) -> web.Response:
    peer = _peer(request)
    await _suffer(peer.openid_fault, request)
    return web.json_response(
        {
            "issuer": "https://api.botframework.com",
            "jwks_uri": f"{peer.url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


async def keys(request: web.Request) -> web.Response:
    return web.json_response(_peer(request).keyring.document())


async def token(request: web.Request) -> web.Response:
    peer = _peer(request)
    await _suffer(peer.token_fault, request)
    form = dict(await request.post())
    good = {
        "grant_type": "client_credentials",
        "client_id": peer.app_id,
        "client_secret": peer.password,
        "scope": SCOPE,
    }
    if form != good:
        return web.json_response({"error": "invalid_client"}, status=401)
    granted = secrets.token_urlsafe(24)
    peer.tokens.add(granted)
    return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": granted})


async def create(request: web.Request) -> web.Response:
    peer = await _authorised(request)
    wanted = (await request.json())["members"][0]["id"]
    found = [
        room
        for room in peer.rooms.values()
        if room.kind == "personal" and room.people[0].id == wanted
    ]
    if not found:
        raise _refused(peer, 404, "no such person")
    return web.json_response({"id": found[0].id})


async def send(request: web.Request) -> web.Response:
    peer = await _authorised(request)
    room, thread = _place(request)
    activity = await _activity(request)
    answered = request.match_info.get("message")
    if answered is not None and answered not in {seen.id for seen in room.messages}:
        raise _refused(peer, 404, f"nothing to reply to: {answered}", code=NO_MESSAGE)
    message_id = str(next(_ids))
    if activity["type"] == "typing":
        room.typing += 1
    else:
        room.messages.append(Seen(message_id, "bot", thread, [activity]))
        peer.writes.append(("POST", room.id, message_id))
    peer.changed()
    return web.json_response({"id": message_id}, status=201)


async def update(request: web.Request) -> web.Response:
    peer = await _authorised(request)
    seen = _message(request)
    seen.versions.append(await _activity(request))
    seen.for_one.clear()
    peer.writes.append(("PUT", _place(request)[0].id, seen.id))
    peer.changed()
    return web.json_response({"id": seen.id})


async def delete(request: web.Request) -> web.Response:
    await _authorised(request)
    _message(request).deleted = True
    _peer(request).changed()
    return web.Response()


async def members(request: web.Request) -> web.Response:
    await _authorised(request)
    return web.json_response(_members(_place(request)[0]))


async def paged_members(request: web.Request) -> web.Response:
    await _authorised(request)
    return web.json_response({"members": _members(_place(request)[0])})


def _members(room: Room) -> list[dict[str, str]]:
    return [{"id": p.id, "name": p.name, "aadObjectId": p.aad} for p in room.people]


def _peer(request: web.Request) -> "TeamsPeer":
    return request.app[PEER]


async def _authorised(request: web.Request) -> "TeamsPeer":
    peer = _peer(request)
    await _suffer(peer.faults.popleft() if peer.faults else None, request)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if peer.needs_token and (scheme != "Bearer" or given not in peer.tokens):
        raise _refused(peer, 401, "Authorization has been denied", note=False)
    return peer


async def _suffer(fault: "Fault | None", request: web.Request) -> None:
    if fault is None:
        return
    await asyncio.sleep(fault.seconds)
    request[LOST] = fault.lost
    if fault.status == 0 and request.transport is not None:
        request.transport.close()
    if fault.status is not None:
        body = {"error": {"code": fault.code, "message": "planned"}}
        raise RefusalError(fault.status or 500, body, fault.headers)


def _place(request: web.Request) -> tuple[Room, str | None]:
    peer = _peer(request)
    room_id, _, thread = request.match_info["room"].partition(";messageid=")
    room = peer.rooms.get(room_id)
    if room is None:
        raise _refused(peer, 404, f"no conversation {room_id}", code="ConversationNotFound")
    if not room.member:
        raise _refused(peer, 403, "not there", note=False, code="BotNotInConversationRoster")
    if thread and thread not in {seen.id for seen in room.messages}:
        raise _refused(peer, 404, f"no thread {thread}")
    return room, thread or None


def _message(request: web.Request) -> Seen:
    room, _ = _place(request)
    for seen in room.from_bot:
        if seen.id == request.match_info["message"]:
            return seen
    why = "only a bot's own message can be changed"
    raise _refused(_peer(request), 404, why, code=NO_MESSAGE)


async def _activity(request: web.Request) -> dict[str, Any]:
    activity = await request.json()
    found = problems_of(activity) if _peer(request).strict else []
    if found:
        raise _refused(_peer(request), 413 if "MessageSizeTooBig" in found else 400, found)
    return activity


def _refused(
    peer: "TeamsPeer", status: int, why: object, note: bool = True, code: str | None = None
) -> RefusalError:
    if note:
        peer.problems.append(f"{status}: {why}")
    names = {400: "BadSyntax", 401: "Unauthorized", 404: "NotFound", 413: "MessageSizeTooBig"}
    return RefusalError(status, {"error": {"code": code or names[status], "message": str(why)}})
