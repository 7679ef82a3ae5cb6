"""A budget is set in a sentence, followed day by day, and closed with its period."""

from datetime import date, timedelta

from domain.finding import Severity, Status
from tests.budgets.conftest import World

SET = "budget set 250 monthly for team=payments as payments"


async def test_what_is_set_is_shown_with_spent_limit_and_forecast(world: World) -> None:
    assert "Budget payments is set" in await world.said(SET)
    shown = await world.said("budget")
    assert "payments ██░░░ 40.0 % $250.00 120.0 %" in shown
    detail = await world.said("budget payments")
    assert "Spent $100.00, 40.0 %, through Tue 10 Nov 2026" in detail
    assert "Forecast $300.00, 120.0 %" in detail
    assert "Will be used up Wed 25 Nov 2026" in detail
    assert "Oct 2026 $310.00 124.0 %" in detail
    assert "On pace would be 32.6 %" in detail


async def test_one_finding_grows_through_its_thresholds_and_closes_with_the_period(
    world: World,
) -> None:
    await world.ask(SET)
    [first] = await world.look()
    assert first.title == "payments will spend 120.0 % of its budget"
    assert (first.severity, first.status) == (Severity.MEDIUM, Status.OPEN)
    assert first.labels["team"] == "payments"
    seen = {}
    day = date(2026, 11, 11)
    while day < date(2026, 12, 3):
        for one in await world.look(day):
            if one.revision != seen.get(one.id, first).revision:
                seen[one.id] = one
        day += timedelta(days=1)
    november = [one for one in seen.values() if one.key == "payments:2026-11-01"]
    [last] = november
    assert last.status is Status.RESOLVED
    lines = [line.what for line in last.log]
    assert lines == ["found it", "saw it reach 80 %", "saw it reach 100 %", "saw it end"]


async def test_at_150_percent_it_is_critical_and_says_when_the_limit_was_reached(
    world: World,
) -> None:
    await world.ask(SET)
    world.daily = {date(2026, 11, day): "40" for day in (8, 9, 10)}
    [one] = await world.look(date(2026, 11, 10))
    assert one.title == "payments has spent 76.0 % of its budget" or one.severity is Severity.MEDIUM
    world.daily |= {date(2026, 11, 11): "200"}
    [one] = await world.look(date(2026, 11, 11))
    assert one.title == "payments has spent 156.0 % of its budget"
    assert one.severity is Severity.CRITICAL
    assert dict(one.facts)["Used up"] == "Wed 11 Nov 2026"
    assert one.impact is not None and one.impact.amount >= 140


async def test_a_number_that_falls_back_closes_it_without_a_second_finding(world: World) -> None:
    await world.ask("budget set 110 monthly for team=payments no forecast as payments")
    [over] = await world.look()
    assert over.status is Status.OPEN
    world.daily = {date(2026, 11, day): "5" for day in range(1, 11)}
    [back] = await world.look(date(2026, 11, 10))
    assert (back.id, back.status) == (over.id, Status.RESOLVED)
    assert await world.look() == ()


async def test_a_deleted_budget_closes_its_finding_and_can_come_back(world: World) -> None:
    await world.ask("budget set 100 monthly for team=payments at 90 no forecast as payments")
    [over] = await world.look()
    assert "Delete the budget payments?" in await world.said("budget delete payments")
    assert len(await world.state.budgets.listed()) == 1
    before = await world.state.budgets.listed()
    answer = await world.ask("budget delete confirm payments")
    [closed] = await world.look()
    assert (closed.id, closed.status) == (over.id, Status.RESOLVED)
    buttons = [button for block in answer.card.blocks for button in getattr(block, "items", ())]
    await world.ask(buttons[0].action.args["text"])
    again = await world.state.budgets.listed()
    assert [(one.name, one.limit, one.filters, one.thresholds) for one in again] == [
        (one.name, one.limit, one.filters, one.thresholds) for one in before
    ]


async def test_setting_it_again_changes_what_is_said_and_keeps_the_rest(world: World) -> None:
    await world.ask("budget set 250 monthly for team=payments at 50 as payments")
    shown = await world.said("budget set 300 as payments")
    assert "Before $250.00 monthly" in shown
    [one] = await world.state.budgets.listed()
    assert str(one.limit.amount) == "300"
    assert [str(t) for t in one.thresholds] == ["50 %", "100 % forecast"]
    assert one.filters[0].values == ("payments",)
    assert one.place == "slack:C1"


async def test_parts_stand_below_the_whole_and_too_many_are_said(world: World) -> None:
    await world.ask("budget set 400 as platform")
    shown = await world.said("budget set 250 for team=payments under platform as payments")
    assert "$150.00 of platform are not given to a part." in shown
    shown = await world.said("budget set 200 for team=search under Platform as search")
    assert "The parts of platform are now $50.00 more than the whole." in shown
    names = [one.name for one in await world.state.budgets.listed()]
    assert names == ["payments", "platform", "search"]
    listed = await world.said("budget")
    assert listed.index("platform") < listed.index("payments") < listed.index("search")
    assert "is a part of" in await world.said("budget set 400 under payments as platform")
    assert "$50.00 more than the whole" in await world.said("budget platform")


async def test_every_finding_goes_to_the_room_where_its_budget_was_set(world: World) -> None:
    await world.ask(SET)
    [one] = await world.look()
    places = {copy.destination for copy in await world.state.findings.showings(one.id)}
    assert "slack:C1" in places


async def test_what_cannot_be_understood_offers_what_can(world: World) -> None:
    assert "Say how much. The last 3 months cost $306.67 on average." in await world.said(
        "budget set for team=payments"
    )
    await world.ask(SET)
    assert "[1] budget payments" in await world.said("budget paymets")
    assert "it knows no splits" in await world.said("budget set 100 by service")
    assert "The bill is in USD, not in EUR." in await world.said("budget set 100 eur")
    assert "no budget 'nobody'" in await world.said("budget set 100 under nobody as it")


async def test_a_period_that_ended_is_watched_until_it_is_settled(world: World) -> None:
    """On the first days of a month the last days of the one before still arrive."""
    await world.ask("budget set 305 monthly for team=payments no forecast as payments")
    world.usual = "10"
    [one] = await world.look(date(2026, 11, 29))
    assert one.title.startswith("payments has spent 95")
    world.daily = {date(2026, 11, 30): "60"}
    [one] = await world.look(date(2026, 11, 30))
    assert one.title == "payments has spent 114.8 % of its budget"
    [one] = await world.look(date(2026, 12, 1))
    assert one.status is Status.RESOLVED


async def test_budgets_are_sent_by_themselves_and_never_set_by_themselves(world: World) -> None:
    await world.ask(SET)
    assert "every Monday" in await world.said("subscribe budget every monday at 09:00")
    refused = await world.said(f"subscribe {SET} every monday at 09:00")
    assert "'budget' changes something" in refused
