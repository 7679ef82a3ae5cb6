"""Protections of the product, each taken out in one place: a scenario must then go red."""

from collections.abc import AsyncIterator, Callable
from typing import Any


def no_window() -> None:
    """Jira is not given time to index what an attempt of unknown outcome may have made."""
    from integrations.jira import showing

    showing.Attempted._wait = lambda self, steps: None


def from_the_start() -> None:
    """How long to wait for Jira is counted from when an attempt began, not from when it ended."""
    from dataclasses import replace

    from store.state import outbox

    plain = outbox.codec.showing_of
    outbox.codec.showing_of = lambda row: replace(plain(row), unsure_until=None)


def no_look() -> None:
    """Jira is not searched before an issue is made."""
    from integrations.jira.issues import Issues

    Issues.find = lambda self, project, label: None


def no_history() -> None:
    """Slack's history is not read before a message is posted again."""
    from bot.adapters.slack import room

    async def nothing(self: Any, since: Any) -> AsyncIterator[tuple[str, str]]:
        return
        yield

    room._Attempt._left_behind = nothing


def no_dedup_key() -> None:
    """Every event to PagerDuty is about something new."""
    from uuid import uuid4

    from integrations.pagerduty import destination

    plain = destination.events.dedup_key
    destination.events.dedup_key = lambda finding: f"{plain(finding)}~{uuid4().hex}"


def no_write_ahead() -> None:
    """An attempt is not written down before its request leaves."""
    from dataclasses import replace

    from store.state import outbox

    plain = outbox.codec.showing_of
    outbox.codec.showing_of = lambda row: replace(plain(row), unsure_since=None, unsure_until=None)


def no_lease() -> None:
    """A copy that somebody holds is anybody's."""
    from sqlalchemy import true

    from store.state import suspect

    plain = suspect.or_

    def or_(*clauses: Any) -> Any:
        held = any("lease" in str(clause) for clause in clauses)
        return true() if held else plain(*clauses)

    suspect.or_ = or_


def patient() -> None:
    """The end of the process waits for every attempt."""
    from bot import working

    working.DRAIN_SECONDS = 600.0


def no_commit() -> None:
    """A copy counts as shown although nobody was asked to show it."""
    from bot import delivery
    from domain.delivery import Receipt

    plain = delivery.Delivery._attempt
    count = iter(range(1_000_000))

    async def attempt(self: Any, job: Any, destination: Any) -> None:
        if next(count) % 50 == 49:
            await self._delivered(job, Receipt(job.destination, "nowhere"))
            return
        await plain(self, job, destination)

    delivery.Delivery._attempt = attempt


MUTATIONS: dict[str, Callable[[], None]] = {
    "window": no_window,
    "end": from_the_start,
    "look": no_look,
    "history": no_history,
    "dedup": no_dedup_key,
    "write-ahead": no_write_ahead,
    "lease": no_lease,
    "patient": patient,
    "commit": no_commit,
}
