"""What the form for a ticket offers, and that it opens when Jira does not answer."""

from datetime import timedelta

from domain.catalogue import Catalogue, Choice
from tests.contracts.suite import NOW
from tests.integrations.jira.conftest import Make
from tests.peers.jira import JiraPeer


async def test_the_form_offers_what_jira_has(either: JiraPeer, make: Make) -> None:
    found = await make(either, project="OPS").catalogue(NOW)
    assert found.project == "OPS"
    assert found.projects == (Choice("OPS", "Operations"), Choice("FIN", "Finance"))
    assert found.types == (Choice("10001", "Task"), Choice("10002", "Bug"))
    assert Choice("2", "High") in found.priorities
    assert found.takes_priority and found.takes_assignee


async def test_a_priority_that_is_not_on_the_screen_is_not_asked_for(
    either: JiraPeer, make: Make
) -> None:
    either.screen -= {"priority", "assignee"}
    found = await make(either, project="OPS").catalogue(NOW)
    assert (found.takes_priority, found.takes_assignee, found.priorities) == (False, False, ())


async def test_jira_is_asked_once_in_ten_minutes(peer: JiraPeer, make: Make) -> None:
    jira = make(peer, project="OPS")
    first = await jira.catalogue(NOW)
    asked = len(peer.calls)
    assert await jira.catalogue(NOW + timedelta(minutes=9)) is first
    assert len(peer.calls) == asked
    peer.projects["NEW"] = "New"
    later = await jira.catalogue(NOW + timedelta(minutes=10))
    assert Choice("NEW", "New") in later.projects


async def test_a_silent_jira_leaves_what_it_said_last(peer: JiraPeer, make: Make) -> None:
    jira = make(peer, project="OPS", patience_seconds=0.5)
    first = await jira.catalogue(NOW)
    peer.fail(500, on="read")
    assert await jira.catalogue(NOW + timedelta(hours=1)) == first
    peer.stall(2, on="read")
    assert await jira.catalogue(NOW + timedelta(hours=1)) == first


async def test_a_jira_that_was_never_heard_of_leaves_the_usual(peer: JiraPeer, make: Make) -> None:
    jira = make(peer, project="OPS", url="http://127.0.0.1:9")
    usual = Catalogue("OPS", (Choice("OPS", "OPS"),), (Choice("Task", "Task"),))
    assert await jira.catalogue(NOW) == usual
    assert await jira.people("ann") == ()
    assert await jira.account() == ""


async def test_odd_answers_do_not_break_the_form(peer: JiraPeer, make: Make) -> None:
    from tests.peers.jira.model import Fault

    for body in (b"[]", b"null", b'{"values": 1}', b"7", b'{"values": [1, null]}', b'"x"'):
        peer.faults.extend(Fault("read", 200, body=body) for _ in range(3))
        found = await make(peer, project="OPS").catalogue(NOW)
        assert found.project == "OPS"
        peer.faults.clear()


async def test_people_are_found_by_a_part_of_their_name(either: JiraPeer, make: Make) -> None:
    ann = either.person("Ann Example")
    assert await make(either, project="OPS").people("exam") == (Choice(ann.id, ann.name),)


async def test_costbot_knows_its_own_account(either: JiraPeer, make: Make) -> None:
    jira = make(either)
    assert await jira.account() == await jira.account() == either.bot.id
    assert len(either.calls) == 1
