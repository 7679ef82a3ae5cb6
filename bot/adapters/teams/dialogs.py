"""Dialogs: what a button or a message extension opens, and what comes of what is filled in.

https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botbuilder.schema import Activity, InvokeResponse

from bot.adapters.teams import quoted
from bot.adapters.teams.activity import actor_of, origin_of, place_of
from bot.adapters.teams.answers import Answers, Shows
from bot.adapters.teams.conversations import AddressBook
from bot.adapters.teams.replies import (
    BUSY_TEXT,
    ELSEWHERE_TEXT,
    OLD_BUTTON,
    OLD_FORM,
    SLOW_TEXT,
    dialog,
    note,
)
from bot.router import Router
from bot.tasks import TooBusyError
from cards import teams, teams_form
from cards.model import Action, Buttons, Card
from handlers.kinds import Answer

#: Pixels for a card that is only read.
CARD_HEIGHT = 400


class Dialogs:
    """The four invokes that open a dialog or come out of one."""

    def __init__(self, router: Router, answers: Answers, book: AddressBook) -> None:
        self._router = router
        self._answers = answers
        self._book = book

    async def answer(self, activity: Activity) -> InvokeResponse | None:
        """What Teams shows; None where it is no invoke of a dialog."""
        try:
            match activity.name:
                case "task/fetch":
                    return await self._fetch(activity)
                case "task/submit":
                    return await self._submit(activity, here=True)
                case "composeExtension/fetchTask":
                    return await self._pick(activity)
                case "composeExtension/submitAction":
                    return await self._submit(activity, here=await self._member(activity))
                case _:
                    return None
        except TooBusyError:
            return note(BUSY_TEXT)

    async def _fetch(self, activity: Activity) -> InvokeResponse:
        try:
            action = teams.parse_action(_data(activity))
        except ValueError:
            return note(OLD_BUTTON)
        return await self._open(activity, action, activity.reply_to_id or "", here=True)

    async def _pick(self, activity: Activity) -> InvokeResponse:
        try:
            action = quoted.click_of(activity.value, place_of(activity).room)
        except ValueError:
            return note(OLD_BUTTON)
        return await self._open(activity, action, "", here=await self._member(activity))

    async def _open(
        self, activity: Activity, action: Action, clicked: str, *, here: bool
    ) -> InvokeResponse:
        answer = await self._click(activity, action, clicked, lambda _, late: late and here)
        if answer is None:
            return note(SLOW_TEXT if here else ELSEWHERE_TEXT)
        return await self._shown(answer, clicked)

    async def _submit(self, activity: Activity, *, here: bool) -> InvokeResponse:
        """`here` says whether the bot can write into the conversation."""
        try:
            sent = teams_form.parse(_data(activity))
        except ValueError:
            return note(OLD_FORM)
        answer = await self._click(
            activity,
            sent.action,
            sent.message,
            lambda answer, late: here and (late or done(answer)),
        )
        if answer is None:
            return note(SLOW_TEXT if here else ELSEWHERE_TEXT)
        if answer.faults:
            card = teams_form.again(sent, answer.faults)
            return dialog(teams_form.title(sent.form), card, teams_form.height(sent.form))
        if done(answer) and (here or answer.drawn):
            return note(teams.summary(answer.card))
        return await self._shown(answer, sent.message)

    async def _click(
        self, activity: Activity, action: Action, clicked: str, shows: Shows
    ) -> Answer | None:
        """The answer, or None when it does not come in time."""
        actor = actor_of(activity)
        place = replace(place_of(activity), message_id=clicked or None)
        work = self._router.click(action, actor, origin_of(activity, clicked))
        ready = self._answers.ask(place, actor, work, shows, clicked or None)
        await asyncio.wait({ready}, timeout=self._answers.patience.click)
        # From here on the work knows that nobody waits.
        return None if not ready.done() and ready.cancel() else _result(ready)

    async def _shown(self, answer: Answer, message: str) -> InvokeResponse:
        """The form, or else the card to read."""
        if (form := answer.form) is not None:
            card = teams_form.render(form, message)
            return dialog(teams_form.title(form), card, teams_form.height(form))
        content = await self._answers.draw(_readable(answer.card))
        return dialog(teams_form.short_title(answer.card.title), content, CARD_HEIGHT)

    async def _member(self, activity: Activity) -> bool:
        return await self._book.knows(place_of(activity).room)


def done(answer: Answer) -> bool:
    """Whether what was asked for is done, so that the dialog can close."""
    return not (answer.faults or answer.form or answer.refused)


def _result(ready: asyncio.Future[Answer]) -> Answer | None:
    """None when the work was stopped before it had an answer."""
    return None if ready.cancelled() else ready.result()


def _readable(card: Card) -> Card:
    """Without buttons: those of ours do nothing inside of a dialog."""
    return replace(card, blocks=tuple(b for b in card.blocks if not isinstance(b, Buttons)))


def _data(activity: Activity) -> Mapping[str, Any]:
    value: Any = activity.value
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        raise ValueError("the dialog carries no data")
    return data
