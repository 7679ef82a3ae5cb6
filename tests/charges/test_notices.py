"""What is no usage never looks unusual: each type of charge is told of in its own way, once."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from domain.finding import UNUSUAL, Severity, Status
from domain.query import Measure
from tests.charges.bill import (
    EC2,
    PAYMENTS,
    SEARCH,
    Organisation,
    charge,
    credit,
    day,
    dollars,
    months,
    refund,
    reservation,
    subscription,
    support,
    tax,
)

NOV = day("2026-11-01")


def usual() -> list[tuple[date, dict[str, str]]]:
    """What a bill has each month beside usage, when it lands there."""
    found: list[tuple[date, dict[str, str]]] = []
    for month in months(day("2026-07-01"), day("2026-12-01")):
        end = (month + timedelta(days=32)).replace(day=1)
        found += [
            (month + timedelta(days=1), subscription(month, 900)),
            (month + timedelta(days=2), credit(month, 1500)),
            (end, tax(month, 1800)),
            (end + timedelta(days=6), support(month, 4200)),
        ]
    return found


async def test_a_fee_a_credit_tax_support_a_refund_and_late_data_raise_no_alert(tmp_path: Path):
    """The fee makes a day of +200 %, and is told as what it is, once."""
    fee, back = day("2026-11-12"), day("2026-11-13")
    it = Organisation(
        tmp_path,
        [
            *usual(),
            (fee + timedelta(days=1), reservation(fee, 2 * 1460)),
            (back + timedelta(days=1), refund(back, 700)),
            (day("2026-11-14"), credit(NOV, 20_000, "AWS Migration credit")),
        ],
    )
    seen = await it.days(day("2026-11-08"), day("2026-11-22"))
    assert [one for one in it.told.values() if one.kind in UNUSUAL] == []
    assert it.kinds() == ["purchase", "refund"]
    first = next(morning for morning, found in seen.items() if "purchase" in str(found))
    assert first == fee + timedelta(days=2), "told once its day is settled"
    [bought] = [one for one in it.told.values() if one.kind == "purchase"]
    assert bought.title == "Bought in payments: RDS, $2,920.00 at once"
    facts = dict(bought.facts)
    assert facts["What"] == "All Upfront, 1 year, 4 x db.r6g.4xlarge"
    assert facts["Spread over its term"] == "$243.33 a month for 12 months"
    assert facts["Ends"] == "Fri 12 Nov 2027"
    assert bought.severity is Severity.INFO
    [paid_back] = [one for one in it.told.values() if one.kind == "refund"]
    assert paid_back.title == "$700.00 paid back for S3 in payments"
    assert dollars(paid_back) == -700


async def test_notices_page_nobody_although_the_only_route_pages(tmp_path: Path):
    fee = day("2026-11-12")
    it = Organisation(tmp_path, [(fee, reservation(fee, 9000)), (fee, refund(fee, 300))])
    await it.looks(day("2026-11-15"))
    assert it.kinds() == ["purchase", "refund"]
    assert set(it.places.values()) == {("slack:C0123ABCD",)}


async def test_a_true_spike_in_one_account_is_one_alert_with_its_cause(tmp_path: Path):
    hot = day("2026-11-18")
    it = Organisation(tmp_path, usual(), {(SEARCH, EC2, hot): 3.0})
    await it.days(hot, hot + timedelta(days=6))
    [spike] = it.told.values()
    assert spike.id == f"spike:account={SEARCH},service={EC2}:{hot}"
    assert "NatGateway-Bytes" in dict(spike.facts)["Cause"]
    assert "search" in spike.title
    assert spike.status is Status.RESOLVED


async def test_a_spike_on_the_day_of_a_fee_is_told_beside_it(tmp_path: Path):
    hot = day("2026-11-18")
    it = Organisation(
        tmp_path, [*usual(), (hot, reservation(hot, 5000))], {(SEARCH, EC2, hot): 3.0}
    )
    await it.looks(hot + timedelta(days=3))
    assert it.kinds() == ["purchase", "spike"]


async def test_where_answers_are_amortised_a_purchase_is_told_by_what_was_invoiced(tmp_path: Path):
    fee = day("2026-11-12")
    it = Organisation(tmp_path, [(fee, reservation(fee, 9000))], measure=Measure.AMORTISED)
    [bought] = await it.looks(fee + timedelta(days=3))
    assert dollars(bought) == 9000
    assert bought.command.startswith("unblended by ")


async def test_data_that_is_half_there_and_restated_upwards_is_no_news(tmp_path: Path):
    it = Organisation(tmp_path, usual(), late=(0.3, 0.5))
    await it.days(day("2026-11-10"), day("2026-11-20"))
    assert it.told == {}


async def test_a_notice_is_over_after_two_weeks_and_never_comes_back(tmp_path: Path):
    fee = day("2026-11-03")
    it = Organisation(tmp_path, [(fee, reservation(fee, 9000))])
    [bought] = await it.looks(day("2026-11-06"))
    assert bought.status is Status.OPEN
    [again] = await it.looks(day("2026-11-12"))
    assert again.revision == bought.revision
    [over] = await it.looks(day("2026-11-20"))
    assert over.status is Status.RESOLVED
    assert await it.looks(day("2026-11-21")) == ()
    assert len(it.told) == 1


async def test_a_fee_that_aws_takes_back_ends_its_notice(tmp_path: Path):
    fee = day("2026-11-03")
    it = Organisation(tmp_path, [(fee, reservation(fee, 9000))])
    await it.looks(day("2026-11-06"))
    it.charges = []
    [over] = await it.looks(day("2026-11-07"))
    assert over.status is Status.RESOLVED


async def test_a_fee_that_is_corrected_says_what_it_was(tmp_path: Path):
    fee = day("2026-11-03")
    it = Organisation(tmp_path, [(fee, reservation(fee, 9000))])
    await it.looks(day("2026-11-06"))
    it.charges = [(fee, reservation(fee, 8000))]
    [newer] = await it.looks(day("2026-11-07"))
    assert dict(newer.facts)["Corrected Sat 7 Nov 2026"].startswith("it was $9,000.00")
    assert (await it.looks(day("2026-11-08")))[0].facts == newer.facts


async def test_a_year_later_the_same_fee_is_a_renewal_and_says_what_it_was(tmp_path: Path):
    it = Organisation(tmp_path)
    old, new = day("2026-07-03"), day("2027-07-02")
    it.charges = [(old, reservation(old, 8000)), (new, reservation(new, 9000))]
    it.arrives(day("2026-08-01"))
    found = await it.looks(new + timedelta(days=3))
    [bought] = [one for one in found if one.kind == "purchase"]
    said = dict(bought.facts)["A year ago"]
    assert said == "$8,000.00 on Fri 3 Jul 2026: +$1,000.00 (+12.5 %)"


async def test_a_monthly_fee_is_told_when_it_begins_changes_and_ends(tmp_path: Path):
    fees = [subscription(one, 900) for one in months(day("2026-09-01"), day("2026-10-01"))]
    fees += [subscription(one, 1200) for one in months(day("2026-11-01"), day("2026-12-01"))]
    it = Organisation(tmp_path, [(day(row["ChargePeriodStart"][:10]), row) for row in fees])
    [begun] = await it.looks(day("2026-09-05"))
    assert begun.title == "Bought in payments: Harbourlight, $900.00 a month"
    [over] = await it.looks(day("2026-10-05"))
    assert (over.id, over.status) == (begun.id, Status.RESOLVED)
    [changed] = await it.looks(day("2026-11-05"))
    assert changed.title == "Harbourlight in payments costs $1,200.00 a month, not $900.00"
    assert dollars(changed) == 300
    [over] = await it.looks(day("2027-01-05"))
    assert (over.id, over.status) == (changed.id, Status.RESOLVED)
    [ended] = await it.looks(day("2027-01-12"))
    assert "is not billed any more: $1,200.00 a month less" in ended.title


async def test_usage_from_the_marketplace_is_a_series_of_its_own(tmp_path: Path):
    """It spikes like any usage, by a name of its own, though a service of AWS is called alike."""
    hot = day("2026-11-18")
    metered = {"ChargeCategory": "Usage", "ChargeFrequency": "Usage-Based"}
    it = Organisation(tmp_path)
    it.charges = [
        (one, subscription(one, 900 if one == hot else 200, **metered, ServiceName=EC2))
        for one in (day("2026-07-01") + timedelta(days=n) for n in range(150))
    ]
    found = await it.looks(hot + timedelta(days=3))
    [spike] = found
    assert spike.id == f"spike:account={PAYMENTS},charge=marketplace,service={EC2}:{hot}"
    assert "and charge=marketplace" in spike.command
    assert 650 < dollars(spike) < 750
    assert "MP:Subscription" in dict(spike.facts)["Cause"]


async def test_a_yearly_contract_in_the_marketplace_is_a_purchase(tmp_path: Path):
    on = day("2026-11-12")
    contract = subscription(
        on, 48_000, ChargeFrequency="One-Time", ChargeDescription="Vault, annual contract"
    )
    it = Organisation(tmp_path, [(on, contract)])
    [bought] = await it.looks(on + timedelta(days=3))
    assert bought.kind == "purchase"
    assert bought.severity is Severity.LOW
    assert dict(bought.facts)["Spread over its term"] == "$4,000.00 a month for 12 months"


async def test_support_and_tax_are_told_when_their_share_changes(tmp_path: Path):
    charges = [(one, row) for one, row in usual() if row["ChargeCategory"] != "Credit"]
    charges += [(day("2026-11-01"), tax(day("2026-10-01"), 1400))]
    it = Organisation(tmp_path, charges)
    found = await it.looks(day("2026-11-20"))
    [odd] = [one for one in found if one.kind == "charge"]
    assert odd.title.startswith("Tax of Oct 2026: $1,3")
    assert odd.title.endswith("more than its usual share")
    assert "payments" in dict(odd.facts)


async def test_the_command_of_a_notice_is_the_sum_it_tells(tmp_path: Path):
    from handlers import dispatch
    from handlers.kinds import Actor, Context, Origin, Surface

    on = day("2026-11-12")
    hostile = charge(
        on, 700, ServiceName='Vault "A, B" and more', ChargeDescription="<!channel> 12 months"
    )
    it = Organisation(tmp_path, [(on, reservation(on, 9000)), (on, refund(on, 300)), (on, hostile)])
    for one in await it.looks(on + timedelta(days=3)):
        context = Context(
            Actor("t", "t", "t"), Origin("t", "t", Surface.CONSOLE), it.now, it.parts.use
        )
        answer = await dispatch.ask(context, one.command)
        assert answer.table is not None
        assert answer.table.total.amount == dollars(one) != Decimal(0)
    assert it.kinds() == ["purchase", "purchase", "refund"]
