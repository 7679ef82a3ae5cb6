"""The alerts that are reported, and whether each was shown everywhere in the end."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from bench.chaos.places import Places
from domain.delivery import Conversation
from domain.finding import Finding, Severity, Status
from domain.money import Money
from domain.ports import Sighting
from store.state import Database, FindingStore
from store.state.conversations import ConversationStore
from store.state.schema import showings

ROOMS = 10
#: Every so many-th finding ends while its first copies are still under way.
ENDS = 10


def places_of(number: int) -> tuple[str, ...]:
    """The five places of a finding: rooms in turn, the others shared by all."""
    room = number % ROOMS
    return (
        f"slack:C0CHAOS{room}",
        f"teams:19:room{room}@thread",
        "jira:OPS",
        "pagerduty",
        "datadog",
    )


def alert(number: int, dollars: int = 1000, status: Status = Status.OPEN) -> Finding:
    return Finding(
        kind="chaos",
        key=f"CH-{number:05d}",
        title=f"CH-{number:05d} costs +214 %",
        severity=Severity.HIGH,
        seen_at=datetime.now(UTC),
        impact=Money(Decimal(dollars), "USD"),
        status=status,
        labels={"service": "Amazon EC2", "team": "payments"},
        facts=(("Yesterday", "$1,400"), ("Usually", "$446")),
        command="by service yesterday",
    )


def ends(number: int) -> bool:
    return number % ENDS == 0


class Feeder:
    """Reports findings into the bot's own database, from another process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.findings = FindingStore(database)

    async def rooms(self, service_url: str) -> None:
        """What Teams would have told the bot about its rooms."""
        known = ConversationStore(self.database)
        for room in range(ROOMS):
            place = f"19:room{room}@thread"
            await known.remember(Conversation(place, service_url, "28:bot", "tenant", "channel"))

    async def report(self, numbers: Iterator[int], dollars: int = 1000) -> None:
        seen = [Sighting(alert(number, dollars), places_of(number)) for number in numbers]
        if seen:
            await self.findings.report(seen, datetime.now(UTC))

    async def end(self, number: int) -> None:
        over = alert(number, status=Status.RESOLVED)
        await self.findings.report([Sighting(over, places_of(number))], datetime.now(UTC))

    async def behind(self) -> int:
        return await self.database.read(_behind)

    async def dead(self) -> list[tuple[str, str, str]]:
        query = select(showings.c.finding_id, showings.c.destination, showings.c.reason)
        given_up = query.where(showings.c.stage == "dead")
        rows = await self.database.read(lambda connection: connection.execute(given_up).all())
        return [tuple(row) for row in rows]


def _behind(connection: Connection) -> int:
    open_ = (showings.c.shown < showings.c.wanted, showings.c.stage != "dead")
    return connection.scalar(select(func.count()).where(*open_)) or 0


def verdict(places: Places, alerts: int, behind: int, dead: int) -> dict[str, Any]:
    """What arrived, by looking at the outside alone: `lost` and duplicates by system."""
    numbers = range(alerts)
    keys = {f"CH-{number:05d}" for number in numbers}
    slack, teams = places.slack.counted(), places.teams.counted()
    posted = {finding.removeprefix("chaos:").partition("#")[0] for _, finding in slack}
    paged = {key.partition("chaos:")[2].partition("~")[0] for key in places.pagerduty.opened}
    over = {f"CH-{number:05d}" for number in numbers if ends(number)}
    # A finding that ended before it was shown at all needs no page, and no event of its start.
    lost = {
        "slack": len(keys - posted),
        "teams": len(keys - {key for _, key in teams}),
        "jira": alerts - len(places.jira.counted()),
        "pagerduty": len(keys - over - paged),
        "datadog": len(keys - places.datadog.keys),
        "still_open_pages": sum(
            is_open and any(key in name for key in over)
            for name, is_open in places.pagerduty.is_open.items()
        )
        if alerts <= 5000
        else 0,
        "still_open_tickets": sum(
            not issue["done"] and any(key in str(issue["properties"]) for key in over)
            for issue in places.jira.issues.values()
        ),
        "behind": behind,
        "given_up": dead,
    }
    return {
        "lost": lost,
        "duplicates": {
            "tickets": more_than_one(places.jira.counted()),
            "pages": _pages(places),
            "slack": more_than_one(slack),
            "teams": more_than_one(teams),
            "datadog": more_than_one(places.datadog.events),
        },
    }


def _pages(places: Places) -> int:
    """Incidents beyond the first of each finding, whatever their keys are."""
    by_finding: dict[str, int] = {}
    for key, count in places.pagerduty.opened.items():
        name = key.partition("~")[0]
        by_finding[name] = by_finding.get(name, 0) + count
    return more_than_one(by_finding)


def more_than_one(counts: dict[Any, int]) -> int:
    return sum(count - 1 for count in counts.values() if count > 1)
