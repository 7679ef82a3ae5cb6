"""What people do from a message, in Slack and in Teams, and what everybody sees of it."""

import asyncio

import pytest

from domain.finding import Status
from tests.walks.chats import Chat
from tests.walks.office import EVERYWHERE, Office
from tests.walks.sights import both

#: Every walk in both chats and on both engines, not each with each.
pytestmark = pytest.mark.parametrize(
    ("database_url", "chat"), [("sqlite", "slack"), ("postgresql", "teams")], indirect=True
)


async def test_acknowledge_says_who_and_until_when_everywhere(office: Office, chat: Chat) -> None:
    found = await office.finds(*EVERYWHERE)
    await chat.press(found, "Acknowledge")
    await both(office, found, "Acknowledged", "until 24 Nov 2026, 09:00 UTC", chat.who)
    await office.until(lambda: office.incident.status == "acknowledged")
    await office.settled()
    assert f"{chat.who}: acknowledged it" in office.issue.description
    assert "EC2 costs +200 % (acknowledged)" in office.told_datadog()
    assert await office.history(found) == ["costbot found it", f"{chat.who} acknowledged it"]


async def test_nobody_does_anything_for_a_day_and_it_opens_again(
    office: Office, chat: Chat
) -> None:
    found = await office.finds("datadog")
    await chat.press(found, "Acknowledge")
    await both(office, found, "Acknowledged")
    await office.passes(hours=19, minutes=58)
    await office.settled()
    assert office.reminders() == []
    await office.passes(minutes=4)
    await office.until(lambda: len(office.reminders()) == 2)
    for words in office.reminders():
        assert f"costbot reminded {chat.who}: it opens again Tue 24 Nov 09:00 UTC" in words
    await office.passes(hours=3, minutes=55)
    await office.settled()
    assert len(office.reminders()) == 2
    assert (await office.now(found)).status is Status.ACKNOWLEDGED
    await office.passes(minutes=5)
    await both(office, found, "Open", "opened it again: the acknowledgement ran out")
    await office.passes(minutes=1)
    await office.settled()
    assert office.told_datadog()[-1] == "EC2 costs +200 %"
    assert sum("closed it" in words for words in office.reminders()) == 2
    said = [words for words in office.reminders() if "Acknowledge\n" in words]
    assert len(said) == 2 and all("the acknowledgement ran out" in words for words in said)
    await chat.press(found, "Acknowledge")
    await office.passes(minutes=1)
    await office.settled()
    assert len(office.reminders()) == 4
    for words in office.reminders():
        assert "closed it" in words and "Acknowledge\n" not in words


async def test_assign_says_to_whom(office: Office, chat: Chat) -> None:
    found = await office.finds(*EVERYWHERE)
    await chat.opens(found, "Assign")
    assert chat.filled() == {"Who looks after it?": chat.who}
    await chat.send(**{"Who looks after it?": "Bob  Ray"})
    await both(office, found, "Assigned to", "Bob Ray", f"{chat.who} assigned it to Bob Ray")
    await office.settled()
    assert "*Assignee:* Bob Ray" in office.issue.description
    assert (await office.history(found))[-1] == f"{chat.who} assigned it to Bob Ray"


async def test_expected_ends_by_itself(office: Office, chat: Chat) -> None:
    found = await office.finds("datadog")
    await chat.opens(found, "Expected")
    await chat.send(**{"Until which day?": "2026-11-20"})
    assert "from today on" in chat.faults()
    await chat.send(**{"Until which day?": "2026-11-25", "Why?": "load test"})
    await both(office, found, "Expected", "(load test)", chat.who)
    await office.settled()
    assert office.told_datadog()[-1] == "EC2 costs +200 % (expected)"
    await office.passes(hours=70)
    await both(office, found, "Open", "it was expected until now")


async def test_not_an_anomaly_is_kept_and_told_to_aws(office: Office, chat: Chat) -> None:
    found = await office.finds(
        "jira:OPS", "datadog", labels={"service": "EC2", "aws_anomaly": "a-1"}
    )
    await chat.opens(found, "Not an anomaly")
    await chat.send(**{"Why is it none?": "a migration"})
    await both(office, found, "Not an anomaly", f"{chat.who} says it is not an anomaly")
    await office.settled()
    copy = await office.copy(found, "aws")
    assert copy is not None and copy.wish == {"anomaly": "a-1", "feedback": "NO"}
    assert [where for where, _ in office.aws.shown] == ["aws"]
    assert office.issue.status == "Won't Do"
    again = await office.detects(labels=found.labels, seen_at=office.clock())
    assert again.status is Status.DISMISSED
    assert len(office.messages(found)) == len(office.cards(found)) == 1


async def test_resolve_closes_it_in_every_place(office: Office, chat: Chat) -> None:
    found = await office.finds(*EVERYWHERE)
    await chat.press(found, "Resolve")
    await both(office, found, "Resolved", f"{chat.who} resolved it")
    await office.until(lambda: office.incident.status == "resolved")
    await office.settled()
    assert office.issue.status == "Done"
    assert office.told_datadog()[-1] == "EC2 costs +200 % (resolved)"
    assert (await office.history(found))[-1] == f"{chat.who} resolved it"


async def test_a_ticket_is_being_created_at_once_and_then_there(office: Office, chat: Chat) -> None:
    found = await office.finds()
    office.jira.gate.clear()
    await chat.opens(found, "Create Jira ticket")
    assert chat.filled() | {"Note": ""} == {
        "Project": "Operations",
        "Type": "Task",
        "Summary": "EC2 costs +200 %",
        "Priority": "High",
        "Assignee": "",
        "Note": "",
    }
    await chat.send(Summary=" ")
    assert "one line of at most 255" in chat.faults()
    await chat.send(Summary="Look at EC2", Type="Bug", Priority="Low", Assignee="Jo", Note="Hm.")
    await both(office, found, "Jira", "creating…", f"{chat.who} asked for a Jira ticket")
    assert office.jira.issues == []
    office.jira.gate.set()
    await office.settled()
    issue = office.issue
    assert (issue.summary, issue.fields["issuetype"]) == ("Look at EC2", {"id": "10002"})
    assert issue.fields["priority"] == {"id": "4"} and issue.assignee == office.jo
    assert "Hm." in issue.description
    await both(office, found, "Jira")
    link = f"{office.jira.url}/browse/OPS-1"
    assert link in office.messages(found)[-1].links
    assert "OPS-1" in office.in_teams(found) and "creating" not in office.in_teams(found)
    assert "Create Jira ticket" not in office.messages(found)[-1].buttons
    assert (await office.history(found))[-1] == f"{chat.who} asked for a Jira ticket"


async def test_a_page_needs_a_confirmation_and_there_are_five_an_hour(
    office: Office, chat: Chat
) -> None:
    found = [await office.finds(service=name) for name in ("A", "B", "C", "D", "E", "F")]
    for one in found[:5]:
        await chat.opens(one, "Page")
        before = office.pagerduty.pages
        await chat.send(**{"What should they know?": "Hurry"})
        await office.until(lambda known=before: office.pagerduty.pages > known)
    assert office.incident.payload["custom_details"]["Note"] == "Hurry"
    assert office.incident.payload["custom_details"]["Asked for by"] == chat.who
    await both(office, found[4], "PagerDuty", "paged", f"{chat.who} asked for a page")
    await chat.opens(found[5], "Page")
    await chat.send()
    await chat.hears("You asked for 5 pages within an hour")
    await office.settled()
    assert office.pagerduty.pages == 5
    await office.passes(minutes=61)
    await chat.opens(found[5], "Page")
    await chat.send()
    await office.until(lambda: office.pagerduty.pages == 6)


@pytest.mark.parametrize("do", ["ticket", "page"])
async def test_any_message_becomes_a_ticket_or_a_page(office: Office, chat: Chat, do: str) -> None:
    await chat.picks(do, "The bill of team ml looks odd")
    await chat.send()
    await office.until(lambda: office.jira.issues or office.pagerduty.incidents)
    await office.settled()
    found = await office.memory.findings.get("#1")
    assert found is not None and found.title == "The bill of team ml looks odd"
    assert [copy.destination for copy in await office.memory.findings.showings(found.id)][-1:] == [
        chat.place
    ] or chat.place.startswith("slack")
    await office.until(lambda: found.title in chat.sees(found))
    if do == "ticket":
        assert office.issue.summary == found.title
    else:
        assert office.incident.payload["summary"] == found.title
    assert chat.who in (await office.history(found))[-1]


async def test_a_snooze_shows_what_it_silences_and_ends(office: Office, chat: Chat) -> None:
    first, second = await office.finds(), await office.finds(service="S3")
    other = await office.finds(service="RDS", labels={"service": "RDS", "team": "search"})
    await chat.opens(first, "Snooze")
    choices = chat.offered()["What?"]
    assert choices[0] == "Only #1"
    team = next(one for one in choices if "team payments" in one)
    assert "also #2" in team and "#3" not in team
    await chat.send(**{"For how long?": "4 hours", "What?": team})
    for one in (first, second):
        await both(office, one, "Snoozed", "until 23 Nov 2026, 13:00 UTC", chat.who)
    assert (await office.now(other)).status is Status.OPEN
    muted = await office.detects(service="Lambda")
    assert await office.memory.findings.showings(muted.id) == ()
    [mute] = await office.memory.mutes.active(office.clock())
    assert (mute.who, dict(mute.labels)) == (chat.who, {"team": "payments"})
    await office.passes(hours=4, minutes=1)
    for one in (first, second):
        await both(office, one, "Open", "the snooze is over")
    await office.detects(service="Lambda")
    await both(office, muted, "Lambda")


async def test_a_mute_that_is_ended_leaves_a_trace(office: Office, chat: Chat) -> None:
    first = await office.finds()
    await chat.opens(first, "Snooze")
    everything = next(one for one in chat.offered()["What?"] if "service EC2" in one)
    await chat.send(**{"For how long?": "4 hours", "What?": everything})
    await both(office, first, "Snoozed")
    await office.slack.command(office.ann, office.room, "unmute 1")
    await office.until(lambda: any("Mute 1 is removed" in one.words for one in office.whispers()))
    lines = await office.memory.findings.history("mute:1")
    assert [f"{line.who} {line.what}" for line in lines] == [
        f"{chat.who} muted kind=spike service=EC2 until 2026-11-23 13:00 UTC",
        "ann removed the mute",
    ]
    assert all(line.by for line in lines)


async def test_what_could_not_be_made_is_not_said_to_be_there(office: Office, chat: Chat) -> None:
    found = await office.finds()
    office.jira.fail(403, times=9)
    await chat.opens(found, "Create Jira ticket")
    await chat.send()
    await both(office, found, "Jira", "not created", "Jira forbids it")
    await office.slack.command(office.ann, office.room, "ticket 1")
    await office.until(
        lambda: any("#1 could not be created" in one.words for one in office.whispers())
    )
    office.jira.faults.clear()
    await office.slack.command(office.ann, office.room, "undelivered")
    said = await office.until(
        lambda: next((one for one in office.whispers() if "Not delivered" in one.words), None)
    )
    await office.slack.click(office.ann, said, "Try #1 at jira again")
    await both(office, found, f"{office.jira.url}/browse/OPS-1")


async def test_a_click_twice_is_one_step(office: Office, chat: Chat) -> None:
    found = await office.finds("pagerduty")
    await asyncio.gather(chat.press(found, "Resolve"), chat.press(found, "Resolve"))
    await both(office, found, "Resolved")
    await office.settled()
    assert await office.history(found) == ["costbot found it", f"{chat.who} resolved it"]


async def test_a_form_outlives_a_restart_of_the_bot(office: Office, chat: Chat) -> None:
    found = await office.finds()
    await chat.opens(found, "Create Jira ticket")
    await office.restart()
    await chat.send(Summary="Look at EC2")
    await both(office, found, f"{office.jira.url}/browse/OPS-1")
    assert [issue.summary for issue in office.jira.issues] == ["Look at EC2"]


async def test_a_card_that_somebody_asked_for_works_like_the_message(
    office: Office, chat: Chat
) -> None:
    found = await office.finds()
    await chat.asks("finding 1")
    await chat.press_there("Acknowledge")
    await both(office, found, "Acknowledged", f"{chat.who} acknowledged it")
    await office.until(lambda: f"{chat.who} acknowledged it" in chat.there())
    await chat.open_there("Assign")
    await chat.send(**{"Who looks after it?": "Bob"})
    await both(office, found, f"{chat.who} assigned it to Bob")
    await office.until(lambda: f"{chat.who} assigned it to Bob" in chat.there())
    assert len(office.messages(found)) == len(office.cards(found)) == 1


async def test_the_numbers_behind_it_are_shown_beside_the_message(
    office: Office, chat: Chat
) -> None:
    found = await office.finds(command="help")
    before = chat.sees(found)
    await chat.press(found, "Show the cost")
    await office.until(lambda: "What you can ask" in chat.there())
    assert chat.sees(found) == before, "the message stays what it was"
    assert len(office.messages(found)) == len(office.cards(found)) == 1
