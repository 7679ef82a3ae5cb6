"""The desk: takes a question or a click, lets the router answer, and sees the answer through."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from uuid import uuid4

from bot.adapters.slack.drawings import Drawing, Drawings
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.replies import Message, Reply
from bot.router import Router
from bot.tasks import Tasks, TooBusyError
from cards.buttons import SHARE, without
from cards.model import Action
from cards.slack_form import Opened
from domain.errors import DeliveryError, TemporaryError
from handlers.kinds import Actor, Answer, Origin, Surface

log = logging.getLogger(__name__)

BUSY = "I am busy with other questions just now. Please ask again in a moment."

#: A person waits at the other end: a longer wait than this is no answer.
PATIENCE_SECONDS = 30.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to know what, where, and the way back; a click carries an action.

    `trigger` opens a form; `thread` is the one in which the person is.
    """

    actor: Actor
    origin: Origin
    what: str | Action
    reply: Reply
    trigger: str = ""
    thread: str = ""

    @property
    def question(self) -> str | None:
        """The words this is about, where there are any."""
        return self.what if isinstance(self.what, str) else self.what.args.get("text")


class Desk:
    """Hands work to the bounded task set and answers by the way back that came with it."""

    def __init__(
        self,
        router: Router,
        tasks: Tasks,
        drawings: Drawings,
        modals: Modals,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._router = router
        self._tasks = tasks
        self._excuses = Tasks(limit=32, per_owner=8)
        self._drawings = drawings
        self._modals = modals
        self._sleep = sleep

    def take(self, asked: Asked) -> bool:
        """Start answering; False when there is no room for one more."""
        return self._start(self._tasks, self._answer(asked), asked)

    async def submit(self, asked: Asked, seconds: float) -> Answer | None:
        """The answer to a form that was sent, or None when it takes longer and is shown later.

        Faults and a further form are for whoever asked; every other answer is shown as well.
        Raises TooBusyError when there is no room for one more.
        """
        early: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if not self._start(self._tasks, self._answer(asked, early), asked):
            raise TooBusyError(BUSY)
        try:
            await asyncio.wait({early}, timeout=seconds)
            return early.result() if early.done() else None
        finally:
            early.cancel()

    def excuse(self, asked: Asked, words: str) -> None:
        """Tell the person why there is no answer, outside the set that has no room."""
        if not self._start(self._excuses, self._tell(asked, words), asked):
            log.error("too busy even to say so")

    async def drain(self, seconds: float) -> None:
        await self._excuses.drain(seconds)

    def _start(self, tasks: Tasks, work: Coroutine[None, None, None], asked: Asked) -> bool:
        try:
            tasks.start(work, owner=f"slack:{asked.actor.tenant}:{asked.actor.id}")
        except TooBusyError as error:
            log.warning("a Slack question was not taken: %s", error)
            return False
        return True

    async def _answer(self, asked: Asked, early: asyncio.Future[Answer] | None = None) -> None:
        """`early` takes the answer while somebody still waits for it."""
        try:
            answer = await self._ask(asked)
            if early is not None and not early.done():
                early.set_result(answer)
                if answer.faults or answer.form is not None:
                    return
            if not await self._seen_otherwise(asked, answer):
                await self._show(asked, answer)
                if answer.public:
                    await asked.reply.withdraw()
        except DeliveryError as error:
            log.error("an answer did not reach Slack: %s", error)
            await self._tell(
                asked, "Slack did not confirm my answer. If you do not see it, please ask again."
            )
        except Exception:
            reference = uuid4().hex[:8]
            log.exception("an answer failed", extra={"reference": reference})
            await self._tell(
                asked, f"Something went wrong on my side. The reference for your admin: {reference}"
            )

    async def _seen_otherwise(self, asked: Asked, answer: Answer) -> bool:
        """Whether the person sees the answer without its card: redrawn, or as a form."""
        if answer.drawn and asked.origin.message:
            return True
        if answer.form is None or not asked.trigger:
            return False
        opened = Opened(asked.origin.place, asked.origin.message, asked.thread)
        return await self._modals.open(asked.trigger, answer.form, opened)

    async def _ask(self, asked: Asked) -> Answer:
        if isinstance(asked.what, Action):
            return await self._router.click(asked.what, asked.actor, asked.origin)
        return await self._router.ask(asked.what, asked.actor, asked.origin)

    async def _show(self, asked: Asked, answer: Answer) -> None:
        """Send the best drawing that Slack takes: native charts, then pictures, then words."""
        reply = asked.reply
        shareable = (
            reply.private(answer.public, answer.replaces) and asked.origin.surface is Surface.ROOM
        )
        card = answer.card if shareable else without(answer.card, SHARE)

        async def send(drawn: Drawing) -> None:
            message = Message(
                drawn.text,
                drawn.blocks,
                public=answer.public,
                replaces=answer.replaces,
                question=asked.question,
            )
            await self._send(reply, message)

        await self._drawings.send(card, send)

    async def _send(self, reply: Reply, message: Message) -> None:
        """Send, and again only when Slack itself said that it did not take it and when to return.

        After a lost reply nobody knows whether the message is there: it is not sent twice.
        """
        tries = 1
        while True:
            try:
                await reply.send(message)
                return
            except TemporaryError as error:
                if tries == TRIES or not 0 < error.retry_after <= PATIENCE_SECONDS:
                    raise
                wait = error.retry_after
            await self._sleep(wait)
            tries += 1

    async def _tell(self, asked: Asked, words: str) -> None:
        try:
            await self._send(asked.reply, Message(words))
        except DeliveryError as error:
            log.error("a person in Slack could not be told: %s", error)
