"""From "report daily here at 09:00" to the message in the channel, and to its end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bot import jobs, registry
from bot.scheduler import Scheduler
from cards import text
from cards.model import Button, Buttons
from domain.delivery import Receipt, Receipts, Showing
from domain.finding import Finding, Severity
from domain.ports import Sighting
from handlers.alerts.report import ALERT
from handlers.kinds import Origin, StateOf, Surface
from store.lake.load import load
from store.state import FindingStore
from tests.demo.raw import Raw
from tests.lake.bills import write_csv
from tests.reports.conftest import NOW, Bot, said
from tests.reports.test_numbers import SETTLED, summed
from tests.walks.conftest import EC2, S3, bill_row

DAY = timedelta(days=1)
OTHER_ROOM = Origin("slack", "C2", Surface.ROOM)


def state(bot: Bot) -> StateOf:
    assert bot.router.use.memory is not None
    return bot.router.use.memory


def store(bot: Bot) -> FindingStore:
    found = state(bot).findings
    assert isinstance(found, FindingStore)
    return found


def scheduler(bot: Bot, *extra: jobs.Job) -> Scheduler:
    source = jobs.reports(state(bot).subscriptions, ("datadog:metrics",))
    return Scheduler(bot.router.use, store(bot), lambda: bot.at, extra, source)


async def drawn(bot: Bot, finding: Finding) -> str:
    assert ALERT.draw is not None
    mine = Showing("slack:C1", Receipt("slack:C1"))
    card = await ALERT.draw(bot.context, finding, Receipts(mine, bot.at))
    return " ".join(text.render(card, width=200).split())


def buttons(bot_answer) -> list[Button]:
    rows = [block.items for block in bot_answer.card.blocks if isinstance(block, Buttons)]
    return [button for row in rows for button in row]


async def test_the_card_says_what_where_and_when_next(bot: Bot) -> None:
    answer = await bot.ask("report daily here at 09:00 America/New_York by team")
    shown = said(answer)
    assert "Subscribed: every day at 09:00 America/New_York" in shown
    assert "What /cost report daily by team" in shown
    assert "Where this channel" in shown
    assert "Next Mon 23 Nov 2026, 09:00 America/New_York" in shown
    assert "In UTC Mon 23 Nov 2026, 14:00 UTC" in shown
    assert [button.label for button in buttons(answer)] == ["Send one now", "Stop"]
    (one,) = await state(bot).subscriptions.listed("slack:C1")
    assert (one.words, one.every, one.at, one.zone) == (
        "report daily by team", "day", "09:00", "America/New_York"
    )  # fmt: skip
    assert (one.who, one.by) == ("Ada", "slack:U1")


async def test_what_was_left_open_is_filled_in_and_said(bot: Bot) -> None:
    shown = await bot.said("report weekly here")
    assert "every Tuesday at 09:00 Europe/Berlin" in shown
    assert "first day on which the last week is settled" in shown
    assert "You named no time zone, so it is Europe/Berlin." in shown
    assert "You named no time, so it is 09:00." in shown
    assert "every month on the 3rd" in await bot.said("report monthly here at 8 UTC")


async def test_each_place_has_its_own(bot: Bot) -> None:
    await bot.ask("report daily at 9 UTC")
    await bot.ask("report weekly at 9 UTC", OTHER_ROOM)
    assert "report weekly" not in await bot.said("subscriptions")
    assert "1: /cost report daily" in await bot.said("subscriptions")
    assert (await bot.ask("unsubscribe 2")).refused
    assert not (await bot.ask("unsubscribe 2", OTHER_ROOM)).refused
    assert "Nothing is sent to this channel by itself" in await bot.said(
        "subscriptions", OTHER_ROOM
    )


async def test_stop_and_start_again(bot: Bot) -> None:
    for when in ("every workday at 08:15 UTC", "every month on the last day at 9 UTC"):
        await bot.ask(f"subscribe by service last 7d {when}")
        before = await state(bot).subscriptions.listed()
        stopped = await bot.ask("unsubscribe")
        assert await state(bot).subscriptions.listed() == ()
        (again,) = buttons(stopped)
        await bot.ask(again.action.args["text"])
        after = await state(bot).subscriptions.listed()
        assert [replace(one, number=0) for one in after] == [
            replace(one, number=0) for one in before
        ]
        await bot.ask("unsubscribe")


async def test_what_could_never_be_answered_is_refused_at_once(bot: Bot) -> None:
    for words in (
        "report daily at 9 by colour",
        "subscribe by colour daily at 9",
        "subscribe unsubscribe 1 daily at 9",
        "subscribe by service at 9",
        "subscribe",
    ):
        answer = await bot.ask(words)
        assert answer.refused and buttons(answer), words
    assert await state(bot).subscriptions.listed() == ()


async def test_no_place_is_flooded(bot: Bot) -> None:
    for hour in range(26):
        answer = await bot.ask(f"subscribe status daily at {hour % 24:02}:{hour:02} UTC")
    assert answer.refused
    assert len(await state(bot).subscriptions.listed()) == 25


async def test_at_its_time_the_report_is_a_finding_for_its_place(bot: Bot, raw: Raw) -> None:
    await bot.ask("report daily here at 10:00")
    bot.at = NOW + timedelta(hours=1)
    (finding,) = await scheduler(bot).tick(bot.at)
    assert (finding.kind, finding.key, finding.severity) == (
        "report", "1:2026-11-23", Severity.INFO
    )  # fmt: skip
    assert finding.command == "report daily 2026-11-21"
    total = summed(raw, SETTLED, SETTLED)
    before = summed(raw, *[SETTLED - DAY] * 2)
    assert finding.impact is not None and finding.impact.amount == total - before
    copies = await state(bot).findings.showings(finding.id)
    assert [copy.destination for copy in copies] == ["datadog:metrics", "slack:C1"]
    daily = [one for one in finding.measurements if one.name == "cost.daily"]
    for tag in ("service", "account"):
        values = [one.value for one in daily if tag in one.tags]
        assert sum(values) == total and len(values) <= 11
    (month,) = (one for one in finding.measurements if one.name == "cost.month_to_date")
    assert month.value == summed(raw, date(2026, 11, 1), SETTLED)


async def test_a_part_does_not_pass_for_the_whole_in_the_metrics(bot: Bot) -> None:
    await bot.ask("report daily at 10:00 where team=payments")
    bot.at = NOW + timedelta(hours=1)
    (finding,) = await scheduler(bot).tick(bot.at)
    assert finding.measurements == ()
    copies = await state(bot).findings.showings(finding.id)
    assert [copy.destination for copy in copies] == ["slack:C1"]


async def test_any_command_can_be_sent(bot: Bot) -> None:
    await bot.ask("subscribe by service yesterday every day at 10:00")
    bot.at = NOW + timedelta(hours=1)
    (finding,) = await scheduler(bot).tick(bot.at)
    assert finding.title == "Cost by service, yesterday"
    bot.at += 3 * DAY
    shown = await drawn(bot, finding)
    assert shown.startswith("Cost by service, yesterday"), "of the day on which it was due"
    assert "Sun 22 Nov 2026 (UTC days)" in shown
    assert "/cost unsubscribe 1" in shown


async def test_the_picture_stays_about_its_day_and_sheds_what_only_a_person_needs(
    bot: Bot,
) -> None:
    await bot.ask("report daily at 10:00")
    bot.at = NOW + timedelta(hours=1)
    (finding,) = await scheduler(bot).tick(bot.at)
    first = await drawn(bot, finding)
    bot.at += 5 * DAY
    again = await drawn(bot, finding)
    assert first == again
    assert "Daily report, Sat 21 Nov 2026" in first
    assert "Share" not in first


async def test_open_findings_are_in_the_report_with_their_links(bot: Bot) -> None:
    findings = store(bot)
    spike = Finding(
        kind="spike", key="ec2", title="EC2 costs +214 %", severity=Severity.HIGH, seen_at=NOW
    )
    report = replace(spike, kind="report", key="9:2026-11-22", title="Daily report of yesterday")
    await findings.report([Sighting(spike, ("slack:C1",)), Sighting(report)], NOW)
    shown = await bot.said("report daily")
    assert "1 open finding" in shown and "EC2 costs +214 %" in shown
    assert "Daily report of yesterday" not in shown


def bill(folder: Path, cost: str) -> Path:
    days = [("2026-11-20", "30"), ("2026-11-21", cost), ("2026-11-22", "1")]
    rows = [
        bill_row(day, service, amount, "payments") for day, amount in days for service in (EC2, S3)
    ]
    return write_csv(folder / "bill.csv", rows)


async def test_a_message_is_drawn_anew_when_its_number_moved(
    tmp_path: Path, bot_of: Callable[[Path], Bot]
) -> None:
    load([bill(tmp_path, "30")], tmp_path, NOW - timedelta(hours=2))
    bot = bot_of(tmp_path)
    await bot.ask("report daily at 10:00")
    ticker = scheduler(bot, jobs.refresh(bot.router.use.lake, store(bot)))
    bot.at = NOW + timedelta(hours=1)
    (sent,) = await ticker.tick(bot.at)
    for hours, cost, title, revision in (
        (2, "30.1", "$60.00, $0.00 (0.0 %)", 1),
        (26, "31", "$62.00, +$2.00 (+3.3 %)", 2),
        (27, "31", "$62.00, +$2.00 (+3.3 %)", 2),
    ):
        load([bill(tmp_path, cost)], tmp_path, NOW + timedelta(hours=hours))
        bot.at = NOW + timedelta(hours=hours, minutes=1)
        await ticker.tick(bot.at)
        known = await store(bot).get(sent.id)
        assert known is not None
        assert known.title == f"Daily report, Sat 21 Nov 2026: {title}"
        assert known.revision == revision
    assert known.impact is not None and known.impact.amount == Decimal(2)
    assert dict(known.facts)["Corrected Tue 24 Nov 2026"] == "it was $60.00: +$2.00 (+3.3 %)"
    shown = await drawn(bot, known)
    assert "Corrected Tue 24 Nov 2026: it was $60.00: +$2.00 (+3.3 %)." in shown
    assert "$62.00" in shown


async def test_a_number_that_moved_as_much_as_the_day_before_it_is_put_right_too(
    tmp_path: Path, bot_of: Callable[[Path], Bot]
) -> None:
    """The change against the day before is the same as it was; the sum is not."""
    rows = ("2026-11-20", "30"), ("2026-11-21", "30"), ("2026-11-22", "1")
    newer = ("2026-11-20", "33"), ("2026-11-21", "33"), ("2026-11-22", "1")
    for at, days in ((-2, rows), (2, newer)):
        lines = [bill_row(day, EC2, amount, "payments") for day, amount in days]
        load([write_csv(tmp_path / "bill.csv", lines)], tmp_path, NOW + timedelta(hours=at))
        if at < 0:
            bot = bot_of(tmp_path)
            await bot.ask("subscribe by service last 7d every day at 10:00")
            await bot.ask("report daily at 10:00")
            ticker = scheduler(bot, jobs.refresh(bot.router.use.lake, store(bot)))
            bot.at = NOW + timedelta(hours=1)
            sent = await ticker.tick(bot.at)
    bot.at = NOW + timedelta(hours=2, minutes=1)
    newest = [await store(bot).get(one.id) for one in sent]
    await ticker.tick(bot.at)
    newest = [await store(bot).get(one.id) for one in sent]
    assert [one.revision for one in newest if one] == [2, 2]


async def test_a_bill_that_is_gone_is_said_in_the_place_that_waits(
    tmp_path: Path, bot_of: Callable[[Path], Bot]
) -> None:
    bot = bot_of(tmp_path)
    assert not (await bot.ask("report daily at 10:00")).refused
    bot.at = NOW + timedelta(hours=1)
    (finding,) = await scheduler(bot).tick(bot.at)
    assert "No bill is loaded yet" in finding.title
    assert "No bill is loaded yet" in await drawn(bot, finding)


def test_the_kind_is_known() -> None:
    assert registry.alerts()["report"] is ALERT
