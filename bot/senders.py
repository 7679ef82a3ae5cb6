"""The systems whose webhooks are listened to: those with a secret."""

from functools import partial

from bot.api.webhooks import Sender
from bot.settings import Settings
from domain.ports import Tickets


def senders(settings: Settings, tickets: Tickets | None) -> list[Sender]:
    """By the settings; `tickets` knows costbot's own account in Jira."""
    found: list[Sender] = []
    if settings.jira_webhook_secret:
        from integrations.jira import label
        from integrations.jira import webhook as jira

        verify = partial(jira.verify, settings.jira_webhook_secret.reveal())
        found.append(Sender("jira", verify, jira.read, partial(_account, tickets), label))
    if settings.pagerduty_webhook_secret:
        from integrations.pagerduty import dedup_key
        from integrations.pagerduty import webhook as pagerduty

        verify = partial(pagerduty.verify, settings.pagerduty_webhook_secret.reveal())
        found.append(Sender("pagerduty", verify, pagerduty.read, label=dedup_key))
    return found


def _account(tickets: Tickets | None) -> str:
    return tickets.account if tickets is not None else ""
