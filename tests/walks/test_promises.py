"""The four promises, through the real edges: real clients, strict peers, both kinds of memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import BACKGROUND, Bot, build, web_application
from bot.settings import Bind, Secret, Settings
from bot.stories import STORIES, Stage
from domain.finding import Finding, Status
from tests.peers.datadog.peer import API_KEY, APP_KEY, DatadogPeer
from tests.peers.jira.peer import EMAIL, TOKEN, JiraPeer
from tests.peers.pagerduty.peer import KEY, PagerDutyPeer
from tests.peers.slack import SlackPeer
from tests.peers.slack.model import Channel, Message, Person, elements
from tests.peers.teams import TeamsPeer
from tests.peers.teams.room import Room
from tests.walks.conftest import NOW

ROUTES = """
[[route]]
kind = "budget"
to = ["slack:{slack}", "pagerduty", "jira:OPS", "datadog"]
escalate_after = "30m"
escalate_to = ["teams:{teams}"]

[[route]]
kind = "saving"
to = ["slack:{slack}", "teams:{teams}", "jira:OPS", "datadog"]

[[route]]
kind = "report"
to = ["slack:{slack}", "teams:{teams}"]

[[route]]
to = ["slack:{slack}", "teams:{teams}", "pagerduty", "jira:OPS", "datadog"]
"""


@dataclass
class Office:
    """A running bot with everything around it."""

    bot: Bot
    slack: SlackPeer
    teams: TeamsPeer
    jira: JiraPeer
    pager: PagerDutyPeer
    datadog: DatadogPeer
    ann: Person
    channel: Channel
    room: Room
    app: web.Application

    async def settled(self) -> None:
        working = await self.app[BACKGROUND].working()
        async with asyncio.timeout(30):
            while await self.bot.parts.memory.outbox.depth():
                working.delivery.wake()
                await asyncio.sleep(0.02)
        given_up = await self.bot.parts.memory.letters.listed()
        assert [(one.showing.destination, one.showing.reason) for one in given_up] == []

    async def told(self, story: str) -> AsyncIterator[str]:
        stage = Stage(self.bot.parts, NOW, self.settled)
        async for said in STORIES[story](stage):
            yield said

    async def finding(self, kind: str) -> Finding:
        listed = await self.bot.parts.memory.findings.listed(kind=kind)
        return listed[-1]

    def message(self, title: str) -> str:
        """The one message in Slack whose title has these words, as people read it."""
        (found,) = (one for one in self.messages() if title in one.words)
        links = [part["text"] for part in elements(found.blocks) if part.get("type") == "link"]
        return " ".join([found.words, *links])

    def messages(self) -> list[Message]:
        seen = self.slack.seen(self.ann, self.channel)
        return [one for one in seen if one.author == self.slack.bot.id]

    def card(self, title: str) -> str:
        """The one card in Teams whose title has these words."""
        (found,) = (one for one in self.room.from_bot if title in one.words())
        return found.words()

    def measured(self, name: str) -> list[float]:
        return [
            value
            for (metric, _tags), points in self.datadog.points.items()
            if metric == f"costbot.{name}"
            for value in points.values()
        ]

    def stories_told(self) -> list[str]:
        """The newest words of every story in Datadog's stream."""
        return [events[-1].body["title"] for events in self.datadog.stories.values()]


@pytest.fixture
async def office(demo_lake: Path, database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    slack = await SlackPeer().start()
    ann = slack.person("ann")
    channel = slack.channel("cost-alerts", ann, slack.bot)
    async with (
        TeamsPeer() as teams,
        JiraPeer() as jira,
        PagerDutyPeer() as pager,
        DatadogPeer(datetime.now(UTC)) as datadog,
    ):
        settings = Settings(
            data_dir=demo_lake,
            bind=Bind("127.0.0.1", 0),
            database_url=Secret(database_url),
            slack_bot_token=Secret(slack.bot_token),
            slack_signing_secret=Secret(slack.signing_secret),
            slack_api_url=slack.api_url,
            teams_app_id=teams.app_id,
            teams_app_password=Secret(teams.password),
            teams_tenants=(teams.tenant,),
            teams_openid_url=teams.openid_url,
            jira_url=jira.url,
            jira_email=EMAIL,
            jira_token=Secret(TOKEN),
            jira_project="OPS",
            pagerduty_routing_key=Secret(KEY),
            pagerduty_events_url=pager.url,
            dd_api_key=Secret(API_KEY),
            dd_app_key=Secret(APP_KEY),
            dd_host=datadog.url,
        )
        room = teams.channel("finance", teams.person("Ann"))
        bot = build(settings, lambda: NOW)
        bot.parts.routes = tmp_path / "costbot.toml"
        bot.parts.routes.write_text(ROUTES.format(slack=channel.id, teams=room.id))
        # What the scheduler would find by itself is told by the story.
        app = await web_application(bot, scheduled=False)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        here = f"http://127.0.0.1:{runner.addresses[0][1]}"
        slack.request_url, teams.bot_url = f"{here}/slack/events", here
        await room.say(teams.person("Ann"), "@costbot hello")
        await teams.until(lambda: room.from_bot)
        yield Office(bot, slack, teams, jira, pager, datadog, ann, channel, room, app)
        await runner.cleanup()
        assert slack.complaints == []
        assert teams.problems == []
        assert jira.problems == []
        assert pager.problems == []
        assert datadog.problems == []
    await slack.stop()


async def test_a_spike_is_one_finding_in_five_places_and_is_closed_in_all_of_them(
    office: Office,
) -> None:
    told = office.told("spike")
    await anext(told)
    spike = await office.finding("spike")
    words = office.message(spike.title)
    assert "Open" in words and "OPS-1" in words
    assert "us-east-1 → NatGateway-Bytes → team payments, +$" in words
    assert "us-east-1 → NatGateway-Bytes → team payments, +$" in office.card(spike.title)
    assert "Open" in office.card(spike.title) and "OPS-1" in office.card(spike.title)
    (issue,) = office.jira.issues
    assert spike.title in issue.fields["summary"]
    (incident,) = office.pager.incidents
    assert incident.status == "triggered"
    assert incident.dedup_key == f"costbot:{spike.id}"
    assert incident.payload["severity"] in ("error", "critical")
    assert any(spike.title in title for title in office.stories_told())
    assert office.measured("anomaly.impact") == [pytest.approx(float(spike.measurements[0].value))]

    await anext(told)
    assert "Acknowledged" in office.message(spike.title)
    assert "Ann acknowledged it" in office.card(spike.title)
    assert incident.status == "acknowledged"

    await anext(told)
    assert "Resolved" in office.message(spike.title)
    assert "Resolved" in office.card(spike.title)
    assert incident.status == "resolved"
    assert issue.status == "Done"
    assert len(office.datadog.stories) == 1
    assert office.pager.pages == 1
    assert len(office.jira.issues) == 1


async def test_a_recommendation_becomes_a_task_that_the_bill_closes(office: Office) -> None:
    told = office.told("saving")
    await anext(told)
    saving = await office.finding("saving")
    assert "$500.00 a month" in office.message(saving.title)
    assert "not seen yet" in office.card(saving.title)
    (task,) = office.jira.issues
    assert office.measured("saving.expected") == [500.0]
    assert office.measured("saving.verified") == []
    assert office.pager.pages == 0

    await anext(told)
    assert "Bob" in office.message(saving.title)

    await anext(told)
    saving = await office.finding("saving")
    verified = next(one for one in saving.measurements if one.name == "saving.verified")
    assert saving.status is Status.RESOLVED
    assert verified.value == pytest.approx(Decimal(501), abs=10)
    assert office.measured("saving.verified") == [pytest.approx(float(verified.value))]
    assert "of what was promised" in office.message(saving.title)
    assert "of what was promised" in office.card(saving.title)
    assert task.status == "Done"


async def test_a_budget_at_150_percent_pages_and_escalates(office: Office) -> None:
    told = office.told("budget")
    await anext(told)
    budget = await office.finding("budget")
    (incident,) = office.pager.incidents
    assert incident.payload["severity"] == "critical"
    assert "155.0 %" in office.message("of its budget")
    (ticket,) = office.jira.issues
    assert ticket.fields["priority"] == {"name": "Highest"}
    assert not [one for one in office.room.from_bot if "of its budget" in one.words()]
    limit, actual = (office.measured(f"budget.{name}")[0] for name in ("limit", "actual"))
    assert actual / limit == pytest.approx(1.55, abs=0.01)

    await anext(told)
    assert "escalated: nobody acknowledged it within 30 minutes" in office.card("of its budget")
    assert "escalated" in office.message("of its budget")

    await anext(told)
    assert (await office.finding("budget")).status is Status.RESOLVED
    assert incident.status == "resolved"
    assert ticket.status == "Done"
    assert "Resolved" in office.card(budget.title)


async def test_the_daily_report_arrives_and_tickets_hear_only_of_numbers_that_moved(
    office: Office,
) -> None:
    told = office.told("daily")
    await anext(told)
    (ticket,) = office.jira.issues
    assert len(ticket.comments) == 0
    await anext(told)
    assert "Settled through" in office.message("Daily report")
    assert "%" in office.card("Daily report")
    assert office.measured("cost.daily")
    await anext(told)
    assert len(ticket.comments) == 1
    await anext(told)
    assert len(ticket.comments) == 1
    assert len([one for one in office.messages() if "Daily report" in one.words]) == 1
