"""What people do in Jira and PagerDuty reaches the chats, and what they do there reaches these."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from domain.finding import Status
from domain.ports import Sighting
from tests.peers.pagerduty import integration
from tests.peers.trouble import Fault
from tests.walks.news import begun, done, opened, who
from tests.walks.office import EVERYWHERE, Office
from tests.walks.sights import both

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
#: Both systems and both engines, not each with each.
each = pytest.mark.parametrize(
    ("database_url", "system"),
    [("sqlite", "jira"), ("postgresql", "pagerduty")],
    indirect=["database_url"],
)


async def test_done_in_jira_closes_it_everywhere_and_the_way_back_opens_it(office: Office) -> None:
    found = await office.finds(*EVERYWHERE)
    assert await office.jira_says("Won't Do") == 202
    await both(office, found, "Resolved", "Jo in Jira resolved it")
    await office.until(lambda: office.incident.status == "resolved")
    await office.settled()
    assert office.told_datadog()[-1] == "EC2 costs +200 % (resolved)"
    assert office.issue.status == "Won't Do"
    await office.jira_says("In Progress")
    await both(office, found, "Open", "Jo in Jira opened it again")
    await office.until(lambda: office.pagerduty.pages == 2)
    await office.settled()
    assert office.issue.status == "In Progress"
    assert await office.history(found) == [
        "costbot found it",
        "Jo in Jira resolved it",
        "Jo in Jira opened it again",
    ]


async def test_work_in_jira_acknowledges_and_names_who(office: Office) -> None:
    found = await office.finds(*EVERYWHERE)
    await office.jira_says("In Progress")
    await both(office, found, "Acknowledged", "Jo in Jira acknowledged it")
    await office.until(lambda: office.incident.status == "acknowledged")
    office.issue.assignee = office.jo
    await office.jira_says("In Progress", changed=("assignee",))
    await both(office, found, "Jo in Jira assigned it to Jo")
    assert (await office.now(found)).assignee == "Jo"
    office.issue.assignee = None
    await office.jira_says("In Progress", changed=("assignee",))
    await both(office, found, "Jo in Jira assigned it to nobody")
    assert (await office.now(found)).assignee == ""


async def test_pagerduty_says_who_has_taken_it_and_when_it_is_over(office: Office) -> None:
    found = await office.finds(*EVERYWHERE)
    assert await office.pager_says("acknowledged", found) == 202
    await both(office, found, "Acknowledged", "Pat in PagerDuty acknowledged it")
    await office.settled()
    assert "Pat in PagerDuty: acknowledged it" in office.issue.description
    await both(office, found, "https://acme.pagerduty.com/incidents/PINC001")
    await office.pager_says("unacknowledged", found)
    await both(office, found, "Open", "Pat in PagerDuty let go of it")
    await office.pager_says("reassigned", found)
    await both(office, found, "Assigned to", "Pat")
    await office.pager_says("resolved", found)
    await both(office, found, "Resolved", "Pat in PagerDuty resolved it")
    await office.settled()
    assert office.issue.status == "Done"
    assert office.told_datadog()[-1] == "EC2 costs +200 % (resolved)"


@each
async def test_the_same_news_has_one_effect(office: Office, system: str) -> None:
    found = await office.finds(*EVERYWHERE)
    news = done(office, system, found)
    assert await office.hears(system, news) == 202
    await both(office, found, "Resolved")
    await office.slack.click(office.ann, office.messages(found)[-1], "Open again")
    await both(office, found, "Open", "ann opened it again")
    assert await office.hears(system, news) == 202
    await office.settled()
    # Long after it was forgotten that it was heard, it is old news all the same.
    await office.passes(days=2)
    assert await office.hears(system, news) == 202
    await office.settled()
    assert (await office.now(found)).status is Status.OPEN
    assert (await office.history(found))[1:] == [
        f"{who(system)} resolved it",
        "ann opened it again",
    ]


@each
async def test_news_that_had_no_effect_has_none_later(office: Office, system: str) -> None:
    found = await office.finds(*EVERYWHERE)
    await office.slack.click(office.ann, office.messages(found)[-1], "Acknowledge")
    await both(office, found, "ann acknowledged it")
    news = begun(office, system, found)
    await office.hears(system, news)
    await office.slack.click(office.ann, office.messages(found)[-1], "Open again")
    await both(office, found, "ann opened it again")
    await office.hears(system, news)
    assert (await office.now(found)).status is Status.OPEN
    # What was so all along is known from a moment on, too.
    before = office.clock()
    await office.passes(minutes=1)
    await office.hears(system, opened(office, system, found))
    await office.hears(system, done(office, system, found, at=before))
    assert (await office.now(found)).status is Status.OPEN


@each
async def test_older_news_never_undoes_what_came_later(office: Office, system: str) -> None:
    found = await office.finds(*EVERYWHERE)
    before = office.clock()
    await office.passes(minutes=10)
    late = done(office, system, found, at=before)
    await office.hears(system, begun(office, system, found))
    await office.hears(system, late)
    assert (await office.now(found)).status is Status.ACKNOWLEDGED
    # Nor what people, or costbot itself, did here meanwhile.
    before = office.clock()
    await office.passes(minutes=10)
    await office.slack.click(office.ann, office.messages(found)[-1], "Resolve")
    await both(office, found, "ann resolved it")
    await office.passes(minutes=10)
    await office.finds(*EVERYWHERE)
    await both(office, found, "costbot saw it come back")
    await office.hears(system, done(office, system, found, at=before))
    await office.hears(system, done(office, system, found, at=before + timedelta(minutes=15)))
    assert (await office.now(found)).status is Status.OPEN


@sqlite
async def test_what_was_done_to_a_copy_before_a_word_about_it_still_counts(office: Office) -> None:
    """Jira takes its time to tell; that somebody was assigned here meanwhile is no answer."""
    found = await office.finds(*EVERYWHERE)
    done = office.jira_news("Done")
    await office.passes(minutes=1)
    await office.memory.findings.change(
        found.id, lambda known: known.noted(office.clock(), "ann", "assigned it to Bob", "slack:U1")
    )
    await office.hears("jira", done)
    await both(office, found, "Resolved", "Jo in Jira resolved it")


@sqlite
async def test_its_own_doings_are_no_news(office: Office) -> None:
    found = await office.finds(*EVERYWHERE)
    await office.jira_says("Done", who=office.jira.bot)
    await office.pager_says("acknowledged", found, who=integration())
    assert (await office.now(found)).status is Status.OPEN
    assert await office.history(found) == ["costbot found it"]


async def test_news_that_was_cut_short_is_no_news_yet(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot stops while it writes: what is sent again must not pass for handled."""
    found = await office.finds(*EVERYWHERE)
    news = office.jira_news("Done")

    async def cut(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(type(office.memory.findings), "change", cut)
        with pytest.raises(aiohttp.ClientError):
            await office.hears("jira", news)
    await office.restart()
    assert await office.hears("jira", news) == 202
    await both(office, found, "Resolved", "Jo in Jira resolved it")


async def test_where_the_incident_is_told_while_it_is_being_made(office: Office) -> None:
    """PagerDuty tells of an incident before its answer has arrived."""
    office.pagerduty.troubles.next(Fault(seconds=5.0))
    [found] = await office.reports(Sighting(office.spike(), (*office.rooms, "pagerduty")))
    await office.until(lambda: office.pagerduty.requests)
    await office.pager_says("triggered", found, who=integration())
    office.pagerduty.troubles.released.set()
    await office.settled()
    await both(office, found, "https://acme.pagerduty.com/incidents/PINC001")
    assert office.pagerduty.pages == 1


async def test_back_within_a_week_it_is_the_same_ticket_and_later_a_new_one(
    office: Office,
) -> None:
    found = await office.finds(*EVERYWHERE)
    await office.jira_says("Done")
    await both(office, found, "Resolved")
    # What is on its way when the days go by would be news of another week.
    await office.settled()
    await office.passes(days=6)
    await office.finds(*EVERYWHERE)
    await both(office, found, "Open", "costbot saw it come back")
    await office.passes(minutes=1)
    await office.until(lambda: len(office.reminders()) == 2)
    assert all("costbot saw it come back" in words for words in office.reminders())
    await office.until(lambda: office.pagerduty.pages == 2)
    assert [issue.status for issue in office.jira.issues] == ["To Do"]
    assert len(office.messages(found)) == len(office.cards(found)) == 1
    await office.slack.click(office.ann, office.messages(found)[-1], "Resolve")
    await both(office, found, "ann resolved it")
    await office.settled()
    await office.passes(days=8)
    await office.finds(*EVERYWHERE)
    assert [issue.status for issue in office.jira.issues] == ["Done", "To Do"]
    assert len(office.messages(found)) == len(office.cards(found)) == 2
    await both(office, found, "Open")
    # News of the old ticket is of the past.
    await office.jira_says("Done", issue=office.jira.issues[0])
    assert (await office.now(found)).status is Status.OPEN


async def test_a_restart_in_between_loses_nothing(office: Office) -> None:
    found = await office.finds("pagerduty")
    office.jira.fail(503, times=2)
    office.slack.fail_next("chat.update", 503)
    show = {"jira:OPS": {"summary": "Look"}}
    await office.memory.findings.change(found.id, lambda known: known, show)
    await office.restart()
    while not office.jira.issues:
        await office.passes(minutes=3)
        await asyncio.sleep(0.05)
    await office.settled()
    assert len(office.jira.issues) == 1
    news = office.jira_news("Done")
    await office.restart()
    assert await office.hears("jira", news) == 202
    await office.restart()
    assert await office.hears("jira", news) == 202
    await both(office, found, "Resolved", "Jo in Jira resolved it")
    await office.until(lambda: office.incident.status == "resolved")
    assert (await office.history(found)).count("Jo in Jira resolved it") == 1
    assert len(office.messages(found)) == len(office.cards(found)) == 1
