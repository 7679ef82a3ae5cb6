"""The real commands, over a small bill, as people see them in Slack."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot import registry
from domain.period import Period
from domain.ports import Bill, LakeStatus
from tests.questions.charges import Charge, ChargeLake
from tests.slack.stage import NOW, Stage, staged

FIRST = date(2026, 8, 1)
SERVICES = ("Amazon EC2", "Amazon S3", "<!channel> & *Co*")


class SmallLake(ChargeLake):
    """A bill of three services, two of them in two accounts, up to yesterday."""

    def __init__(self) -> None:
        days = (NOW.date() - FIRST).days
        super().__init__(
            [
                Charge(
                    FIRST + timedelta(days=day),
                    Decimal(10 * number + day),
                    service,
                    account=f"{number % 2 + 1}" * 12,
                    tags=(("team", "payments"),) if number else (),
                )
                for day in range(days)
                for number, service in enumerate(SERVICES)
            ]
        )

    def status(self) -> LakeStatus:
        last = NOW.date() - timedelta(days=1)
        loaded = datetime(2026, 11, 23, 6, tzinfo=UTC)
        bill = Bill("1", Period(FIRST, NOW.date()), 300, FIRST, last, loaded, "a bill", Decimal(1))
        return LakeStatus((bill,), currency="USD")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged(lake=SmallLake()) as made:
        yield made


EXAMPLES = [
    (name, example) for name, command in registry.commands().items() for example in command.examples
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
async def test_every_example_is_answered_in_blocks_that_slack_takes(
    stage: Stage, name: str, example: str
) -> None:
    await stage.peer.command(stage.ann, stage.room, example)
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert answer.blocks
    assert "went wrong" not in answer.words
    assert answer.pings == set()


async def test_cost_by_service_names_each_service_and_adds_up(stage: Stage) -> None:
    await stage.peer.command(stage.ann, stage.room, "by service yesterday")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    for word in (*SERVICES, "$113.00", "$133.00", "$369.00", "Total"):
        assert word in answer.words
    assert answer.pings == answer.links == set()


async def test_each_button_of_an_answer_leads_on(stage: Stage) -> None:
    await stage.peer.command(stage.ann, stage.room, "")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    labels = [label for label in answer.buttons if label != "Share"]
    assert len(labels) >= 3
    for number, label in enumerate(labels, start=2):
        await stage.peer.command(stage.ann, stage.room, "")
        answer = (await stage.peer.answers(stage.ann, stage.room, number))[-1]
        before = answer.words
        await stage.peer.click(stage.ann, answer, label)
        await stage.peer.until(lambda shown=answer: shown.edits)
        assert answer.words != before
        assert "went wrong" not in answer.words


async def test_what_cannot_be_understood_is_explained_with_a_button(stage: Stage) -> None:
    await stage.peer.command(stage.ann, stage.room, "by servise")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert "servise" in answer.words
    assert answer.buttons


async def test_an_overview_can_be_shared(stage: Stage) -> None:
    await stage.peer.command(stage.ann, stage.room, "")
    (private,) = await stage.peer.answers(stage.ann, stage.room)
    await stage.peer.click(stage.ann, private, "Share")
    await stage.peer.until(lambda: private.deleted)
    (shared,) = stage.peer.seen(stage.bob, stage.room)
    assert "Share" not in shared.buttons
