"""Opens an office: every peer, the settings that name them, and the bot among them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from bot.settings import Bind, Secret, Settings
from tests.peers.datadog import peer as datadog
from tests.peers.jira import JiraPeer
from tests.peers.jira import peer as jira
from tests.peers.pagerduty import PagerDutyPeer
from tests.peers.pagerduty import peer as pagerduty
from tests.peers.slack import SlackPeer
from tests.peers.teams import TeamsPeer
from tests.walks.office import JIRA_SECRET, PAGER_SECRET, Clock, Office


@asynccontextmanager
async def opened(folder: Path, database_url: str) -> AsyncIterator[Office]:
    """An office with the bot in both rooms; nobody has anything to complain about in the end."""
    async with AsyncExitStack() as stack:
        clock = Clock()
        slack = await SlackPeer().start()
        stack.push_async_callback(slack.stop)
        slack.web_api.scopes |= {"channels:history"}
        teams = await stack.enter_async_context(TeamsPeer())
        tickets = await stack.enter_async_context(JiraPeer())
        pager = await stack.enter_async_context(PagerDutyPeer())
        metrics = await stack.enter_async_context(datadog.DatadogPeer(clock()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        settings = Settings(
            data_dir=folder / "data",
            bind=Bind("127.0.0.1", 0),
            public_url="https://costbot.example.com",
            database_url=Secret(database_url),
            slack_bot_token=Secret(slack.bot_token),
            slack_signing_secret=Secret(slack.signing_secret),
            slack_api_url=slack.api_url,
            teams_app_id=teams.app_id,
            teams_app_password=Secret(teams.password),
            teams_tenants=(teams.tenant,),
            teams_openid_url=teams.openid_url,
            jira_url=tickets.url,
            jira_email=jira.EMAIL,
            jira_token=Secret(tickets.token),
            jira_project="OPS",
            jira_webhook_secret=Secret(JIRA_SECRET),
            pagerduty_routing_key=Secret(pagerduty.KEY),
            pagerduty_events_url=pager.url,
            pagerduty_webhook_secret=Secret(PAGER_SECRET),
            dd_api_key=Secret(datadog.API_KEY),
            dd_app_key=Secret(datadog.APP_KEY),
            dd_host=metrics.url,
        )
        office = Office(settings, clock, slack, teams, tickets, pager, metrics, session)
        await office.start()
        await office.channel.add_bot()
        yield office
        await office.stop()
        assert slack.complaints == []
        assert [*teams.problems, *tickets.problems, *pager.problems, *metrics.problems] == []
