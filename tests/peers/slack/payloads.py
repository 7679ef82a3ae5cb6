"""The shapes of what Slack sends, field for field as its documentation shows them."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.peers.slack.model import Channel, Message, Person

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer

Payload = dict[str, Any]


def escape(text: str) -> str:
    """As Slack sends what a person typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def command(peer: "SlackPeer", person: Person, channel: Channel, text: str) -> Payload:
    """https://docs.slack.dev/interactivity/implementing-slash-commands/"""
    return {
        "token": "deprecated",
        "team_id": peer.workspace.team,
        "team_domain": "team",
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": "/cost",
        "text": text,
        "api_app_id": "A0COSTBOT",
        "is_enterprise_install": "false",
        "response_url": peer.response_urls.make(person, channel),
        "trigger_id": peer.views.trigger(person),
    }


def _interaction(peer: "SlackPeer", person: Person, kind: str) -> Payload:
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "api_app_id": "A0COSTBOT",
        "token": "deprecated",
        "team": {"id": peer.workspace.team, "domain": "team"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def click(peer: "SlackPeer", person: Person, message: Message, button: Payload) -> Payload:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload/"""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread:
        container["thread_ts"] = message.thread
    fields = ("action_id", "block_id", "text", "value", "type", "style", "url")
    action = {name: button[name] for name in fields if name in button}
    whole = {"text": message.text, "ts": message.ts, "blocks": message.blocks}
    return {
        **_interaction(peer, person, "block_actions"),
        "container": container,
        "trigger_id": peer.views.trigger(person),
        "channel": {"id": message.channel.id, "name": message.channel.name},
        **({} if message.only_for else {"message": whole}),
        "state": {"values": {}},
        "response_url": peer.response_urls.make(person, message.channel, message),
        "actions": [{**action, "action_ts": peer.workspace.ts()}],
    }


def message_shortcut(
    peer: "SlackPeer", person: Person, message: Message, callback: str = "ask"
) -> Payload:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload/"""
    thread = {"thread_ts": message.thread} if message.thread else {}
    return {
        **_interaction(peer, person, "message_action"),
        "callback_id": callback,
        "action_ts": peer.workspace.ts(),
        "trigger_id": peer.views.trigger(person),
        "response_url": peer.response_urls.make(person, message.channel),
        "channel": {"id": message.channel.id, "name": message.channel.name},
        "message_ts": message.ts,
        "message": {
            "type": "message",
            "user": message.author,
            "ts": message.ts,
            "text": message.text,
            **thread,
        },
    }


def shortcut(peer: "SlackPeer", person: Person) -> Payload:
    return {
        **_interaction(peer, person, "shortcut"),
        "callback_id": "overview",
        "action_ts": peer.workspace.ts(),
        "trigger_id": peer.views.trigger(person),
    }


def submission(
    peer: "SlackPeer", person: Person, view: Payload, state: Payload | None = None
) -> Payload:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload/"""
    return {
        **_interaction(peer, person, "view_submission"),
        "trigger_id": peer.views.trigger(person),
        "view": {**view, "team_id": peer.workspace.team, "state": state or {"values": {}}},
        "response_urls": [],
    }


def suggestion(peer: "SlackPeer", person: Person, action_id: str, typed: str) -> Payload:
    return {
        **_interaction(peer, person, "block_suggestion"),
        "action_id": action_id,
        "block_id": "b",
        "value": typed,
        "container": {"type": "view", "view_id": "V0"},
    }


def event(peer: "SlackPeer", inner: Payload) -> Payload:
    """https://docs.slack.dev/apis/events-api/#event-type-structure"""
    return {
        "token": "deprecated",
        "team_id": peer.workspace.team,
        "context_team_id": peer.workspace.team,
        "context_enterprise_id": None,
        "api_app_id": "A0COSTBOT",
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{uuid4().hex[:10].upper()}",
        "event_time": int(peer.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": peer.workspace.team,
                "user_id": peer.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-e",
    }


def said(peer: "SlackPeer", message: Message, kind: str) -> Payload:
    """The event of a message that somebody wrote: `app_mention`, or `message` in private."""
    inner: Payload = {
        "type": kind,
        "user": message.author,
        "text": message.text,
        "ts": message.ts,
        "event_ts": message.ts,
        "team": peer.workspace.team,
        "channel": message.channel.id,
        "client_msg_id": str(uuid4()),
    }
    if message.channel.direct:
        inner["channel_type"] = "im"
    if message.thread:
        inner["thread_ts"] = message.thread
    return event(peer, inner)
