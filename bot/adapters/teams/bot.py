"""What the bot does with each kind of activity: questions, clicks, and being added somewhere."""

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import Activity, ChannelAccount, InvokeResponse

from bot.adapters.teams.activity import actor_of, clicked_of, origin_of, place_of, words_of
from bot.adapters.teams.answers import ADAPTIVE, Answers
from bot.router import Router
from bot.tasks import TooBusyError
from cards import teams
from cards.model import Action, Button, Buttons, Card, Code, Text, Tone
from cards.views import problem

log = logging.getLogger(__name__)

TOAST = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

BUSY_TEXT = "I am still working on your earlier questions. Ask again when they are answered."
SLOW_TEXT = "This takes a moment. The answer will follow here."
BELOW_TEXT = "The answer is below."
OLD_BUTTON = "This button belongs to an older version. Ask again."
BUSY = Card("One moment, please", (Text((BUSY_TEXT,)),), Tone.WARNING)

FIRST_QUESTIONS = (("This month", ""), ("What changed?", "movers"), ("By service", "by service"))
GREETING = Card(
    "Hello, I answer questions about your AWS bill",
    (
        Text(("Mention me with a question, such as ", Code("cost by account last 30d"), ".")),
        Buttons(
            tuple(Button(label, Action("ask", {"text": text})) for label, text in FIRST_QUESTIONS)
        ),
    ),
)


class CostBot(ActivityHandler):
    """Starts the work and lets the turn end; `Answers` brings the result."""

    def __init__(self, router: Router, answers: Answers) -> None:
        super().__init__()
        self._router = router
        self._answers = answers

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
            return InvokeResponse(status=HTTPStatus.NOT_IMPLEMENTED)
        try:
            ready = self._click(activity, _data(activity.value))
        except ValueError as error:
            return refusal(HTTPStatus.BAD_REQUEST, str(error))
        except TooBusyError:
            return _card_response(TOAST, BUSY_TEXT)
        await asyncio.wait({ready}, timeout=self._answers.patience.click)
        if not ready.done():
            return _card_response(TOAST, SLOW_TEXT)
        card = ready.result()
        return _card_response(ADAPTIVE, card) if card else _card_response(TOAST, BELOW_TEXT)

    def _click(
        self, activity: Activity, data: Mapping[str, Any]
    ) -> "asyncio.Future[dict[str, Any] | None]":
        actor = actor_of(activity)
        action = teams.parse_action(data)
        work = self._router.click(action, actor, origin_of(activity))
        return self._answers.start(place_of(activity), actor, work, activity.reply_to_id)


def refusal(status: HTTPStatus, message: str) -> InvokeResponse:
    """What a client shows when a click could not be carried out; HTTP itself went well."""
    return _card_response(
        ERROR, {"code": status.phrase.replace(" ", ""), "message": message}, status
    )


def _card_response(kind: str, value: Any, status: HTTPStatus = HTTPStatus.OK) -> InvokeResponse:
    body = {"statusCode": int(status), "type": kind, "value": value}
    return InvokeResponse(status=HTTPStatus.OK, body=body)


def _data(value: Any) -> Mapping[str, Any]:
    """The data of the Action.Execute button inside an invoke."""
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or action.get("type") != "Action.Execute":
        raise ValueError("not an Action.Execute")
    data = action.get("data")
    if not isinstance(data, dict):
        raise ValueError("the button carries no data")
    return data
