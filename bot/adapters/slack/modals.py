"""Opens forms: while the trigger that came with a click is fresh, a form becomes a modal."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.refusals import confirmed
from cards import slack_form
from cards.model import Form
from cards.slack_form import Opened
from domain.errors import DeliveryError

log = logging.getLogger(__name__)


class Modals:
    """A trigger is good once, for three seconds; a form that comes later finds it used up."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open(self, trigger: str, form: Form, opened: Opened) -> bool:
        """Whether the person sees the form now."""
        try:
            view = slack_form.render(form, opened)
            await confirmed(self._client.views_open(trigger_id=trigger, view=view))
        except (slack_form.TooBigError, DeliveryError) as error:
            log.warning("a form could not be opened in Slack: %s", error)
            return False
        return True
