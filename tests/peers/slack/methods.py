"""The methods of the Web API: what each one needs, and what it does to the workspace."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.peers.slack.model import Channel
from tests.peers.slack.rules import RefusedError, check_content

if TYPE_CHECKING:
    from tests.peers.slack.web_api import WebApi

Arguments = dict[str, Any]
_TARGET = {"channel", "text", "blocks", "attachments", "metadata", "parse", "link_names"}
_POST = _TARGET | {
    "as_user", "icon_emoji", "icon_url", "mrkdwn", "reply_broadcast", "thread_ts", "unfurl_links",
    "unfurl_media", "username", "markdown_text",
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
        metadata=_metadata(arguments),
    )
    api.peer.changed()
    return {"channel": channel.id, "ts": message.ts, "message": {"text": text}}


def _post_ephemeral(api: "WebApi", arguments: Arguments) -> Arguments:
    channel, user = api.channel(arguments["channel"]), arguments["user"]
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    text, blocks = check_content(arguments, api.peer.charts)
    message = api.peer.workspace.post(channel, api.peer.bot.id, text, blocks=blocks, only_for=user)
    api.peer.changed()
    return {"message_ts": message.ts}


def _update(api: "WebApi", arguments: Arguments) -> Arguments:
    message = api.message(arguments)
    message.text, message.blocks = check_content(arguments, api.peer.charts)
    message.metadata = _metadata(arguments) or message.metadata
    message.edits += 1
    api.peer.changed()
    return {"channel": message.channel.id, "ts": message.ts, "text": message.text}


def _delete(api: "WebApi", arguments: Arguments) -> Arguments:
    message = api.message(arguments)
    message.deleted = True
    api.peer.changed()
    return {"channel": message.channel.id, "ts": message.ts}


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
    api.peer.views.show(view, arguments)
    api.peer.changed()
    return {"view": view}


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
        _post_ephemeral, "chat:write", "channel user", " ".join(_POST | {"user"})
    ),
    "chat.update": _method(
        _update, "chat:write", "channel ts", " ".join(_TARGET | {"as_user", "ts", "markdown_text"})
    ),
    "chat.delete": _method(_delete, "chat:write", "channel ts", "as_user"),
    "chat.getPermalink": _method(_permalink, "", "channel message_ts"),
    "users.info": _method(_users_info, "users:read", "user", "include_locale"),
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
