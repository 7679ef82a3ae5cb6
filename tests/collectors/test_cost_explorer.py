"""Cost Explorer beside an export of the same bill: one truth, two ways to it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot import registry
from bot.__main__ import main
from bot.assembly import assemble, parts
from bot.loading import loaded
from bot.router import Router
from bot.settings import Settings
from cards import text
from domain.access import Access
from domain.errors import PermanentError
from handlers.kinds import Actor, Answer, Context, Origin, Surface
from integrations import demo
from integrations.aws.explorer import Explorer
from store.lake import DuckLake
from store.lake.load import load
from tests.peers.aws import explorer as peer
from tests.peers.aws.moto_server import MotoServer
from tests.peers.state import in_memory, state_of

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ADA = Actor("slack", "U1", "Ada")
ROOM = Origin("slack", "C1", Surface.ROOM)
PAYER = "123456789012"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's bill, loaded from its export."""
    files, folder = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("export")
    demo.write(files, NOW.date(), scale=0.05)
    load([files / "data"], folder, NOW)
    return folder


@pytest.fixture
def ce(export: Path, aws: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[peer.Explorer]:
    """Cost Explorer over the same bill."""
    with peer.running(peer.Explorer(export, NOW)) as explorer:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", explorer.url)
        yield explorer


def settings(folder: Path, limit: str = "1") -> Settings:
    return Settings(data_dir=folder, cost_explorer=True, cost_explorer_limit=Decimal(limit))


def collected(folder: Path, limit: str = "1", now: datetime = NOW) -> list[str]:
    """What a load of Cost Explorer says."""
    return list(loaded(["cost-explorer://"], settings(folder, limit), now, lambda _: None))


@pytest.fixture(scope="module")
def once(
    export: Path, moto: MotoServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str], Decimal]:
    """A first load of Cost Explorer: its lake, what it said, and what it cost."""
    folder = tmp_path_factory.mktemp("explored")
    with pytest.MonkeyPatch.context() as patch, peer.running(peer.Explorer(export, NOW)) as asked:
        moto.lead(patch)
        patch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", asked.url)
        told = collected(folder)
        return folder, told, asked.dollars


@pytest.fixture
def explored(once: tuple[Path, list[str], Decimal], ce: peer.Explorer, tmp_path: Path) -> Path:
    """A bot that has loaded Cost Explorer, with a memory of its own."""
    return shutil.copytree(once[0], tmp_path / "explored")


def router(folder: Path, live: bool) -> Router:
    chosen = settings(folder) if live else Settings(data_dir=folder)
    found = assemble(chosen, lambda: NOW)
    memory = state_of(in_memory(NOW))
    return replace(found, use=replace(found.use, state=lambda: memory))


async def ask(folder: Path, words: str, live: bool) -> Answer:
    return await router(folder, live).ask(words, ADA, ROOM)


def said(answer: Answer) -> str:
    return " ".join(text.render(answer.card, width=200).split())


async def both(export: Path, explored: Path, words: str) -> tuple[Answer, Answer]:
    return await ask(export, words, False), await ask(explored, words, True)


SAME = [
    "last month",
    "by service last month",
    "by account last month",
    "by day last 30d",
    "by charge last month",
    "by service, account last 30d vs previous",
    "net amortised by service last month",
    "amortised by month last 6 months",
    "unblended ec2 last month",
]
LIVE = [
    "by region last month",
    "by team last month",
    "by service where team=payments last month",
    "by usage type last 7d",
    "by region where service=Amazon Elastic Compute Cloud last month",
    "by day where region=us-west-2 last 14d",
    "by team last month vs previous",
    "untagged by team last month",
    "by charge where region=us-east-1 last month",
    "by charge where team=payments last month",
    "by charge, day where region=us-east-1 last 7d",
]


@pytest.mark.parametrize("words", SAME)
async def test_the_bill_and_cost_explorer_agree_to_the_cent(
    export: Path, explored: Path, ce: peer.Explorer, words: str
) -> None:
    before = len(ce.requests)
    ours, theirs = await both(export, explored, words)
    assert not ours.refused and not theirs.refused, said(theirs)
    assert ours.table is not None and theirs.table is not None
    assert theirs.table.total == ours.table.total != Decimal(0)
    assert theirs.table.rows == ours.table.rows
    assert theirs.table.previous == ours.table.previous
    assert len(ce.requests) == before, "what is loaded is not paid for again"


@pytest.mark.parametrize("words", LIVE)
async def test_what_its_bills_lack_is_asked_live_and_agrees_too(
    export: Path, explored: Path, ce: peer.Explorer, words: str
) -> None:
    before = len(ce.requests)
    ours, theirs = await both(export, explored, words)
    assert not ours.refused, said(ours)
    assert not theirs.refused, said(theirs)
    assert ours.table is not None and theirs.table is not None
    assert theirs.table.total == ours.table.total
    assert {row.key: row.cost for row in theirs.table.rows} == {
        row.key: row.cost for row in ours.table.rows
    }
    paid = len(ce.requests) - before
    assert paid in (1, 2, 3)
    assert f"${paid * 0.01:.2f} AWS API fees" in said(theirs)
    assert "today." in said(theirs)


#: What asks for more splits than Cost Explorer has, or for prices it does not know.
REFUSED = {
    "by service, account last 30d where team=payments and region!=us-east-1 vs previous",
    "commitments where team=payments",
}


async def test_every_example_is_answered_without_an_export_too(
    export: Path, explored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an export answers is answered, or refused in words that say what is missing."""
    theirs, ours = router(explored, True), router(export, False)
    refused: set[str] = set()
    for command in registry.commands().values():
        for example in command.examples:
            answer = await theirs.ask(example, ADA, ROOM)
            assert "went wrong" not in said(answer), example
            if answer.refused and not (await ours.ask(example, ADA, ROOM)).refused:
                assert "Cost Explorer" in said(answer), example
                refused.add(example)
    assert refused == REFUSED


async def test_what_is_unusual_is_found_without_an_export_too(export: Path, explored: Path) -> None:
    """The same findings as from the export, with their causes by service and account."""
    found: list[set[str]] = []
    for folder, live in ((export, False), (explored, True)):
        made = router(folder, live)
        kinds = [kind for kind in registry.alerts().values() if not kind.hourly]
        seen = [
            one
            for at in (datetime(2026, 10, day, 8, tzinfo=UTC) for day in range(1, 29, 9))
            for kind in kinds
            if kind.name == "spike"
            for one in await kind.find(Context(ADA, ROOM, at, made.use))
        ]
        found.append({one.id for one in seen})
        for kind in kinds:
            await kind.find(Context(ADA, ROOM, NOW, made.use))
    assert found[0] == found[1] != set()


async def test_a_question_is_paid_for_once(explored: Path, ce: peer.Explorer) -> None:
    first = await ask(explored, "by region last month", True)
    before = len(ce.requests)
    again = await ask(explored, "by region last month", True)
    assert len(ce.requests) == before
    assert again.table == first.table
    assert "no AWS API fees" in said(again)


async def test_equal_questions_at_once_are_one_request(ce: peer.Explorer, tmp_path: Path) -> None:
    import asyncio

    explorer = explorer_of(tmp_path)
    told = await asyncio.gather(*(explorer.ask("GetCostAndUsage", ASKED) for _ in range(20)))
    assert len(ce.requests) == 1
    assert sorted(one.pages for one in told) == [0] * 19 + [1]
    assert all(one.content == told[0].content for one in told)


ASKED = {
    "TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"},
    "Granularity": "DAILY",
    "Metrics": ["UnblendedCost"],
    "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
}


def explorer_of(folder: Path, limit: str = "1") -> Explorer:
    memory = parts(settings(folder), lambda: NOW).memory
    memory.open()
    return Explorer(Access(), memory.spent, memory.replies, Decimal(limit), lambda: NOW)


async def test_many_pages_are_one_answer(export: Path, ce: peer.Explorer, tmp_path: Path) -> None:
    whole = await explorer_of(tmp_path).ask("GetCostAndUsage", ASKED)
    ce.page = 100
    (tmp_path / "other").mkdir()
    paged = await explorer_of(tmp_path / "other").ask("GetCostAndUsage", ASKED)
    assert whole.pages == 1
    assert paged.pages > 2

    def sums(content: Any) -> dict[tuple[str, str], str]:
        return {
            (result["TimePeriod"]["Start"], *group["Keys"]): group["Metrics"]["UnblendedCost"][
                "Amount"
            ]
            for result in content["ResultsByTime"]
            for group in result["Groups"]
        }

    assert sums(paged.content) == sums(whole.content)


async def test_the_ceiling_of_the_day_holds_whoever_asks(ce: peer.Explorer, tmp_path: Path) -> None:
    explorer = explorer_of(tmp_path, "0.02")
    for month in ("2026-08", "2026-09", "2026-10"):
        asked = {**ASKED, "TimePeriod": {"Start": f"{month}-01", "End": f"{month}-28"}}
        if month != "2026-10":
            await explorer.ask("GetCostAndUsage", asked)
            continue
        with pytest.raises(PermanentError, match=r"ceiling .* \$0.02 for 2 requests"):
            await explorer.ask("GetCostAndUsage", asked)
    assert len(ce.requests) == 2
    assert await explorer.spent() == Decimal("0.02")
    assert (await explorer_of(tmp_path, "0.02").spent()) == Decimal("0.02"), "also after a restart"


async def test_a_slow_down_is_followed(
    ce: peer.Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def rest(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("integrations.aws.explorer.asking._rest", rest)
    ce.trouble.extend(["LimitExceededException", "ThrottlingException"])
    told = await explorer_of(tmp_path).ask("GetCostAndUsage", ASKED)
    assert told.pages == 3
    assert len(waited) == 2
    assert waited[1] == 2 * waited[0], "longer each time"


def test_thirteen_months_come_for_less_than_half_a_dollar(
    export: Path, once: tuple[Path, list[str], Decimal]
) -> None:
    folder, told, dollars = once
    bills = DuckLake(folder).status().bills
    same = {b.period: b.total for b in DuckLake(export).status().bills}
    assert len(bills) == 13
    assert {b.period: b.total for b in bills} == {p: same[p] for p in same if p >= bills[0].period}
    assert dollars < Decimal("0.5")
    assert {b.source.split(":")[0] for b in bills} == {"Cost Explorer"}
    assert {b.billing_account for b in bills} == {PAYER}
    assert len(told) == 13


def test_the_next_day_asks_only_what_may_change(ce: peer.Explorer, explored: Path) -> None:
    later = NOW.replace(day=24)
    ce.now = later
    assert collected(explored, now=later) == ["Nothing is new at cost-explorer://."]
    asked = [one["TimePeriod"] for _, one in ce.requests if "TimePeriod" in one]
    assert {one["Start"] for one in asked} == {"2026-11-01"}
    assert len(ce.requests) <= 14


def test_bills_of_an_export_are_left_alone(
    export: Path, ce: peer.Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded from an export they know more; only the other months are asked for."""
    own = shutil.copytree(export, tmp_path / "own")
    (payer,) = {bill.billing_account for bill in DuckLake(own).status().bills}
    monkeypatch.setattr("bot.sources.cost_explorer.account_id", lambda _: payer)
    assert collected(own) == ["Nothing is new at cost-explorer://."]
    assert not ce.requests


def test_what_it_cannot_tell_is_explained(ce: peer.Explorer, explored: Path) -> None:
    import asyncio

    for words, hint in (
        ("by resource last 7d", "Cost Explorer cannot tell resources apart day by day."),
        ("by team, region where usage type!=APIRequest last 7d", "two things at most"),
        ("list by region last 7d", "Cost Explorer does not know the list cost."),
    ):
        answer = asyncio.run(ask(explored, words, True))
        assert answer.refused, words
        assert hint in said(answer)


def test_without_permission_one_line_says_which(
    ce: peer.Explorer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ce.trouble.append("AccessDeniedException")
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["load", "cost-explorer://"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == (
        "costbot: AWS does not allow it: give costbot's role or user ce:GetCostAndUsage"
    )
