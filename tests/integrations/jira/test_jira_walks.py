"""The life of a ticket: made, brought up to date, closed, opened again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.delivery import Receipt, Showing
from domain.errors import PermanentError
from domain.finding import Entry, Finding, Severity, Status
from integrations.jira import Jira
from tests.contracts.suite import FINDING, NOW, dearer, receipts
from tests.integrations.jira.conftest import Make
from tests.peers.jira import Issue, JiraPeer

PLACE = "jira:OPS"
CLOSED = replace(FINDING, status=Status.RESOLVED, resolved_at=NOW, revision=9)
SLACK = Showing(
    "slack:C1", Receipt("slack:C1", "1.2", "https://company.slack.example/archives/C1/p12")
)


async def show(jira: Jira, finding: Finding, known: Receipt | None = None, **wish: str) -> Receipt:
    return await jira.upsert(finding, receipts(PLACE, receipt=known, **wish))


def only(peer: JiraPeer) -> Issue:
    (issue,) = [one for one in peer.issues if not one.deleted]
    return issue


async def test_a_new_ticket_says_what_was_found(either: JiraPeer, make: Make) -> None:
    receipt = await show(make(either), FINDING)
    issue = only(either)
    assert issue.summary == FINDING.title
    assert issue.fields["issuetype"] == {"name": "Task"}
    assert "*Impact:* 120.00 USD" in issue.description
    assert "*Account:* payments" in issue.description
    assert receipt.ref == "OPS-1"
    assert receipt.url == f"{either.url}/browse/OPS-1"
    assert not either.problems


async def test_label_and_property_come_with_the_same_write(either: JiraPeer, make: Make) -> None:
    await show(make(either), FINDING)
    issue = only(either)
    mark, own = issue.labels
    assert mark == "costbot" and own.startswith("costbot-")
    assert issue.properties["costbot.finding"]["finding"] == FINDING.id
    assert either.writes == [("POST", "/issue")]


async def test_a_wish_is_granted(either: JiraPeer, make: Make) -> None:
    ann = either.person("Ann")
    wish = {
        "project": "FIN",
        "type": "10002",
        "priority": "High",
        "assignee": ann.id,
        "summary": "Look into EC2",
        "note": "Please this week.\n\n{code}",
    }
    receipt = await show(make(either), FINDING, **wish)
    issue = only(either)
    assert (receipt.ref, issue.assignee, issue.summary) == ("FIN-1", ann, "Look into EC2")
    assert issue.fields["issuetype"] == {"id": "10002"}
    assert issue.fields["priority"] == {"name": "High"}
    assert "Please this week.\n\\{code\\}" in issue.description


async def test_a_severity_has_its_usual_priority(peer: JiraPeer, make: Make) -> None:
    await show(make(peer, priorities={Severity.HIGH: "Highest"}), FINDING)
    assert only(peer).fields["priority"] == {"name": "Highest"}


async def test_a_priority_that_the_screen_lacks_is_left_out(peer: JiraPeer, make: Make) -> None:
    peer.screen.remove("priority")
    await show(make(peer), FINDING, priority="High")
    assert "priority" not in only(peer).fields
    assert peer.writes == [("POST", "/issue")] * 2


async def test_two_fields_that_the_screen_lacks_are_left_out(peer: JiraPeer, make: Make) -> None:
    peer.screen -= {"priority", "assignee"}
    await show(make(peer), FINDING, priority="High", assignee=peer.person("Ann").id)
    assert only(peer).assignee is None
    assert len(peer.writes) == 2


async def test_without_its_label_no_ticket_is_made(peer: JiraPeer, make: Make) -> None:
    """The label is how a ticket is found again."""
    peer.screen.remove("labels")
    with pytest.raises(PermanentError, match="labels"):
        await show(make(peer), FINDING)
    assert (peer.issues, len(peer.writes)) == ([], 1)


async def test_a_field_that_the_project_insists_on_is_named(peer: JiraPeer, make: Make) -> None:
    peer.required["customfield_10010"] = "Team is required."
    with pytest.raises(PermanentError, match="customfield_10010: Team is required"):
        await show(make(peer), FINDING)


async def test_a_project_that_nobody_knows_is_named(either: JiraPeer, make: Make) -> None:
    with pytest.raises(PermanentError, match="no project NOPE"):
        await make(either).upsert(FINDING, receipts("jira:NOPE"))


async def test_no_project_at_all_is_said_before_anything_is_asked(
    peer: JiraPeer, make: Make
) -> None:
    for place in ("jira", "jira:", 'jira:O" OR project != "', "jira:1A"):
        with pytest.raises(PermanentError, match="no Jira project"):
            await make(peer).upsert(FINDING, receipts(place))
    assert peer.calls == []
    assert (await make(peer, project="FIN").upsert(FINDING, receipts("jira"))).ref == "FIN-1"


async def test_the_same_again_is_not_even_asked_about(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    receipt = await show(jira, FINDING)
    before = len(peer.calls)
    assert await show(jira, replace(FINDING, revision=2), receipt) == receipt
    assert len(peer.calls) == before


async def test_a_daily_report_comments_only_when_its_number_changed(
    either: JiraPeer, make: Make
) -> None:
    jira = make(either)
    receipt = await show(jira, FINDING)
    for amount in ("120", "340", "340.004", "340", "1250.5"):
        receipt = await show(jira, dearer(FINDING, amount), receipt)
    first, second = only(either).comments
    assert first.startswith("Impact is now 340.00 USD; it was 120.00 USD.")
    assert second.startswith("Impact is now 1,250.50 USD; it was 340.00 USD.")
    assert "*Impact:* 1,250.50 USD" in only(either).description
    assert len(either.writes) == 3


async def test_the_description_learns_where_else_the_finding_is(
    either: JiraPeer, make: Make
) -> None:
    jira = make(either)
    receipt = await show(jira, FINDING)
    told = replace(FINDING, log=(Entry(NOW, "Ann", "acknowledged"),), revision=2)
    receipt = await jira.upsert(told, receipts(PLACE, receipt=receipt, others=(SLACK,)))
    assert f"* [Slack|{SLACK.receipt.url}]" in only(either).description
    assert "Ann: acknowledged" in only(either).description
    assert only(either).comments == []
    await jira.upsert(CLOSED, receipts(PLACE, receipt=receipt, others=(SLACK,)))
    assert "*Status:* resolved" in only(either).description


async def test_a_description_that_somebody_edited_is_left_alone(
    either: JiraPeer, make: Make
) -> None:
    jira = make(either)
    receipt = await show(jira, FINDING)
    edited = only(either).description.replace("payments", "payments (ask Ann)")
    only(either).fields["description"] = edited
    await show(jira, dearer(FINDING, "340"), receipt)
    assert only(either).description == edited
    assert len(only(either).comments) == 1


async def test_a_closed_finding_moves_its_ticket_to_done(either: JiraPeer, make: Make) -> None:
    jira = make(either)
    receipt = await show(jira, CLOSED, await show(jira, FINDING))
    assert only(either).status == "Done"
    before = len(either.calls)
    assert await show(jira, CLOSED, receipt) == receipt
    assert len(either.calls) == before


async def test_a_dismissed_finding_is_not_called_done(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    dismissed = replace(FINDING, status=Status.DISMISSED, revision=2)
    await show(jira, dismissed, await show(jira, FINDING))
    assert only(peer).status == "Won't Do"


async def test_a_finding_that_is_open_again_opens_its_ticket(either: JiraPeer, make: Make) -> None:
    jira = make(either)
    receipt = await show(jira, CLOSED, await show(jira, FINDING))
    await show(jira, replace(FINDING, revision=10), receipt)
    assert only(either).status == "To Do"


async def test_a_ticket_that_people_closed_stays_closed(either: JiraPeer, make: Make) -> None:
    jira = make(either)
    receipt = await show(jira, FINDING)
    only(either).status = "Done"
    receipt = await show(jira, dearer(FINDING, "340"), receipt)
    assert only(either).status == "Done"
    receipt = await show(jira, CLOSED, receipt)
    assert ("POST", "/issue/OPS-1/transitions") not in either.calls


async def test_what_came_back_after_long_is_another_ticket(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    await show(jira, FINDING)
    receipt = await show(jira, replace(FINDING, occurrence=2))
    assert receipt.ref == "OPS-2"


async def test_a_finding_closed_before_its_ticket_was_made_has_a_closed_one(
    peer: JiraPeer, make: Make
) -> None:
    await show(make(peer), CLOSED)
    assert only(peer).status == "Done"


async def test_a_workflow_without_a_way_to_done_is_named(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    receipt = await show(jira, FINDING)
    peer.workflow = {"21": "In Progress"}
    with pytest.raises(PermanentError, match="OPS-1 cannot be moved to a status of the category"):
        await show(jira, CLOSED, receipt)
    fresh = await show(jira, replace(CLOSED, key="other"))
    assert fresh.ref == "OPS-2", "a new ticket that cannot be closed is still a ticket"


async def test_another_assignee_is_passed_on_once(either: JiraPeer, make: Make) -> None:
    jira, ann, bob = make(either), either.person("Ann"), either.person("Bob")
    receipt = await show(jira, FINDING, assignee=ann.id)
    receipt = await show(jira, FINDING, receipt, assignee=bob.id)
    assert only(either).assignee == bob
    only(either).assignee = ann
    await show(jira, FINDING, receipt, assignee=bob.id)
    assert only(either).assignee == ann, "people decide what happens after that"
    await show(jira, FINDING, receipt, assignee="")
    assert only(either).assignee is None


async def test_a_ticket_that_was_moved_is_followed(peer: JiraPeer, make: Make) -> None:
    """Jira answers to the old key, with the new one."""
    jira = make(peer)
    receipt = await show(jira, FINDING)
    issue = only(peer)
    peer.issue = lambda key: issue if key in ("OPS-1", "FIN-7") else None  # type: ignore[method-assign]
    issue.key = "FIN-7"
    moved = await show(jira, dearer(FINDING, "340"), receipt)
    assert (moved.ref, moved.url) == ("FIN-7", f"{peer.url}/browse/FIN-7")


async def test_a_deleted_ticket_is_not_made_again_by_itself(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    receipt = await show(jira, FINDING)
    only(peer).deleted = True
    with pytest.raises(PermanentError, match="OPS-1 was deleted"):
        await show(jira, dearer(FINDING, "340"), receipt)
    again = await show(jira, FINDING)
    assert again.ref == "OPS-2", "but whoever asks for a ticket again gets one"


async def test_a_ticket_from_before_is_taken_up(either: JiraPeer, make: Make) -> None:
    """Its property tells which number people know."""
    await show(make(either), FINDING)
    receipt = await show(make(either), dearer(FINDING, "340"))
    assert receipt.ref == "OPS-1"
    assert only(either).comments[0].startswith("Impact is now 340.00 USD; it was 120.00 USD.")
    await show(make(either), dearer(FINDING, "340"), receipt)
    assert len(only(either).comments) == 1


async def test_a_ticket_confirmed_without_a_memo_is_taken_up(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    receipt = await show(jira, FINDING)
    for memo in ("", "{}", "null", "[1]", '{"amount": 1}', "nonsense"):
        known = Receipt(PLACE, receipt.ref, receipt.url, memo)
        assert (await show(jira, FINDING, known)).memo == receipt.memo
    assert peer.writes == [("POST", "/issue")]


async def test_the_library_is_imported_only_when_something_is_shown() -> None:
    import subprocess
    import sys

    code = (
        "import sys, integrations.jira as ours; ours.Jira('https://j.example', 't');"
        "sys.exit('jira' in sys.modules or 'requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0  # noqa: ASYNC221


async def test_time_between_attempts_is_an_argument(peer: JiraPeer, make: Make) -> None:
    later = receipts(PLACE, now=NOW + timedelta(days=400))
    assert (await make(peer).upsert(FINDING, later)).ref == "OPS-1"
