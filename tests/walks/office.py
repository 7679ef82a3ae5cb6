"""A whole running bot with strict Slack, Teams, Jira, PagerDuty and Datadog peers around it.

Everything goes through HTTP: people click and fill in forms, webhooks arrive signed, and what is
looked at is what each side shows in the end.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import aiohttp
from aiohttp import web

from bot.app import BACKGROUND, Bot, build, web_application
from bot.settings import Settings
from domain.delivery import Showing
from domain.finding import Finding, Severity
from domain.money import Money
from domain.ports import Sighting
from integrations.sim import Simulator
from store.state import Memory
from tests.peers import pagerduty as pages
from tests.peers.datadog import peer as datadog
from tests.peers.jira import Issue, JiraPeer, events
from tests.peers.pagerduty import Incident, PagerDutyPeer
from tests.peers.slack import Message, SlackPeer
from tests.peers.teams import Seen, TeamsPeer

JIRA_SECRET, PAGER_SECRET = "jira-webhook-secret", "pagerduty-webhook-secret"
#: The places of an alert that is to be seen everywhere; the rooms are added by the office.
EVERYWHERE = ("jira:OPS", "pagerduty", "datadog")
BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
_numbers = itertools.count(20_000)


@dataclass
class Clock:
    """The moment for the bot and its database: it ticks as usual, and jumps when told to."""

    began: datetime = BEGAN
    ahead: timedelta = timedelta()
    _start: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.began + self.ahead + timedelta(seconds=time.monotonic() - self._start)


@dataclass
class Office:
    """`ann` is in Slack's room, `tina` in Teams' channel, `jo` in Jira, `pat` in PagerDuty."""

    settings: Settings
    clock: Clock
    slack: SlackPeer
    teams: TeamsPeer
    jira: JiraPeer
    pagerduty: PagerDutyPeer
    datadog: datadog.DatadogPeer
    session: aiohttp.ClientSession
    bot: Bot = field(init=False)
    app: web.Application = field(init=False)
    url: str = field(init=False, default="")
    #: What stands where AWS will: it shows what it was told.
    aws: Simulator = field(default_factory=lambda: Simulator("aws"))
    _runner: web.AppRunner = field(init=False)

    def __post_init__(self) -> None:
        self.ann = self.slack.person("ann")
        self.room = self.slack.channel("costs", self.ann)
        self.tina = self.teams.person("Tina")
        self.channel = self.teams.channel("costs", self.tina)
        self.settings = replace(self.settings, alert_rooms=self.rooms)
        self.jo, self.pat = self.jira.person("Jo"), pages.person("Pat", "PPAT001")

    # -- the process ----------------------------------------------------------------------------

    async def start(self) -> None:
        """A new process on the same database; it is ready when forms have their choices."""
        self.bot = build(self.settings, self.clock)
        assert self.settings.database_url is not None
        self.bot.parts.memory = Memory(self.settings.database_url.reveal(), self.clock)
        self.app = await web_application(self.bot, {"aws": self.aws})
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.slack.request_url, self.teams.bot_url = f"{self.url}/slack/events", self.url
        await self.app[BACKGROUND].working()
        desk = self.bot.parts.tickets
        await self.until(lambda: desk is None or desk.account)

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def passes(self, **time_: float) -> None:
        """Time goes by, and the scheduler does what is due by then."""
        self.clock.ahead += timedelta(**time_)
        self.datadog.now = self.clock()
        working = await self.app[BACKGROUND].working()
        await working.scheduler.tick(self.clock())
        working.delivery.wake()

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """What `condition` returns, once that is something."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await asyncio.sleep(0.03)
        return found

    async def settled(self) -> None:
        """Every copy is up to date."""
        async with asyncio.timeout(10):
            while await self.memory.outbox.depth():
                await asyncio.sleep(0.02)

    # -- findings -------------------------------------------------------------------------------

    @property
    def memory(self) -> Memory:
        return self.bot.parts.memory

    @property
    def rooms(self) -> tuple[str, str]:
        return f"slack:{self.room.id}", f"teams:{self.channel.id}"

    def spike(self, service: str = "EC2", **changes: Any) -> Finding:
        made = Finding(
            kind="spike",
            key=f"account=222222222222,service={service}:2026-11-20",
            title=f"{service} costs +200 %",
            severity=Severity.HIGH,
            seen_at=self.clock(),
            impact=Money(Decimal("1234.50"), "USD"),
            labels={"service": service, "account": "222222222222", "team": "payments"},
        )
        return replace(made, **changes)

    async def finds(self, *also: str, **changes: Any) -> Finding:
        """A spike is found, for both rooms and `also` for other places, and shown there."""
        [found] = await self.reports(Sighting(self.spike(**changes), (*self.rooms, *also)))
        await self.settled()
        return found

    async def detects(self, **changes: Any) -> Finding:
        """A spike is found, and goes where the routes say."""
        seen = await self.bot.parts.book.sightings([self.spike(**changes)], self.clock())
        [found] = await self.reports(*seen)
        await self.settled()
        return found

    async def reports(self, *seen: Sighting) -> tuple[Finding, ...]:
        return await self.memory.findings.report(seen, self.clock())

    async def now(self, found: Finding) -> Finding:
        known = await self.memory.findings.get(found.id)
        assert known is not None
        return known

    async def copy(self, found: Finding, scheme: str) -> Showing | None:
        copies = await self.memory.findings.showings(found.id)
        return next((copy for copy in copies if copy.scheme == scheme), None)

    async def history(self, found: Finding) -> list[str]:
        """The audit log, as `who did what`."""
        lines = await self.memory.findings.history(found.id)
        return [f"{line.who} {line.what}" for line in lines]

    # -- Slack ----------------------------------------------------------------------------------

    def messages(self, found: Finding) -> list[Message]:
        """The messages in Slack's room that everybody sees and that show this finding."""
        seen = self.slack.seen(self.ann, self.room)
        own = [one for one in seen if one.author == self.slack.bot.id and not one.only_for]
        return [one for one in own if re.match(rf"\W*{found.name} ", one.words)]

    def reminders(self) -> list[str]:
        """What was said once more, in both rooms."""
        in_slack = [one.words for one in self.slack.seen(self.ann, self.room)]
        said = [*in_slack, *(one.words() for one in self.channel.from_bot)]
        return [words for words in said if "Reminder: " in words]

    def in_slack(self, found: Finding) -> str:
        """What the newest of them says now."""
        return self.messages(found)[-1].words if self.messages(found) else ""

    def whispers(self) -> list[Message]:
        """What Ann alone was told, in the room or in her own conversation with the bot."""
        own = self.slack.direct_channel(self.ann)
        seen = [*self.slack.seen(self.ann, self.room), *self.slack.seen(self.ann, own)]
        return [one for one in seen if one.only_for or one.channel is own]

    # -- Teams ----------------------------------------------------------------------------------

    def cards(self, found: Finding) -> list[Seen]:
        """The messages in Teams' channel that show this finding."""
        own = [seen for seen in self.channel.from_bot if not seen.thread]
        return [seen for seen in own if f"\n{found.name} " in f"\n{seen.words()}"]

    def in_teams(self, found: Finding) -> str:
        return self.cards(found)[-1].words() if self.cards(found) else ""

    # -- Jira, PagerDuty and Datadog ------------------------------------------------------------

    @property
    def issue(self) -> Issue:
        return self.jira.issues[-1]

    @property
    def incident(self) -> Incident:
        return self.pagerduty.incidents[-1]

    def told_datadog(self) -> list[str]:
        """The titles of the events, oldest first."""
        return [event.body["title"] for event in self.datadog.events]

    def jira_news(self, status: str, **more: Any) -> bytes:
        """Jo moves the newest issue: the body of the webhook about it. `at` is when."""
        self.issue.status = status
        who, changed = more.get("who", self.jo), more.get("changed", ("status",))
        body = events.event(self.jira, more.get("issue", self.issue), who, *changed)
        body["timestamp"] = int(more.get("at", self.clock()).timestamp() * 1000)
        body["changelog"]["id"] = str(next(_numbers))
        return events.signed("", body)[0]

    async def jira_says(self, status: str, **more: Any) -> int:
        return await self.hears("jira", self.jira_news(status, **more))

    def pager_news(self, kind: str, found: Finding, **more: Any) -> bytes:
        """Somebody does something to the incident of the finding: the body of the webhook."""
        at = more.pop("at", self.clock()).astimezone(UTC)
        key, agent = more.pop("key", f"costbot:{found.id}"), more.pop("who", self.pat)
        told = {"id": f"01B{next(_numbers)}", "occurred_at": at.isoformat()} | more
        return pages.delivery(f"incident.{kind}", key, agent, (self.pat,), **told)

    async def pager_says(self, kind: str, found: Finding, **more: Any) -> int:
        return await self.hears("pagerduty", self.pager_news(kind, found, **more))

    async def hears(self, system: str, body: bytes) -> int:
        """The webhook arrives, signed as that system signs."""
        return await self.post(system, body, signature(system, body))

    async def post(self, system: str, body: bytes, headers: Any) -> int:
        async with self.session.post(
            f"{self.url}/webhooks/{system}", data=body, headers=headers
        ) as answer:
            return answer.status


def signature(system: str, body: bytes, secret: str = "") -> Mapping[str, str]:
    if system == "pagerduty":
        return pages.sign(body, secret or PAGER_SECRET)
    hub = events.hub_signature(secret or JIRA_SECRET, body)
    return {"X-Hub-Signature": hub, "Content-Type": "application/json"}
