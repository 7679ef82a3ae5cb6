"""What the bot does with each kind of activity: questions, clicks, and being added somewhere."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import Activity, ChannelAccount, InvokeResponse

from bot.adapters.teams.activity import actor_of, clicked_of, origin_of, place_of, words_of
from bot.adapters.teams.answers import Answers
from bot.adapters.teams.conversations import AddressBook
from bot.adapters.teams.dialogs import Dialogs
from bot.adapters.teams.replies import (
    BELOW_TEXT,
    BUSY,
    BUSY_TEXT,
    GREETING,
    OLD_BUTTON,
    SLOW_TEXT,
    instead,
    refusal,
    toast,
)
from bot.router import Router
from bot.tasks import TooBusyError
from cards import teams
from cards.views import problem


class CostBot(ActivityHandler):
    """Starts the work and lets the turn end; `Answers` brings the result."""

    def __init__(self, router: Router, answers: Answers, book: AddressBook) -> None:
        super().__init__()
        self._router = router
        self._answers = answers
        self._book = book
        self._dialogs = Dialogs(router, answers, book)

    async def on_turn(self, turn_context: TurnContext) -> None:
        await self._book.learn(turn_context.activity)
        await super().on_turn(turn_context)

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        activity = turn_context.activity
        place, actor = place_of(activity), actor_of(activity)
        clicked = clicked_of(activity)
        try:
            if clicked is not None:
                self._click(activity, clicked)
            elif (words := words_of(activity)) is not None:
                self._answers.start(
                    place, actor, self._router.ask(words, actor, origin_of(activity))
                )
        except TooBusyError:
            await self._answers.say(place, BUSY)
        except ValueError:
            await self._answers.say(place, problem.cannot("a button", OLD_BUTTON, ("help",)))

    async def on_members_added_activity(
        self, members_added: list[ChannelAccount], turn_context: TurnContext
    ) -> None:
        recipient: Any = turn_context.activity.recipient
        if recipient is not None and any(member.id == recipient.id for member in members_added):
            await self._answers.say(place_of(turn_context.activity), GREETING)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        activity = turn_context.activity
        if activity.name != "adaptiveCard/action":
            shown = await self._dialogs.answer(activity)
            return shown or InvokeResponse(status=HTTPStatus.NOT_IMPLEMENTED)
        try:
            ready = self._click(activity, _data(activity.value))
        except ValueError as error:
            return refusal(HTTPStatus.BAD_REQUEST, str(error))
        except TooBusyError:
            return toast(BUSY_TEXT)
        await asyncio.wait({ready}, timeout=self._answers.patience.click)
        if not ready.done():
            return toast(SLOW_TEXT)
        card = ready.result()
        return instead(card) if card else toast(BELOW_TEXT)

    def _click(
        self, activity: Activity, data: Mapping[str, Any]
    ) -> "asyncio.Future[dict[str, Any] | None]":
        actor = actor_of(activity)
        action = teams.parse_action(data)
        clicked = activity.reply_to_id
        work = self._router.click(action, actor, origin_of(activity, clicked or ""))
        return self._answers.start(place_of(activity), actor, work, clicked)


def _data(value: Any) -> Mapping[str, Any]:
    """The data of the Action.Execute button inside an invoke."""
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or action.get("type") != "Action.Execute":
        raise ValueError("not an Action.Execute")
    data = action.get("data")
    if not isinstance(data, dict):
        raise ValueError("the button carries no data")
    return data
