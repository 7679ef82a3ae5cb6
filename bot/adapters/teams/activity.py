"""Reading an activity: who said what to the bot, and where an answer belongs."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botbuilder.schema import Activity

from bot.adapters.teams.auth import tenants_of
from handlers.kinds import Actor, Origin, Surface

#: An `<at>` element as Teams writes it; what is inside is a name.
_AT = re.compile(r"<at(?:\s[^<>]*)?>(.*?)</at>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer; with these values the bot can also write there later, unasked."""

    service_url: str
    conversation_id: str
    bot_id: str
    tenant: str
    message_id: str | None = None

    @property
    def room(self) -> str:
        """The conversation without its thread."""
        return self.conversation_id.partition(";messageid=")[0]


def place_of(activity: Activity) -> Place:
    conversation: Any = activity.conversation
    recipient: Any = activity.recipient
    message = activity.id if activity.type == "message" else None
    about = activity.reply_to_id or message
    return Place(
        str(activity.service_url),
        str(conversation.id),
        str(recipient.id) if recipient is not None else "",
        next(iter(tenants_of(activity)), ""),
        str(about) if about else None,
    )


def actor_of(activity: Activity) -> Actor:
    person: Any = activity.from_property
    tenant = next(iter(tenants_of(activity)), "")
    return Actor("teams", str(person.aad_object_id or person.id), str(person.name or ""), tenant)


def origin_of(activity: Activity, clicked: str = "") -> Origin:
    """The place; `clicked` is the message whose button was pressed."""
    return Origin("teams", place_of(activity).room, _surface(activity), clicked)


def kind_of(activity: Activity) -> str:
    """What Teams calls the conversation: "channel", "groupChat" or "personal"."""
    conversation: Any = activity.conversation
    group = "groupChat" if conversation.is_group else "personal"
    return str(conversation.conversation_type or group)


def words_of(activity: Activity) -> str | None:
    """What was said to the bot as plain words; None for what was not said to it.

    A private chat is always meant for the bot, a room only where it is mentioned.
    """
    text = str(activity.text or "")
    rest = text
    for mention in _mentions_of_bot(activity):
        rest = rest.replace(mention, " ")
    if rest == text and _surface(activity) is Surface.ROOM:
        return None
    plain = html.unescape(_AT.sub(r"\1", rest))
    return " ".join(plain.split()).removeprefix("/").lstrip()


def clicked_of(activity: Activity) -> Mapping[str, Any] | None:
    """The data of an Action.Submit button, which arrives as a message without text."""
    value: Any = activity.value
    return value if isinstance(value, dict) and not activity.text else None


def identity_of(activity: Activity) -> object:
    """Equal for two deliveries of one activity."""
    if not activity.id:
        return object()
    place = place_of(activity)
    return activity.channel_id, place.tenant, place.conversation_id, str(activity.id)


def is_complete(activity: Activity) -> bool:
    """Whether everything is there that answering needs."""
    conversation: Any = activity.conversation
    person: Any = activity.from_property
    asked = activity.type in ("message", "invoke")
    return bool(
        activity.type
        and conversation is not None
        and conversation.id
        and (not asked or (person is not None and person.id))
    )


def _surface(activity: Activity) -> Surface:
    return Surface.DIRECT if kind_of(activity) == "personal" else Surface.ROOM


def _mentions_of_bot(activity: Activity) -> Iterator[str]:
    """The stretches of the text that name the bot."""
    recipient: Any = activity.recipient
    if recipient is None:
        return
    for entity in activity.entities or ():
        more: Mapping[str, Any] = entity.additional_properties
        mentioned = more.get("mentioned")
        if str(entity.type).lower() == "mention" and isinstance(mentioned, dict):
            text = more.get("text")
            if mentioned.get("id") == recipient.id and isinstance(text, str) and text:
                yield text
    if recipient.name:
        yield f"<at>{recipient.name}</at>"
