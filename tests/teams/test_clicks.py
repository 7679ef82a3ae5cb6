"""Clicks on a copy of a finding: the handler knows which one, and delivery redraws it."""

from collections.abc import Mapping

import pytest

from cards.model import Action, Button, Buttons, Card
from handlers.kinds import ActionHandler, Answer, Context, Origin
from tests.peers.teams import TeamsPeer
from tests.teams.conftest import Start, cost_card


@pytest.mark.parametrize("replaces", [False, True])
async def test_a_copy_that_delivery_redraws_is_shown_to_the_clicker_and_not_edited(
    peer: TeamsPeer, start: Start, replaces: bool
) -> None:
    origins: list[Origin] = []

    async def acknowledge(context: Context, args: Mapping[str, str]) -> Answer:
        origins.append(context.origin)
        return Answer(cost_card("acknowledged"), replaces=replaces, drawn=True)

    async def show(context: Context, words: str) -> Answer:
        origins.append(context.origin)
        return Answer(Card("Alert", (Buttons((Button("Ack", Action("ack")),)),)))

    bot = await start(actions={"ack": ActionHandler("ack", "Acknowledge", acknowledge)})
    bot.answer = show
    ann, bob = peer.person("Ann"), peer.person("Bob")
    room = peer.channel("costs", ann, bob)
    await room.say(ann, "@costbot cost")
    [seen] = await peer.until(lambda: room.from_bot)
    await room.click(ann, "Ack")
    await bot.tasks.drain(5)
    assert "Cost acknowledged" in seen.words(ann) and "Alert" in seen.words(bob)
    assert [verb for verb, *_ in peer.writes] == ["POST"]
    assert [origin.message for origin in origins] == ["", seen.id]
