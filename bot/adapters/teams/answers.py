"""Answers on their way to Teams: worked out in the background, shown where they were asked for."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bot.adapters.pictures import Pictures
from bot.adapters.teams.activity import Place
from bot.adapters.teams.connector import Connector, Sender
from bot.tasks import Tasks, TooBusyError
from cards import teams
from cards.buttons import SHARE, without
from cards.model import Card
from cards.views import problem
from domain.errors import DeliveryError
from handlers.kinds import Actor, Answer

log = logging.getLogger(__name__)

ADAPTIVE = "application/vnd.microsoft.card.adaptive"

#: Whether an answer is to be shown in its conversation; the flag says that it comes too late to be
#: shown where it was asked for.
Shows = Callable[[Answer, bool], bool]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take, in seconds, before the person hears that it takes longer.

    Teams gives up on a click after 15 s.
    """

    typing_after: float = 1.0
    typing_again: float = 4.0
    click: float = 8.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Runs the work of one request and shows what comes out of it, a failure included."""

    sender: Sender
    tasks: Tasks
    pictures: Pictures
    patience: Patience

    def start(
        self,
        place: Place,
        actor: Actor,
        answering: Coroutine[Any, Any, Answer],
        clicked: str | None = None,
    ) -> asyncio.Future[dict[str, Any] | None]:
        """Begin; `clicked` is the message whose button was pressed.

        The future holds the card that takes the place of that message, None where it stays.
        Raises TooBusyError instead of queueing.
        """
        ready = asyncio.get_running_loop().create_future()
        try:
            self.tasks.start(self._run(place, answering, clicked, ready), actor.tenant + actor.id)
        except TooBusyError:
            answering.close()
            raise
        return ready

    def ask(
        self,
        place: Place,
        actor: Actor,
        answering: Coroutine[Any, Any, Answer],
        shows: Shows,
        clicked: str | None = None,
    ) -> asyncio.Future[Answer]:
        """Begin for a dialog; a future that was cancelled means that nobody waits any more.

        Raises TooBusyError instead of queueing.
        """
        ready: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        work = self._hand_over(place, answering, shows, clicked, ready)
        try:
            self.tasks.start(work, actor.tenant + actor.id)
        except TooBusyError:
            answering.close()
            raise
        return ready

    async def draw(self, card: Card) -> dict[str, Any]:
        """The card's content; drawing measures texts and keeps charts on disk, in a thread."""
        return await asyncio.to_thread(teams.render, card, self.pictures.url)

    async def say(self, place: Place, card: Card) -> None:
        """Post a card."""
        await self._send(place, await self._message(place, card))

    async def apologise(self, place: Place, error: Exception) -> None:
        """Tell the person that something failed, and the log what."""
        reference = uuid4().hex[:8]
        log.error("Teams request %s failed", reference, exc_info=error)
        try:
            await self.say(place, problem.broken(reference))
        except DeliveryError as unheard:
            log.error("and the person could not be told (%s): %s", reference, unheard)

    async def _run(
        self,
        place: Place,
        answering: Coroutine[Any, Any, Answer],
        clicked: str | None,
        ready: asyncio.Future[dict[str, Any] | None],
    ) -> None:
        try:
            async with self._typing(place):
                answer = await answering
            message = await self._message(place, answer.card)
            instead = clicked if answer.replaces or answer.drawn else None
            if instead and not ready.done():
                ready.set_result(message["attachments"][0]["content"])
            if not (instead and answer.drawn):
                await self._send(place, message, instead)
        except Exception as error:
            await self.apologise(place, error)
        finally:
            if not ready.done():
                ready.set_result(None)

    async def _hand_over(
        self,
        place: Place,
        answering: Coroutine[Any, Any, Answer],
        shows: Shows,
        clicked: str | None,
        ready: asyncio.Future[Answer],
    ) -> None:
        try:
            answer = await answering
            late = ready.done()
            if not late:
                ready.set_result(answer)
            if shows(answer, late) and not (clicked and answer.drawn):
                message = await self._message(place, answer.card)
                await self._send(place, message, clicked if answer.replaces else None)
        except Exception as error:
            await self.apologise(place, error)
        finally:
            ready.cancel()

    async def _message(self, place: Place, card: Card) -> dict[str, Any]:
        """The card as Teams takes it; everybody there sees it, so nothing is left to share."""
        shown = without(card, SHARE)
        content = await self.draw(shown)
        return _to(
            place,
            type="message",
            summary=teams.summary(shown),
            attachments=[{"contentType": ADAPTIVE, "content": content}],
        )

    async def _send(
        self, place: Place, message: dict[str, Any], instead: str | None = None
    ) -> None:
        """Send a message, or put it in the place of the message `instead`."""
        connector = Connector(self.sender, place.service_url)
        if instead is not None:
            await connector.update_activity(place.conversation_id, instead, message)
        elif place.message_id is not None:
            await connector.reply_to_activity(place.conversation_id, place.message_id, message)
        else:
            await connector.send_to_conversation(place.conversation_id, message)

    @asynccontextmanager
    async def _typing(self, place: Place) -> AsyncGenerator[None]:
        """Show that the bot is typing while something takes long."""
        typing = asyncio.create_task(self._type(place))
        try:
            yield
        finally:
            typing.cancel()

    async def _type(self, place: Place) -> None:
        connector = Connector(self.sender, place.service_url)
        await asyncio.sleep(self.patience.typing_after)
        try:
            while True:
                await connector.send_to_conversation(
                    place.conversation_id, _to(place, type="typing")
                )
                await asyncio.sleep(self.patience.typing_again)
        except DeliveryError as error:
            log.info("no typing indicator: %s", error)


def _to(place: Place, **content: Any) -> dict[str, Any]:
    activity = {
        **content,
        "from": {"id": place.bot_id},
        "conversation": {"id": place.conversation_id},
    }
    return activity | ({"replyToId": place.message_id} if place.message_id else {})
