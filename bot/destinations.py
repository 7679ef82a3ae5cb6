"""Every destination that the settings switch on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.settings import Settings
from domain.delivery import Destination
from domain.errors import SettingsError
from domain.finding import Severity
from integrations.aws import AnomalyFeedback
from integrations.sim import Simulator

if TYPE_CHECKING:
    from bot.tickets import TicketDesk
    from integrations.jira import Jira


#: The priorities that Jira comes with; where they are named otherwise a ticket goes without.
PRIORITIES = {
    Severity.CRITICAL: "Highest",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.INFO: "Lowest",
}


def outside(settings: Settings) -> dict[str, Destination]:
    """The destinations that are no chat, by scheme; nothing is connected yet.

    AWS has no switch: nothing goes there but what people say of an anomaly that AWS found.
    """
    found: list[Destination] = [Simulator(), AnomalyFeedback(settings.aws_access)]
    if settings.jira_url:
        found.append(jira(settings))
    if settings.pagerduty_routing_key:
        from integrations.pagerduty import PagerDuty

        found.append(
            PagerDuty(
                settings.pagerduty_routing_key.reveal(),
                events_url=settings.pagerduty_events_url or "",
                client_url=settings.public_url or "",
            )
        )
    if settings.dd_api_key:
        from integrations.datadog import Datadog

        app_key = settings.dd_app_key.reveal() if settings.dd_app_key else ""
        found.append(Datadog(settings.dd_api_key.reveal(), app_key, settings.dd_host))
    return {one.scheme: one for one in found}


def jira(settings: Settings) -> "Jira":
    """Jira as the settings name it; SettingsError when something is missing."""
    from integrations.jira import Jira

    if not (settings.jira_url and settings.jira_token and settings.jira_project):
        raise SettingsError("Jira needs JIRA_URL, JIRA_TOKEN and JIRA_PROJECT.")
    return Jira(
        settings.jira_url,
        settings.jira_token.reveal(),
        email=settings.jira_email or "",
        project=settings.jira_project,
        priorities=PRIORITIES,
    )


def desk(
    settings: Settings, outside: Mapping[str, Destination], now: Callable[[], datetime]
) -> "TicketDesk | None":
    """What ticket forms can offer, where Jira is switched on."""
    found = outside.get("jira")
    if found is None or not settings.jira_project:
        return None
    from bot.tickets import TicketDesk
    from integrations.jira import Jira

    return TicketDesk(found, settings.jira_project, now) if isinstance(found, Jira) else None
