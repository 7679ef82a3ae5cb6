"""/cost why, asked of the demo organisation: what was planted is what is named."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.adapters.room import HERE, ME
from bot.assembly import assemble, parts
from bot.router import Router
from bot.settings import Secret, Settings
from cards import text
from cards.model import Action, Buttons
from cards.specimens import SPIKE
from domain.cause import Happening
from domain.period import Period
from handlers import causes
from handlers.kinds import Answer, Context
from tests.walks.conftest import NOW

Ask = Callable[[str], Awaitable[Answer]]
#: Five days before the newest day, see `integrations/demo/events.py`.
BEGAN = (NOW - timedelta(days=6)).date()


@pytest.fixture
def settings(demo_lake: Path, tmp_path: Path) -> Settings:
    return Settings(data_dir=demo_lake, database_url=Secret(f"sqlite:///{tmp_path / 'state'}"))


@pytest.fixture
def ask(settings: Settings) -> Ask:
    router = assemble(settings, lambda: NOW)

    async def ask(words: str) -> Answer:
        return await router.ask(words, ME, HERE)

    return ask


def said(answer: Answer) -> str:
    return " ".join(text.render(answer.card, width=200).split())


def clicks(answer: Answer) -> list[tuple[str, Action]]:
    rows = (block.items for block in answer.card.blocks if isinstance(block, Buttons))
    return [(button.label, button.action) for row in rows for button in row]


async def test_the_planted_spike_is_explained_down_to_the_meter(ask: Ask) -> None:
    answer = await ask("why payments-prod")
    words = said(answer)
    assert "EC2 → us-east-1 → NatGateway-Bytes → team payments explains" in words
    assert f"Since {BEGAN:%a} {BEGAN.day} {BEGAN:%b} {BEGAN.year}" in words
    assert "more used" in words and "dearer" not in words
    assert "natgateway/nat-" in words


async def test_the_parts_of_an_answer_add_up_to_its_change_exactly(ask: Ask) -> None:
    for words in ("why", "why last month", "why by account, service oct vs sep", "why ec2 last 7d"):
        table = (await ask(words)).table
        assert table is not None and table.previous is not None and table.rest is not None
        every = [*table.rows, table.rest]
        assert sum((row.cost for row in every), Decimal(0)) == table.total.amount
        before = sum((row.previous or Decimal(0) for row in every), Decimal(0))
        assert before == table.previous.amount


async def test_a_fee_of_one_month_is_why_the_next_one_is_cheaper(ask: Ask) -> None:
    words = said(await ask("why oct vs sep where service=rds"))
    assert "commitment fees" in words and "HeavyUsage" in words


async def test_alone_it_explains_the_newest_settled_day(ask: Ask) -> None:
    words = said(await ask("why"))
    assert "Sat 21 Nov 2026 against Sat 14 Nov 2026" in words
    assert "The newest settled day against the same weekday before" in words


async def test_alone_it_explains_the_open_spike(settings: Settings) -> None:
    made = parts(settings, lambda: NOW)
    context = Context(ME, HERE, NOW, made.use)
    found = await made.alerts["spike"].find(context)
    spike = max(found, key=lambda one: one.severity.rank)
    assert made.state
    seen = await made.book.sightings([spike], NOW)
    (stored,) = await made.memory.findings.report(seen, NOW)
    for words in ("why", f"why {stored.name}", f"why {stored.number}?"):
        answer = await made.router.ask(words, ME, HERE)
        assert f"{stored.name} {stored.title}" in answer.card.title
        assert "NatGateway-Bytes" in said(answer)
    (ticket,) = (action for label, action in clicks(answer) if "ticket" in label)
    assert ticket.args == {"finding": str(stored.number)}
    for _, action in clicks(answer):
        if action.name == "ask":
            assert not (await made.router.click(action, ME, HERE)).refused


@pytest.mark.parametrize(
    "words",
    ["why did ec2 go up last week?", "why is ec2 so expensive last week",
     "why did ec2 increase last week", "why ec2 last week vs the week before"],
)  # fmt: skip
async def test_people_ask_it_as_they_speak(ask: Ask, words: str) -> None:
    answer = await ask(words)
    assert "for Amazon Elastic Compute Cloud" in answer.card.title
    assert "16–22 Nov 2026" not in answer.card.title, "not settled yet"


async def test_the_buttons_of_an_answer_lead_on(ask: Ask, settings: Settings) -> None:
    router = assemble(settings, lambda: NOW)
    answer = await ask("why ec2 last 7d")
    found = clicks(answer)
    assert [label for label, _ in found] == ["Inside it", "By day", "Resources"]
    for label, action in found:
        shown = await router.click(action, ME, HERE)
        assert not shown.refused, f"{label}: {text.render(shown.card)}"


async def test_days_do_not_explain_days(ask: Ask) -> None:
    answer = await ask("why by day last 7d")
    assert answer.refused
    assert "by services, accounts or tags" in said(answer)


async def test_a_finding_that_is_not_there_is_said(ask: Ask) -> None:
    assert "There is no finding 99" in said(await ask("why #99"))


async def test_an_empty_lake_says_how_to_load(tmp_path: Path) -> None:
    router = assemble(Settings(data_dir=tmp_path), lambda: datetime(2026, 11, 23, tzinfo=UTC))
    assert "python -m bot load" in said(await router.ask("why", ME, HERE))


async def test_a_spike_has_its_cause_among_its_facts(settings: Settings) -> None:
    made = parts(settings, lambda: NOW)
    context = Context(ME, HERE, NOW, made.use)
    found = await made.alerts["spike"].find(context)
    spike = max(found, key=lambda one: one.severity.rank)
    facts = dict(spike.facts)
    assert facts["Cause"].startswith("us-east-1 → NatGateway-Bytes → team payments, +$")
    assert facts["Rate or usage"].endswith("more used")
    assert "natgateway/nat-" in facts["Resources"]


async def test_a_finding_whose_weeks_before_are_not_loaded_stays_as_it_is(
    settings: Settings,
) -> None:
    made = parts(settings, lambda: NOW)
    context = Context(ME, HERE, NOW, made.use)
    labels = {"account": "511851863844", "service": "Amazon SageMaker"}
    seen_at = datetime(2025, 11, 4, tzinfo=UTC)
    early = replace(SPIKE, key="service=x:2025-11-02", seen_at=seen_at, labels=labels)
    assert await causes.with_cause(context, early) == early


class Watcher:
    """Somebody who saw one deploy, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Period, str, str | None, str | None]] = []

    async def near(
        self, days: Period, account: str, region: str | None, service: str | None
    ) -> tuple[Happening, ...]:
        self.asked.append((days, account, region, service))
        at = datetime(2026, 11, 17, 7, 5, tzinfo=UTC)
        return (Happening(at, "UpdateService", "deployer", about="sync", deploy=True),)


async def test_a_deploy_near_the_first_day_is_named(settings: Settings) -> None:
    made, seen = parts(settings, lambda: NOW), Watcher()
    use = replace(made.use, happenings=seen)
    answer = await Router(use, {}, lambda: NOW).ask("why payments-prod", ME, HERE)
    assert "Nearby Deploy: UpdateService (sync) by deployer, 17 Nov 2026, 07:05 UTC" in said(answer)
    ((days, account, region, service),) = seen.asked
    assert BEGAN in days and days.days == 3
    assert (account, region) == ("442962965961", "us-east-1")
    assert service == "Amazon Elastic Compute Cloud"
