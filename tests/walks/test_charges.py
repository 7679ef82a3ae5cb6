"""Charges of every type, from the export of a morning to what people see and who is woken."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.finding import UNUSUAL, Finding, Status
from tests.charges.bill import (
    EC2,
    SEARCH,
    Organisation,
    Row,
    credit,
    day,
    months,
    refund,
    reservation,
    subscription,
    support,
    tax,
)
from tests.walks.office import Office
from tests.walks.opening import opened

TODAY = day("2026-11-23")
FEE, HOT = day("2026-11-20"), day("2026-11-22")


def bill() -> list[tuple[date, Row]]:
    """Months with everything, a fee of +200 %, a refund, and a credit for five days of December."""
    found: list[tuple[date, Row]] = []
    for month in months(day("2026-07-01"), day("2026-10-01")):
        over = (month + timedelta(days=32)).replace(day=1)
        found += [(over, tax(month, 1800)), (over + timedelta(days=6), support(month, 4200))]
        found += [(month, subscription(month, 900)), (month, credit(month, 3000))]
    found += [(day("2026-11-02"), subscription(day("2026-11-01"), 900))]
    for morning in (TODAY + timedelta(days=n) for n in range(-3, 8)):
        # The open month's credit is what was used of it so far.
        so_far = min((morning - day("2026-11-01")).days, 30) * 100
        found.append((morning, credit(day("2026-11-01"), so_far)))
    return [
        *found,
        (FEE + timedelta(days=1), reservation(FEE, 2 * 1460)),
        (TODAY, refund(day("2026-11-20"), 700)),
    ]


class Newest(Organisation):
    """A line that was restated is there once, as it is by now."""

    def arrives(self, today: date) -> None:
        last: dict[tuple[str, str], tuple[date, Row]] = {}
        every = self.charges
        for known, row in every:
            if known <= today:
                last[row["ChargeDescription"], row["ChargePeriodStart"]] = (known, row)
        self.charges = list(last.values())
        super().arrives(today)
        self.charges = every


@pytest.fixture
def organisation(tmp_path: Path) -> Organisation:
    return Newest(tmp_path, bill(), {(SEARCH, EC2, HOT): 3.0})


@pytest.fixture
async def office(
    tmp_path: Path,
    database_url: str,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Office]:
    """Whatever is found goes to both rooms and the pager; the bill comes when all are there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "costbot.toml").write_text('[[credits]]\nname = "activate"\namount = 15_500\n')
    async with opened(tmp_path, database_url) as everybody:
        everyone = (*everybody.rooms, "pagerduty", "datadog")
        everybody.settings = replace(everybody.settings, alert_rooms=everyone)
        await everybody.restart()
        organisation.arrives(TODAY)
        yield everybody


async def told(office: Office) -> dict[str, Finding]:
    await office.settled()
    return {one.id: one for one in await office.memory.findings.listed()}


def of(found: dict[str, Finding], *kinds: str) -> list[Finding]:
    return [one for one in found.values() if one.kind in kinds]


async def test_notices_are_read_and_wake_nobody_and_a_true_spike_wakes_once(
    office: Office, organisation: Organisation
) -> None:
    await office.passes(minutes=5)
    before = await told(office)
    assert of(before, *UNUSUAL) == [], "a fee, tax, credits, a refund and late data are no spike"
    [bought] = of(before, "purchase")
    [back] = of(before, "refund")
    [ending] = of(before, "credit")
    for one in (bought, back, ending):
        assert len(office.messages(one)) == 1
        assert one.title.replace(" ", "") in office.in_teams(one).replace(" ", "")
        assert await office.copy(one, "pagerduty") is None
    assert "$2,920.00 at once" in office.in_slack(bought)
    assert "runs out about Fri 4 Dec 2026" in office.in_slack(ending)
    assert "a month higher" in office.in_slack(ending)
    assert office.pagerduty.incidents == []

    for morning in (TODAY + timedelta(days=1), TODAY + timedelta(days=2)):
        organisation.arrives(morning)
        await office.passes(days=1)
        await office.settled()
    after = await told(office)
    [spike] = of(after, *UNUSUAL)
    assert spike.id == f"spike:account={SEARCH},service={EC2}:{HOT}"
    assert "NatGateway-Bytes" in office.in_slack(spike)
    assert len(office.messages(spike)) == 1
    [incident] = office.pagerduty.incidents
    assert "EC2 in search" in incident.payload["summary"]
    assert len(of(after, "purchase", "refund", "credit", "charge")) == 3


async def test_the_last_week_of_a_credit_is_said_aloud_and_its_end_closes_it(
    office: Office, organisation: Organisation
) -> None:
    await office.passes(minutes=5)
    [ending] = of(await told(office), "credit")
    assert office.reminders() == []
    organisation.arrives(day("2026-12-01"))
    await office.passes(days=8)
    await office.settled()
    await office.passes(minutes=2)
    [ending] = of(await told(office), "credit")
    assert ending.status is Status.OPEN
    reminders = await office.until(office.reminders)
    assert any("runs out about" in said for said in reminders)
    organisation.charges = [
        *organisation.charges,
        (day("2026-12-06"), credit(day("2026-12-01"), 500)),
    ]
    organisation.arrives(day("2026-12-09"))
    await office.passes(days=8)
    [ending] = of(await told(office), "credit")
    assert ending.status is Status.RESOLVED
    assert "has run out" in office.in_slack(ending)
    assert "has run out" in office.in_teams(ending)
