"""Where the bot may write unasked: learnt from every activity, forgotten when it is removed."""

import logging
from collections.abc import Iterable
from typing import Any

from botbuilder.schema import Activity

from bot.adapters.teams.activity import kind_of, place_of
from domain.delivery import Conversation, Conversations

log = logging.getLogger(__name__)


class InMemory:
    """The conversations of one process, for as long as it runs."""

    def __init__(self) -> None:
        self._known: dict[str, Conversation] = {}

    async def remember(self, conversation: Conversation) -> None:
        self._known[conversation.place] = conversation

    async def find(self, place: str) -> Conversation | None:
        return self._known.get(place)

    async def forget(self, place: str) -> None:
        self._known.pop(place, None)


class AddressBook:
    """Keeps the conversations up to date with what Teams tells."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def knows(self, place: str) -> bool:
        return await self._conversations.find(place) is not None

    async def learn(self, activity: Activity) -> None:
        """Take note of where it comes from; an answer does not wait for a memory that fails."""
        try:
            await self._learn(activity)
        except Exception:
            log.exception("a Teams conversation could not be remembered")

    async def _learn(self, activity: Activity) -> None:
        place = place_of(activity)
        if _left(activity):
            await self._conversations.forget(place.room)
        elif place.bot_id and _present(activity):
            met = Conversation(
                place.room, place.service_url, place.bot_id, place.tenant, kind_of(activity)
            )
            if await self._conversations.find(place.room) != met:
                await self._conversations.remember(met)


def _present(activity: Activity) -> bool:
    """Whether the bot can write there; a message extension also works where it is no member."""
    match activity.type:
        case "message":
            return True
        case "invoke":
            return not str(activity.name or "").startswith("composeExtension/")
        case "conversationUpdate":
            return bool(activity.members_added)
        case "installationUpdate":
            return activity.action in ("add", "add-upgrade")
        case _:
            return False


def _left(activity: Activity) -> bool:
    """Whether the bot was removed. `remove-upgrade` makes room for a newer version of it."""
    if activity.type == "installationUpdate":
        return activity.action == "remove"
    recipient: Any = activity.recipient
    gone: Iterable[Any] = activity.members_removed or ()
    return (
        activity.type == "conversationUpdate"
        and recipient is not None
        and any(member.id == recipient.id for member in gone)
    )
