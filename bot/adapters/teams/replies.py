"""What the bot says of itself in Teams, and how it answers an invoke."""

from http import HTTPStatus
from typing import Any

from botbuilder.schema import Activity, InvokeResponse

from bot.adapters.teams.answers import ADAPTIVE
from cards.model import Action, Button, Buttons, Card, Code, Text, Tone

TOAST = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
#: The invokes that are answered with a dialog.
DIALOGS = (
    "task/fetch",
    "task/submit",
    "composeExtension/fetchTask",
    "composeExtension/submitAction",
)
WIDTH = "medium"

BUSY_TEXT = "I am still working on your earlier questions. Ask again when they are answered."
SLOW_TEXT = "This takes a moment. The answer will follow here."
ELSEWHERE_TEXT = "This takes a moment and goes on without this window."
BELOW_TEXT = "The answer is below."
OLD_BUTTON = "This button belongs to an older version. Ask again."
OLD_FORM = "This form cannot be read. Open it again."
BROKEN_TEXT = "Something went wrong on my side."
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


def toast(text: str) -> InvokeResponse:
    """A line that the person who clicked sees for a moment."""
    return _response(TOAST, text)


def instead(card: dict[str, Any]) -> InvokeResponse:
    """The card takes the place of the one that was clicked, for the person who did."""
    return _response(ADAPTIVE, card)


def refusal(status: HTTPStatus, message: str) -> InvokeResponse:
    """What a client shows when a click could not be carried out; HTTP itself went well."""
    return _response(ERROR, {"code": status.phrase.replace(" ", ""), "message": message}, status)


def broken(activity: Activity) -> InvokeResponse:
    """The answer to an invoke that failed in a way nobody foresaw."""
    if activity.name in DIALOGS:
        return note(BROKEN_TEXT)
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN_TEXT)


def dialog(title: str, card: dict[str, Any], height: int) -> InvokeResponse:
    """A window with the card; one that is open shows it instead of what it showed."""
    attachment = {"contentType": ADAPTIVE, "content": card}
    value = {"title": title, "height": height, "width": WIDTH, "card": attachment}
    return _task("continue", value)


def note(text: str) -> InvokeResponse:
    """A few words in a small window; they end the dialog."""
    return _task("message", text)


def _response(kind: str, value: Any, status: HTTPStatus = HTTPStatus.OK) -> InvokeResponse:
    body = {"statusCode": int(status), "type": kind, "value": value}
    return InvokeResponse(status=HTTPStatus.OK, body=body)


def _task(kind: str, value: Any) -> InvokeResponse:
    return InvokeResponse(status=HTTPStatus.OK, body={"task": {"type": kind, "value": value}})
