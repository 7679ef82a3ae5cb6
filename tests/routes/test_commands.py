"""/cost route, mute and unmute, as a person types and clicks them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.router import Router
from bot.settings import Settings
from cards import text
from cards.model import Action, Buttons, Card
from domain import changes
from domain.finding import Severity
from handlers.kinds import Actor, Answer, Origin, StateOf, Surface
from tests.lake.bills import put, write_csv
from tests.routes.world import World, spike

ME, HERE = Actor("slack", "U1", "Ada"), Origin("slack", "C1", Surface.ROOM)
ROUTES = """
[[route]]
name = "search"
team = "search"
to = ["slack:CSEARCH"]

[[route]]
name = "payments pages"
severity = "high"
amount = 500
team = "payments"
to = ["slack:CPAY", "pagerduty"]
quiet = "8:00-10:00"
escalate_after = "30m"
escalate_to = "jira:OPS"

[rooms."slack:CPAY"]
alerts_per_day = 3
"""


class Bot:
    """A router over a world, and what it says."""

    def __init__(self, router: Router, world: World) -> None:
        state = StateOf(world.findings, None, world.mutes, world.book, None, None, None, None)  # type: ignore[arg-type]
        self.world = world
        use = replace(router.use, state=lambda: state)
        self.router = replace(router, use=use, now=lambda: world.at)

    async def ask(self, words: str) -> Answer:
        return await self.router.ask(words, ME, HERE)

    async def says(self, words: str) -> str:
        return text.render((await self.ask(words)).card)

    async def press(self, card: Card, label: str) -> Answer:
        buttons = {
            one.label: one.action for b in card.blocks if isinstance(b, Buttons) for one in b.items
        }
        action: Action = buttons[label]
        return await self.router.click(action, ME, HERE)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    services = ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service")
    rows = [{"ServiceName": service, "Tags": '{"team": "payments"}'} for service in services]
    put(folder, write_csv(folder / "bill.csv", rows))
    return folder


@pytest.fixture
async def bot(here: World, lake: Path) -> AsyncIterator[Bot]:
    here.write(ROUTES, "slack:CALL")
    yield Bot(assemble(Settings(data_dir=lake), lambda: here.at), here)


async def test_a_test_says_which_route_fires_and_why(bot: Bot) -> None:
    said = await bot.says("route test kind=spike severity=high amount=$1,200 team=Payments")
    for words in (
        "Route: payments pages",
        "a spike, severity high, $1,200.00, team=payments",
        "team is payments, not search",
        "amount 1,200.00 USD is at least 500",
        "slack:CPAY, pagerduty",
        "owner payments by tag team",
        "quiet until Tue 24 Nov 10:00 UTC",
        "0 of 3 alerts, 3 left",
        "jira:OPS, after 30 minutes without an acknowledgement",
    ):
        assert words in " ".join(said.split()), words


async def test_a_test_of_a_stored_finding_is_about_that_finding(bot: Bot) -> None:
    (stored,) = await bot.world.found(spike())
    said = await bot.says(f"route test #{stored.number}")
    assert "#1 ec2 costs +214 %" in said and "Route: payments pages" in said
    assert "There is no finding #9" in await bot.says("route test 9")


async def test_of_very_many_routes_the_last_are_shown(bot: Bot) -> None:
    bot.world.write("".join(f'[[route]]\nteam="t{n}"\nto="slack:C1"\n' for n in range(40)))
    state = replace(bot.router.use.memory, routes=bot.world.book)
    bot.router = replace(bot.router, use=replace(bot.router.use, state=lambda: state))
    said = await bot.says("route test team=t38")
    assert "24 routes before these did not fire" in said and "route 39 fires: team is t38" in said
    assert "25 more routes in costbot.toml" in await bot.says("route")


async def test_a_test_changes_nothing(bot: Bot) -> None:
    await bot.says("route test severity=critical team=payments amount=900")
    assert await bot.world.findings.listed() == ()
    assert await bot.world.appeared() == []


async def test_a_test_shows_the_mute_that_silences_it(bot: Bot) -> None:
    await bot.world.mute(bot.world.at + timedelta(days=1), team="payments")
    said = await bot.says("route test severity=high team=payments")
    assert "muted by Ada until Wed 25 Nov 09:00 UTC (migration)" in said
    assert "no place: it is only recorded" in said


async def test_a_test_calls_things_as_the_bill_does(bot: Bot) -> None:
    assert "service=Amazon Elastic Compute Cloud" in await bot.says("route test service=ec2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("route test severity=huge", "'huge' is no severity. Write one of info, low"),
        ("route test amount=much", "'much' is no amount"),
        ("route test amount=nan", "'nan' is no amount"),
        ("route test colour", "I do not know what to do with 'colour'"),
        ("route test team!=x", "I read name=value here, and not team!="),
        ("route test team=a team=b", "team is given twice: a and b"),
        ("route test =x", "Nothing stands before ="),
        ("route test team=", "I read name=value here"),
        ('route test team="a', "A quote is not closed"),
        ("route tset", "I can list the routes and test them"),
        ("route 53 last month", "Do you mean the service?"),
        ("mute 2d", "Say what to mute"),
        ("mute team=payments", "Say for how long, once"),
        ("mute team=payments 2d 1w", "Say for how long, once"),
        ("mute team=payments soon", "I do not know 'soon' here"),
        ("mute team=payments 2026-11-01", "ends in the future, and within a year"),
        ("mute team=payments 2026-11-31", "There is no day 2026-11-31"),
        ("mute team=payments 60w", "ends in the future, and within a year"),
        ("mute team=payments 0d", "I do not know '0d' here"),
        ("unmute all", "Say which mute, by its number"),
        ("unmute 99999999999", "Say which mute, by its number"),
    ],
)
async def test_what_cannot_be_done_says_what_can(bot: Bot, words: str, said: str) -> None:
    answer = await bot.ask(words)
    assert answer.refused
    assert said in " ".join(text.render(answer.card).split())
    assert await bot.world.mutes.active(bot.world.at) == ()


async def test_the_routes_are_listed_in_their_order(bot: Bot) -> None:
    said = await bot.says("routes")
    assert said.index("search") < said.index("payments pages") < said.index("alert rooms")


async def test_a_mute_first_shows_what_it_would_silence(bot: Bot) -> None:
    await bot.world.found(spike("one"), spike("two"), spike("s3", labels={"team": "search"}))
    await bot.world.found(spike("done"))
    doer = bot.world.ada()
    await bot.world.findings.change("spike:done", lambda found: changes.resolved(found, doer))
    answer = await bot.ask("mute kind=spike team=payments 2d because of a migration")
    said = text.render(answer.card)
    assert "2 open findings would be silent" in said
    assert "one costs" in said and "two costs" in said and "s3 costs" not in said
    assert "26 Nov 2026, 09:00 UTC" in said
    assert await bot.world.mutes.active(bot.world.at) == (), "nothing is muted before the button"


async def test_the_button_mutes_and_a_second_press_adds_nothing(bot: Bot) -> None:
    card = (await bot.ask('mute service=ec2 "Cost Center"=4711 2d because "a b" moves')).card
    for _ in range(2):
        answer = await bot.press(card, "Mute")
        assert not answer.refused and answer.replaces
    (mute,) = await bot.world.mutes.active(bot.world.at)
    assert dict(mute.labels) == {"service": "Amazon Elastic Compute Cloud", "cost center": "4711"}
    assert (mute.who, mute.by, mute.why) == ("Ada", "slack:U1", '"a b" moves')
    assert mute.until == bot.world.at + timedelta(days=2)
    service = {"service": "Amazon Elastic Compute Cloud", "Cost Center": "4711"}
    verdict = await bot.world.decide(spike(labels=service, severity=Severity.CRITICAL))
    assert verdict.places == ()


async def test_mutes_are_listed_with_their_end_and_can_be_removed(bot: Bot) -> None:
    await bot.world.mute(bot.world.at + timedelta(days=1), "spike", team="payments")
    card = (await bot.ask("mute")).card
    said = text.render(card)
    assert "kind=spike, team=payments" in said and "25 Nov 2026, 09:00 UTC" in said
    assert "Ada: migration" in said
    answer = await bot.press(card, "Unmute 1")
    assert "Mute 1 is removed" in text.render(answer.card)
    assert "Mute 1 is not there any more" in await bot.says("unmute #1")
    assert "Nothing is muted" in await bot.says("mute")


async def test_without_a_memory_it_says_how_to_get_one(bot: Bot, lake: Path) -> None:
    router = assemble(Settings(data_dir=lake), lambda: bot.world.at)
    router = replace(router, use=replace(router.use, state=None))
    answer = await router.ask("mute", ME, HERE)
    assert answer.refused and "make run" in text.render(answer.card)
