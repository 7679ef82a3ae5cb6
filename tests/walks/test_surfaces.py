"""One process, one bill: Slack, Teams and the terminal show the same numbers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from bot.adapters.room import Room
from bot.app import Bot, build, web_application
from bot.settings import Bind, Secret, Settings
from cards import text
from tests.peers.slack import SlackPeer
from tests.peers.teams import TeamsPeer
from tests.walks.conftest import EC2, NASTY, NOW, S3


@dataclass
class Office:
    """A running bot, with Slack on one side and Teams on the other."""

    bot: Bot
    slack: SlackPeer
    teams: TeamsPeer

    async def in_slack(self, words: str) -> str:
        ann = self.slack.person("ann")
        room = self.slack.channel("costs", ann)
        await self.slack.command(ann, room, words)
        return (await self.slack.answers(ann, room))[-1].words

    async def in_teams(self, words: str) -> str:
        ann = self.teams.person("Ann")
        room = self.teams.channel("costs", ann)
        await room.say(ann, f"@costbot cost {words}")
        return (await self.teams.until(lambda: room.from_bot))[-1].words()

    async def in_terminal(self, words: str) -> str:
        line = await Room(self.bot.router).say(words)
        assert line.answer is not None
        return text.render(line.answer.card, width=200)


@pytest.fixture
async def office(data_dir: Path) -> AsyncIterator[Office]:
    slack = await SlackPeer().start()
    async with TeamsPeer() as teams:
        settings = Settings(
            data_dir=data_dir,
            bind=Bind("127.0.0.1", 0),
            public_url="https://costbot.example.com",
            slack_bot_token=Secret(slack.bot_token),
            slack_signing_secret=Secret(slack.signing_secret),
            slack_api_url=slack.api_url,
            teams_app_id=teams.app_id,
            teams_app_password=Secret(teams.password),
            teams_tenants=(teams.tenant,),
            teams_openid_url=teams.openid_url,
        )
        bot = build(settings, lambda: NOW)
        await asyncio.to_thread(bot.router.use.lake.warm)
        runner = web.AppRunner(await web_application(bot), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        here = f"http://127.0.0.1:{runner.addresses[0][1]}"
        slack.request_url, teams.bot_url = f"{here}/slack/events", here
        yield Office(bot, slack, teams)
        await runner.cleanup()
        assert slack.complaints == []
        assert teams.problems == []
    await slack.stop()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", ["1–22 Nov 2026: $64.05", "-$36.05 (-36.0 %)", "$54.03", "$10.02"]),
        ("by service 2026-10", ["$100.10", EC2, "$60.03", S3, "$40.07", "60.0 %", "40.0 %"]),
        ("by account 2026-11 vs 2026-10", ["payments", "search", "$64.05", "-$36.05 (-36.0 %)"]),
        ("by team 2026-10", [NASTY, "$40.07", "payments", "$60.03"]),
        ("movers 2026-11 vs 2026-10", ["-$36.05", "-$30.05 (-75.0 %)"]),
        ("untagged team 2026-11", ["$24.02", "37.5 %"]),
        ("by colour", ["I cannot split by 'colour'"]),
        ("status", ["Sat 21 Nov", "$100.10", "$64.05"]),
        ("help", ["untagged [tag] [period]"]),
    ],
)
async def test_every_surface_shows_the_same_truth(
    office: Office, words: str, said: list[str]
) -> None:
    for shown in (
        await office.in_slack(words),
        await office.in_teams(words),
        await office.in_terminal(words),
    ):
        missing = [part for part in said if part not in shown]
        assert not missing, shown
