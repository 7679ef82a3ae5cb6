"""Teams as a destination: a finding as one message in a channel or a chat, kept up to date."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

from bot.adapters import repeats
from bot.adapters.pictures import Pictures
from bot.adapters.teams.answers import ADAPTIVE
from bot.adapters.teams.connector import Connector, NoMessageError, NoPlaceError, Sender
from cards import teams
from cards.model import Card
from domain.delivery import Conversation, Conversations, Receipt, Receipts
from domain.errors import NotTakenError, PermanentError
from domain.finding import Finding

Draw = Callable[[Finding, Receipts], Awaitable[Card]]

#: Time to draw; sending has its own deadline, see `connector.PATIENCE_SECONDS`.
DRAW_SECONDS = 10.0
UNKNOWN = (
    "Teams has not told me about this conversation. Add the app to the team or chat and say "
    "something to it there."
)
REMOVED = (
    "Teams does not let me write there: the app was removed or blocked, or the conversation is "
    "gone. Add the app to the team or chat again and say something to it there."
)
DELETED = "Somebody deleted the message in Teams."


class TeamsChannel:
    """Shows findings at `teams:<conversation id>`; a channel gets a thread for each finding.

    Teams does not let a bot read what it wrote, so a message whose fate is unknown is posted again
    and says that it may be a repeat: at least once, never silently twice. An update that is
    repeated changes nothing. One attempt is one write; trying again is for delivery.
    """

    scheme = "teams"

    def __init__(
        self, sender: Sender, draw: Draw, pictures: Pictures, conversations: Conversations
    ) -> None:
        self._sender = sender
        self._draw = draw
        self._pictures = pictures
        self._conversations = conversations

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        mine, last = receipts.mine, receipts.mine.receipt
        conversation = await self._conversations.find(mine.address)
        if conversation is None:
            raise PermanentError(UNKNOWN)
        unsure = mine.unsure_since is not None
        repeat = unsure and not last.ref
        message, memo = await self._drawn(finding, receipts, repeat=repeat)
        if memo == last.memo and not unsure:
            return last
        ref = await self._write(conversation, last.ref, message)
        return Receipt(mine.destination, ref, link(conversation, ref), memo, repeat)

    async def close(self) -> None:
        """The connections belong to the surface."""

    async def _drawn(
        self, finding: Finding, receipts: Receipts, *, repeat: bool
    ) -> tuple[dict[str, Any], str]:
        """The message, and a digest of the picture in it without the word about a repeat."""
        try:
            async with asyncio.timeout(DRAW_SECONDS):
                card = await self._draw(finding, receipts)
                picture = await self._render(card)
                shown = await self._render(repeats.noted(card, "Teams")) if repeat else picture
        except TimeoutError:
            raise NotTakenError("drawing the finding took too long") from None
        message = {
            "type": "message",
            "summary": teams.summary(card),
            "attachments": [{"contentType": ADAPTIVE, "content": shown}],
        }
        return message, _digest(picture)

    async def _render(self, card: Card) -> dict[str, Any]:
        return await asyncio.to_thread(teams.render, card, self._pictures.url)

    async def _write(self, conversation: Conversation, ref: str, message: dict[str, Any]) -> str:
        """The one write; the id of the message."""
        place = conversation.place
        addressed = message | {"from": {"id": conversation.bot_id}, "conversation": {"id": place}}
        connector = Connector(self._sender, conversation.service_url, attempts=1)
        try:
            if ref:
                await connector.update_activity(place, ref, addressed)
                return ref
            return str((await connector.send_to_conversation(place, addressed)).id or "")
        except NoMessageError as error:
            raise PermanentError(DELETED) from error
        except NoPlaceError as error:
            await self._conversations.forget(place)
            raise PermanentError(REMOVED) from error


def link(conversation: Conversation, ref: str) -> str:
    """The address of the message for people; a private chat with a bot has none.

    https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
    """
    if not ref or conversation.kind == "personal":
        return ""
    words = {"tenantId": conversation.tenant} if conversation.tenant else {}
    if conversation.kind != "channel":
        words["context"] = '{"contextType":"chat"}'
    path = f"{quote(conversation.place, safe=':@')}/{quote(ref, safe='')}"
    return f"https://teams.microsoft.com/l/message/{path}?{urlencode(words)}"


def _digest(picture: dict[str, Any]) -> str:
    drawn = json.dumps(picture, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(drawn.encode("utf-8", "surrogatepass")).hexdigest()[:32]
