"""The methods of the Web API: what each one needs, and what it does to the workspace."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.peers.slack.model import Channel, Message
from tests.peers.slack.rules import RefusedError, check_content

if TYPE_CHECKING:
    from tests.peers.slack.web_api import WebApi

Arguments = dict[str, Any]
_TARGET = {"channel", "text", "blocks", "attachments", "metadata", "parse", "link_names"}
_POST = _TARGET | {
    "as_user", "icon_emoji", "icon_url", "mrkdwn", "reply_broadcast", "thread_ts", "unfurl_links",
    "unfurl_media", "username", "markdown_text",
}  # fmt: skip
#: No one but its reader sees an ephemeral message: it carries no metadata and unfurls nothing.
_EPHEMERAL = (_TARGET - {"metadata"}) | {
    "as_user", "icon_emoji", "icon_url", "thread_ts", "user", "username", "markdown_text",
}  # fmt: skip


@dataclass(frozen=True)
class Method:
    """One method: the scopes of which one is needed, its arguments, and which must be there."""

    run: Callable[["WebApi", Arguments], Arguments]
    scopes: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    token: str = "bot"


def _post(api: "WebApi", arguments: Arguments) -> Arguments:
    channel = api.channel(arguments["channel"])
    text, blocks = check_content(arguments, api.peer.charts)
    thread = _thread(api, channel, arguments)
    api.pace(channel)
    message = api.peer.workspace.post(
        channel,
        api.peer.bot.id,
        text,
        blocks=blocks,
        thread=thread,
        unfurls=_true(arguments.get("unfurl_links", True)),
        mrkdwn=_true(arguments.get("mrkdwn", True)),
        metadata=_metadata(arguments),
    )
    api.peer.changed()
    return {"channel": channel.id, "ts": message.ts, "message": {"text": text}}


def _post_ephemeral(api: "WebApi", arguments: Arguments) -> Arguments:
    channel, user = api.channel(arguments["channel"], member=True), arguments["user"]
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    text, blocks = check_content(arguments, api.peer.charts)
    message = api.peer.workspace.post(channel, api.peer.bot.id, text, blocks=blocks, only_for=user)
    api.peer.changed()
    return {"message_ts": message.ts}


def _update(api: "WebApi", arguments: Arguments) -> Arguments:
    message = api.message(arguments)
    text, blocks = check_content(arguments, api.peer.charts)
    message.text = text
    if "blocks" in arguments:  # "If you don't include this field, the previous ones are retained."
        message.blocks = blocks
    message.metadata = _metadata(arguments) or message.metadata
    message.edits += 1
    api.peer.changed()
    return {"channel": message.channel.id, "ts": message.ts, "text": message.text}


def _delete(api: "WebApi", arguments: Arguments) -> Arguments:
    message = api.message(arguments)
    message.deleted = True
    api.peer.changed()
    return {"channel": message.channel.id, "ts": message.ts}


def _history(api: "WebApi", arguments: Arguments) -> Arguments:
    """https://docs.slack.dev/reference/methods/conversations.history"""
    channel = api.channel(arguments["channel"], write=False, member=True)
    kind = "im" if channel.direct else "groups" if channel.private else "channels"
    if f"{kind}:history" not in api.scopes:
        raise RefusedError("missing_scope", needed=f"{kind}:history")
    limit = int(arguments.get("limit", 100))
    if not 0 < limit < 1000:
        raise RefusedError("invalid_limit")
    oldest, latest = float(arguments.get("oldest", 0)), float(arguments.get("latest", "inf"))
    inside = [m for m in api.history(channel) if oldest < float(m.ts) < latest]
    start = int(arguments.get("cursor") or 0)
    page, more = inside[start : start + limit], len(inside) > start + limit
    whole = _true(arguments.get("include_all_metadata", False))
    return {
        "messages": [_told(message, whole) for message in page],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _told(message: Message, with_metadata: bool) -> Arguments:
    known = {"type": "message", "user": message.author, "text": message.text, "ts": message.ts}
    if with_metadata and message.metadata is not None:
        known["metadata"] = message.metadata
    return known


def _permalink(api: "WebApi", arguments: Arguments) -> Arguments:
    if api.peer.workspace.find(arguments["channel"], arguments["message_ts"]) is None:
        raise RefusedError("message_not_found")
    ts = arguments["message_ts"].replace(".", "")
    return {"permalink": f"https://team.slack.com/archives/{arguments['channel']}/p{ts}"}


def _auth_test(api: "WebApi", arguments: Arguments) -> Arguments:
    peer = api.peer
    return {
        "url": "https://team.slack.com/",
        "team": "team",
        "user": peer.bot.name,
        "team_id": peer.workspace.team,
        "user_id": peer.bot.id,
        "bot_id": peer.bot_id,
    }


def _users_info(api: "WebApi", arguments: Arguments) -> Arguments:
    person = api.peer.workspace.people.get(arguments["user"])
    if person is None:
        raise RefusedError("user_not_found")
    return {"user": {"id": person.id, "team_id": person.team, "name": person.name}}


def _conversation(channel: Channel) -> Arguments:
    return {"id": channel.id, "name": channel.name, "is_im": channel.direct}


def _conversations_info(api: "WebApi", arguments: Arguments) -> Arguments:
    return {"channel": _conversation(api.channel(arguments["channel"], write=False))}


def _conversations_members(api: "WebApi", arguments: Arguments) -> Arguments:
    return {"members": sorted(api.channel(arguments["channel"], write=False).members)}


def _conversations_list(api: "WebApi", arguments: Arguments) -> Arguments:
    channels = [c for c in api.peer.workspace.channels.values() if not c.direct]
    return {"channels": [_conversation(channel) for channel in channels]}


def _conversations_open(api: "WebApi", arguments: Arguments) -> Arguments:
    if arguments["users"] not in api.peer.workspace.people:
        raise RefusedError("user_not_found")
    return {"channel": {"id": api.channel(arguments["users"]).id}}


def _view(api: "WebApi", arguments: Arguments) -> Arguments:
    view = arguments["view"]
    view = json.loads(view) if isinstance(view, str) else view
    shown = api.peer.views.show(view, arguments)
    api.peer.changed()
    return {"view": shown}


def _connections_open(api: "WebApi", arguments: Arguments) -> Arguments:
    return {"url": api.peer.socket.ticket()}


def _method(run: Any, scopes: str, required: str, others: str = "", token: str = "bot") -> Method:
    needed = frozenset(required.split())
    return Method(run, frozenset(scopes.split()), needed | set(others.split()), needed, token)


_READ = "channels:read groups:read im:read mpim:read"
METHODS: dict[str, Method] = {
    "api.test": _method(lambda _api, _arguments: {}, "", "", "error foo"),
    "auth.test": _method(_auth_test, "", ""),
    "chat.postMessage": _method(_post, "chat:write", "channel", " ".join(_POST)),
    "chat.postEphemeral": _method(
        _post_ephemeral, "chat:write", "channel user", " ".join(_EPHEMERAL)
    ),
    "chat.update": _method(
        _update, "chat:write", "channel ts", " ".join(_TARGET | {"as_user", "ts", "markdown_text"})
    ),
    "chat.delete": _method(_delete, "chat:write", "channel ts", "as_user"),
    "chat.getPermalink": _method(_permalink, "", "channel message_ts"),
    "users.info": _method(_users_info, "users:read", "user", "include_locale"),
    "conversations.history": _method(
        _history,
        "",
        "channel",
        "cursor include_all_metadata inclusive latest limit oldest",
    ),
    "conversations.info": _method(
        _conversations_info, _READ, "channel", "include_locale include_num_members"
    ),
    "conversations.members": _method(_conversations_members, _READ, "channel", "limit cursor"),
    "conversations.list": _method(
        _conversations_list, _READ, "", "exclude_archived types limit cursor team_id"
    ),
    "conversations.open": _method(
        _conversations_open, "im:write", "users", "channel return_im prevent_creation"
    ),
    "views.open": _method(_view, "", "view trigger_id"),
    "views.push": _method(_view, "", "view trigger_id"),
    "views.update": _method(_view, "", "view", "view_id external_id hash"),
    "views.publish": _method(_view, "", "view user_id", "hash"),
    "apps.connections.open": _method(_connections_open, "", "", token="app"),
}


def _thread(api: "WebApi", channel: Channel, arguments: Arguments) -> str | None:
    thread = arguments.get("thread_ts")
    if thread and api.peer.workspace.find(channel.id, thread) is None:
        raise RefusedError("thread_not_found")
    return thread


def _metadata(arguments: Arguments) -> Arguments | None:
    given = arguments.get("metadata")
    metadata = json.loads(given) if isinstance(given, str) else given
    if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
        raise RefusedError("invalid_metadata_format")
    return metadata


def _true(value: Any) -> bool:
    return value in (True, "1", "true")
