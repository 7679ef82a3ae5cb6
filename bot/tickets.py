"""What a ticket form offers: asked of Jira now and then, at hand at once."""

import logging
from collections.abc import Callable
from datetime import datetime

from domain.catalogue import Catalogue, Choice
from integrations.jira import Jira

log = logging.getLogger(__name__)


class TicketDesk:
    """Implements `domain.ports.Tickets`; `refresh` is the only one that waits for Jira."""

    def __init__(self, jira: Jira, project: str, now: Callable[[], datetime]) -> None:
        self._jira = jira
        self._now = now
        self._catalogue = Catalogue(project, (Choice(project, project),), (Choice("Task", "Task"),))
        self._people: tuple[Choice, ...] = ()
        self._account = ""

    @property
    def account(self) -> str:
        return self._account

    def catalogue(self) -> Catalogue:
        return self._catalogue

    def people(self) -> tuple[Choice, ...]:
        return self._people

    async def refresh(self) -> None:
        """Ask again; where Jira does not answer, what was known stays."""
        self._catalogue = await self._jira.catalogue(self._now())
        self._people = await self._jira.people("") or self._people
        self._account = await self._jira.account() or self._account
