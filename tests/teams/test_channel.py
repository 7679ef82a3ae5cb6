"""Findings in Teams: posted once, kept up to date in place, and honest about what is unknown."""

import pytest

from bot.adapters import repeats
from bot.adapters.teams import channel
from cards.escape import web_address
from domain.delivery import Conversation, Destination
from domain.errors import NotTakenError, PermanentError, TemporaryError
from tests.teams.delivering import World, world

REPEAT = repeats.words("Teams")

__all__ = ["world"]


async def test_a_finding_is_posted_once_and_then_kept_up_to_date_in_place(world: World) -> None:
    first = await world.show()
    [seen] = world.room.from_bot
    assert (first.destination, first.ref) == (f"teams:{world.room.id}", seen.id)
    assert (seen.thread, seen.activity["summary"]) == (None, "EC2 costs more")
    assert "EC2 costs more" in seen.words() and "repeat" not in seen.words()
    second = await world.show("EC2 is resolved", first)
    assert (second.ref, second.url) == (first.ref, first.url)
    assert "EC2 is resolved" in seen.words()
    assert [verb for verb, *_ in world.peer.writes] == ["POST", "PUT"]


async def test_a_picture_that_did_not_change_is_not_sent_again(world: World) -> None:
    first = await world.show()
    assert await world.show(last=first) == first
    assert len(world.peer.writes) == 1
    assert world.drawn == 2


async def test_it_is_a_destination(world: World) -> None:
    destination: Destination = world.channel
    assert destination.scheme == "teams"
    await destination.close()


@pytest.mark.parametrize(
    ("kind", "place", "url"),
    [
        (
            "channel",
            "19:a/b@thread.tacv2",
            "https://teams.microsoft.com/l/message/19:a%2Fb@thread.tacv2/17%261?tenantId=t%3D1",
        ),
        (
            "groupChat",
            "19:ab@thread.v2",
            "https://teams.microsoft.com/l/message/19:ab@thread.v2/17%261?tenantId=t%3D1"
            "&context=%7B%22contextType%22%3A%22chat%22%7D",
        ),
        ("personal", "a:1", ""),
    ],
)
def test_the_message_has_an_address_where_people_can_open_one(
    kind: str, place: str, url: str
) -> None:
    there = Conversation(place, "https://smba.trafficmanager.net/amer/", "28:b", "t=1", kind)
    assert channel.link(there, "17&1") == url
    assert not url or web_address(url)
    assert channel.link(there, "") == ""


async def test_a_message_that_was_not_confirmed_is_repeated_and_says_so(world: World) -> None:
    world.peer.lose()
    with pytest.raises(TemporaryError) as unsure:
        await world.show()
    assert not isinstance(unsure.value, NotTakenError)
    assert len(world.room.from_bot) == 1
    receipt = await world.show(unsure=True)
    first, second = world.room.from_bot
    assert REPEAT in second.words() and REPEAT not in first.words()
    await world.show("EC2 is resolved", receipt)
    assert REPEAT not in second.words()
    assert [verb for verb, *_ in world.peer.writes] == ["POST", "POST", "PUT"]


async def test_the_word_about_a_repeat_is_no_change_of_the_picture(world: World) -> None:
    receipt = await world.show(unsure=True)
    assert await world.show(last=receipt) == receipt
    assert len(world.peer.writes) == 1


async def test_an_update_that_was_not_confirmed_is_done_again_without_a_word(
    world: World,
) -> None:
    """Even when the picture is again the one that was confirmed last."""
    first = await world.show()
    world.peer.lose()
    with pytest.raises(TemporaryError):
        await world.show("EC2 is resolved", first)
    again = await world.show(last=first, unsure=True)
    [seen] = world.room.from_bot
    assert again == first
    assert "EC2 costs more" in seen.words() and REPEAT not in seen.words()


@pytest.mark.parametrize("unsure", [False, True])
async def test_an_unknown_place_says_what_to_do(world: World, unsure: bool) -> None:
    await world.known.forget(world.room.id)
    with pytest.raises(PermanentError, match="Add the app to the team or chat and say something"):
        await world.show(unsure=unsure)
    assert world.peer.count("/v3/") == 0


@pytest.mark.parametrize("posted", [False, True])
async def test_where_the_app_was_removed_the_place_is_forgotten(world: World, posted: bool) -> None:
    first = await world.show() if posted else None
    await world.room.remove_bot(told=False)
    with pytest.raises(PermanentError, match="the app was removed or blocked"):
        await world.show("EC2 is resolved", first)
    assert await world.known.find(world.room.id) is None


async def test_a_conversation_that_is_gone_is_forgotten(world: World) -> None:
    del world.peer.rooms[world.room.id]
    with pytest.raises(PermanentError, match="the conversation is gone"):
        await world.show()
    assert await world.known.find(world.room.id) is None
    assert world.peer.problems.pop().startswith("404")


async def test_a_message_that_somebody_deleted_stays_deleted(world: World) -> None:
    first = await world.show()
    world.room.from_bot[0].deleted = True
    with pytest.raises(PermanentError, match="Somebody deleted the message"):
        await world.show("EC2 is resolved", first)
    assert await world.known.find(world.room.id) is not None
    assert world.peer.problems.pop().startswith("404")
