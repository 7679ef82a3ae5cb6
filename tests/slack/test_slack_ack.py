"""Slack waits three seconds for an acknowledgement: it never waits for an answer."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from statistics import median

import pytest

from bot.adapters.slack.listeners import Listeners
from bot.pictures import Pictures
from cards.model import Chart
from cards.pictures import EXAMPLES
from tests.slack.stage import Stage, staged


async def acknowledges_at_once(stage: Stage) -> None:
    """Whatever is asked, by whatever way, while a handler that never ends is at work."""
    stage.peer.ack_seconds = min(stage.peer.ack_seconds, 1.0)
    await stage.peer.command(stage.ann, stage.room, "by service")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    said = stage.peer.workspace.post(stage.room, stage.bob.id, "slow")
    stage.peer.http.acks.clear()
    acks = [
        await stage.peer.command(stage.ann, stage.room, "slow"),
        await stage.peer.mention(stage.ann, stage.room, "slow"),
        await stage.peer.direct(stage.ann, "slow"),
        await stage.peer.message_shortcut(stage.bob, said),
        await stage.peer.click(stage.ann, answer, "By region"),
        await stage.peer.shortcut(stage.bob),
    ]
    assert [ack.status for ack in acks] == [200] * len(acks)
    assert stage.peer.complaints == []
    assert median(ack.seconds for ack in acks) < 0.1


async def test_every_kind_is_acknowledged_within_100_ms_while_a_handler_works(
    either: Stage,
) -> None:
    await acknowledges_at_once(either)
    either.scene.go_on.set()


async def test_whoever_asks_next_does_not_wait_while_an_answer_is_drawn(
    either: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, finish = threading.Event(), threading.Event()

    def takes_its_time(chart: Chart) -> str:
        begun.set()
        assert finish.wait(5), "nobody else got a turn"
        return "https://costbot.example.com/pictures/1.png"

    monkeypatch.setattr(either.scene, "url", takes_its_time)
    await either.peer.command(either.ann, either.room, "by service")
    await either.peer.until(begun.is_set)
    ack = await either.peer.mention(either.bob, either.room, "by region")
    assert ack.status == 200
    assert ack.seconds < 1
    finish.set()
    await either.peer.answers(either.ann, either.room)


async def test_acknowledgements_take_less_than_100_ms_while_charts_are_drawn(
    stage: Stage, tmp_path: Path
) -> None:
    pictures = Pictures(tmp_path, public_url=None)
    drawing = asyncio.gather(*map(pictures.png, [*EXAMPLES.values()][:10]))
    seconds: list[float] = []
    while not drawing.done():
        ack = await stage.peer.command(stage.ann, stage.room, f"by service {len(seconds)}")
        assert ack.status == 200
        seconds.append(ack.seconds)
        await stage.settle()
    assert all(png.startswith(b"\x89PNG") for png in await drawing)
    await pictures.close()
    assert len(seconds) > 10
    assert median(seconds) < 0.1


@pytest.mark.parametrize("kind", ["on_command", "on_mention", "on_message", "on_message_shortcut"])
async def test_a_listener_that_awaits_the_answer_is_found_out(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The check above goes red for a listener that does its work before it acknowledges."""
    async with staged() as stage:
        honest = getattr(Listeners, kind)

        async def awaits(self: Listeners, **given: object) -> None:
            await honest(self, **given)
            for task in [*stage.tasks._running]:
                await task

        # Bolt hands over the arguments that a listener names.
        awaits.__signature__ = __import__("inspect").signature(honest)  # type: ignore[attr-defined]
        listeners = [
            listener
            for listener in stage.surface._gate._bolt._async_listeners
            if listener.ack_function.__name__ == kind
        ]
        assert len(listeners) == 1
        bound = awaits.__get__(listeners[0].ack_function.__self__)
        monkeypatch.setattr(listeners[0], "ack_function", bound)
        stage.peer.ack_seconds = 0.2
        with pytest.raises(AssertionError):
            await acknowledges_at_once(stage)
        assert any("no ack" in breach for breach in stage.peer.take_complaints())
        stage.scene.go_on.set()


def test_slack_costs_nothing_where_it_is_not_configured() -> None:
    script = (
        "import sys; import bot.adapters.slack; print([m for m in sys.modules if 'slack_' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
