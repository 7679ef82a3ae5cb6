"""What Slack sends, turned into questions: commands, clicks, mentions, messages, shortcuts.

A listener acknowledges and hands over; it never awaits the answer, for Slack waits 3 seconds.
"""

import logging
import re
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.adapters.slack import words
from bot.adapters.slack.desk import BUSY, Asked, Desk
from bot.adapters.slack.quotes import MESSAGE_ACTIONS, quoted
from bot.adapters.slack.recent import Recent
from bot.adapters.slack.replies import Reply
from bot.adapters.slack.ways import Ways
from bot.tasks import TooBusyError
from cards import slack_form
from cards.buttons import SHARE
from cards.model import Action, Card
from cards.slack import parse_action
from cards.slack_form import CALLBACK, Opened, Sent
from domain.errors import PermanentError
from handlers.kinds import Actor, Answer, Origin, Surface

log = logging.getLogger(__name__)

ANY = re.compile(r"(?s).*")
#: Slack waits three seconds for a word about a form.
SUBMIT_SECONDS = 2.5
STRANGER = "I only answer people of the workspace that installed me."
Body = dict[str, Any]


class Listeners:
    """One listener for each kind of thing that Slack sends."""

    def __init__(self, desk: Desk, ways: Ways, recent: Recent) -> None:
        self._desk = desk
        self._ways = ways
        self._recent = recent

    def register(self, bolt: AsyncApp) -> None:
        bolt.command(ANY)(self.on_command)
        bolt.block_action(ANY)(self.on_click)
        bolt.view({"type": "view_submission", "callback_id": CALLBACK})(self.on_submission)
        bolt.event("app_mention")(self.on_mention)
        bolt.event("message")(self.on_message)
        bolt.shortcut({"type": "message_action", "callback_id": ANY})(self.on_message_shortcut)
        bolt.shortcut({"type": "shortcut", "callback_id": ANY})(self.on_shortcut)
        bolt.error(self.on_error)

    async def on_command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        reply = self._ways.respond(body)
        asked = _asked(context, body, words.plain(body.get("text", "")), reply)
        if self._desk.take(asked):
            await ack()
        else:
            await ack(text=BUSY, response_type="ephemeral")

    async def on_click(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        value = body["actions"][0].get("value")
        if value is None:
            return  # A link button: the browser has done the work.
        try:
            action = parse_action(value)
        except ValueError:
            action = Action("", {})  # The router says that the button is too old.
        asked = _asked(context, body, action, self._ways.respond(body))
        if self._turned_away(context, body, asked):
            return
        asked = replace(asked, origin=replace(asked.origin, message=_clicked(body)))
        if action.name == SHARE:
            await self._share(asked, f"shared:{asked.origin.place}:{asked.origin.message}")
        else:
            self._hand_over(asked)

    async def on_submission(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """What a person filled in; Slack waits for what is wrong with it, but not for long."""
        view: Body = body["view"]
        try:
            sent = slack_form.parse(view)
        except ValueError:
            sent = Sent(Action("", {}), Opened())  # The router says that the form is too old.
        asked = self._filled_in(body, context, sent)
        once = f"view:{view['id']}"
        if self._turned_away(context, body, asked) or not await self._recent.first(once):
            await ack(response_action="clear")
            return
        answer = await self._taken_in_time(asked)
        again = answer is not None and await _asks_again(ack, view, answer, sent.opened)
        if again:
            await self._recent.forget(once)
        else:
            await ack(response_action="clear")
            if answer is not None and (answer.faults or answer.form):
                self._desk.excuse(asked, " ".join(answer.faults.values()) or answer.card.title)

    async def on_mention(self, body: Body, context: AsyncBoltContext) -> None:
        event: Body = body["event"]
        if _spoken(event):
            thread = event.get("thread_ts") or event["ts"]
            self._hear(body, context, thread)

    async def on_message(self, body: Body, context: AsyncBoltContext) -> None:
        event: Body = body["event"]
        if event.get("channel_type") == "im" and _spoken(event) and event.get("text"):
            self._hear(body, context, event.get("thread_ts"))

    async def on_message_shortcut(
        self, ack: AsyncAck, body: Body, context: AsyncBoltContext
    ) -> None:
        """Make a ticket or a page of the message, or ask what it says."""
        await ack()
        do = body["callback_id"]
        what = (
            Action("message", quoted(do, body))
            if do in MESSAGE_ACTIONS
            else words.plain(body["message"].get("text", ""))
        )
        asked = _asked(context, body, what, self._ways.respond(body))
        if not self._turned_away(context, body, asked):
            self._hand_over(asked)

    async def on_shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """The overview, in the person's own conversation with the bot."""
        await ack()
        user = body["user"]["id"]
        origin = Origin("slack", user, Surface.DIRECT)
        self._hand_over(Asked(_actor(context, body), origin, "", self._ways.channel(user)))

    async def on_error(self, error: Exception, body: Body) -> BoltResponse:
        if isinstance(error, PermanentError):
            log.error("a Slack request was refused: %s", error)
            return BoltResponse(status=400)
        if not isinstance(error, BoltUnhandledRequestError):
            log.error("a Slack listener failed", exc_info=error)
            return BoltResponse(status=500)
        # Anything but 200 makes Slack send it again, and in the end switch events off.
        log.info("nothing listens to Slack's %s", body.get("type"))
        suggestion = body.get("type") == "block_suggestion"
        return BoltResponse(status=200, body={"options": []} if suggestion else "")

    def _hear(self, body: Body, context: AsyncBoltContext, thread: str | None) -> None:
        event: Body = body["event"]
        reply = self._ways.channel(event["channel"], thread)
        asked = _asked(context, body, words.plain(event.get("text", ""), _me(body)), reply)
        if not self._turned_away(context, body, asked):
            self._hand_over(asked)

    def _filled_in(self, body: Body, context: AsyncBoltContext, sent: Sent) -> Asked:
        opened, person = sent.opened, context.user_id or ""
        surface = Surface.DIRECT if opened.place.startswith("D") else Surface.ROOM
        origin = Origin("slack", opened.place, surface, opened.message)
        reply = self._ways.person(opened.place, person, opened.thread or None)
        trigger = body.get("trigger_id") or ""
        return Asked(_actor(context, body), origin, sent.action, reply, trigger, opened.thread)

    async def _taken_in_time(self, asked: Asked) -> Answer | None:
        """The answer within the time that Slack gives; "busy" is a fault of no field."""
        try:
            return await self._desk.submit(asked, SUBMIT_SECONDS)
        except TooBusyError:
            return Answer(Card(BUSY), refused=True, faults={"": BUSY})

    def _turned_away(self, context: AsyncBoltContext, body: Body, asked: Asked) -> bool:
        """Whether a stranger asks, who then hears why there is no answer."""
        stranger = _stranger(context, body)
        if stranger:
            self._desk.excuse(asked, STRANGER)
        return stranger

    async def _share(self, asked: Asked, once: str) -> None:
        """A double click shows a message to the room once."""
        if await self._recent.first(once) and not self._hand_over(asked):
            await self._recent.forget(once)

    def _hand_over(self, asked: Asked) -> bool:
        taken = self._desk.take(asked)
        if not taken:
            self._desk.excuse(asked, BUSY)
        return taken


async def _asks_again(ack: AsyncAck, view: Body, answer: Answer, opened: Opened) -> bool:
    """Show what is wrong beside its field, or a further form in the place of this one."""
    if beside := slack_form.faults(view, answer.faults):
        await ack(response_action="errors", errors=beside)
        return True
    try:
        further = answer.form and slack_form.render(answer.form, opened)
    except slack_form.TooBigError:
        further = None
    if further:
        await ack(response_action="update", view=further)
    return bool(further)


def _asked(context: AsyncBoltContext, body: Body, what: str | Action, reply: Reply) -> Asked:
    place = context.channel_id or ""
    surface = Surface.DIRECT if place.startswith("D") else Surface.ROOM
    trigger, container = body.get("trigger_id") or "", body.get("container") or {}
    thread = container.get("thread_ts") or ""
    origin = Origin("slack", place, surface)
    return Asked(_actor(context, body), origin, what, reply, trigger, thread)


def _actor(context: AsyncBoltContext, body: Body) -> Actor:
    user = body.get("user")
    named = user.get("username") or user.get("name") if isinstance(user, dict) else None
    person = context.user_id or ""
    name = body.get("user_name") or named or person
    return Actor("slack", person, name, context.actor_team_id or "")


def _stranger(context: AsyncBoltContext, body: Body) -> bool:
    """Whether somebody of another company asks, in a channel that both companies share.

    A click names the person's own team inside `user`; its `team`, which Bolt reads, is ours. In an
    Enterprise Grid the person's team may be the organisation.
    """
    user = body.get("user")
    if isinstance(user, dict) and user.get("team_id"):
        return user["team_id"] not in (context.team_id, context.enterprise_id)
    return bool(body.get("is_ext_shared_channel")) and context.actor_team_id != context.team_id


def _me(body: Body) -> str | None:
    """The bot's own user id, which each event carries."""
    granted = body.get("authorizations") or [{}]
    return granted[0].get("user_id")


def _spoken(event: Body) -> bool:
    """Whether a person said it, just now: no bot (we are one), no edit, no join, no upload."""
    unspoken = ("bot_id", "bot_profile", "subtype", "edited", "hidden")
    return bool(event.get("user")) and not any(event.get(name) for name in unspoken)


def _clicked(body: Body) -> str:
    """What Slack calls the message whose button was clicked."""
    container: Body = body.get("container") or {}
    return container.get("message_ts") or ""
