"""What was planted in the demo bill can be seen in a plain sum over its files."""

import json
from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest

from integrations.demo.events import Event
from integrations.demo.organisation import FOREIGN_APP, HOSTILE_APP
from tests.demo.raw import Raw, exact

KINDS = {
    "spike", "drift", "level shift", "drop", "new service", "batch", "annual fee", "recurring fee",
    "credit ended", "credit ending", "refund", "forgotten", "recommendation implemented",
    "budget at 150 %", "late data", "hostile name", "foreign name",
}  # fmt: skip


def the(raw: Raw, kind: str, number: int = 0) -> Event:
    return [event for event in raw.truth.events if event.kind == kind][number]


def around(raw: Raw, event: Event) -> tuple[pd.Series, pd.Series]:
    """The settled days of an event, and the same weekdays of the four weeks before it."""
    days = raw.daily({name: value for name, value in event.series.items() if name != "SkuMeter"})
    inside = days[
        pd.Timestamp(event.start) : pd.Timestamp(min(event.end, raw.truth.settled_through))
    ]
    before = days[pd.Timestamp(event.start - timedelta(days=28)) : pd.Timestamp(event.start)][:-1]
    return inside, before[before.index.day_of_week.isin(inside.index.day_of_week)]


def test_totals_are_true_to_the_last_digit(raw: Raw):
    rows, truth = raw.rows, raw.truth
    assert len(rows) == truth.rows
    assert exact(rows["BilledCost"]) == truth.billed == sum(truth.by_month.values())
    assert exact(rows["EffectiveCost"]) == truth.effective
    for column, sums in (("ServiceName", truth.by_service), ("ChargeCategory", truth.by_charge)):
        groups = rows.groupby(column, observed=True)["BilledCost"]
        assert {name: exact(costs) for name, costs in groups} == sums


def test_a_month_costs_what_an_organisation_of_this_size_pays(raw: Raw):
    closed = list(raw.truth.by_month.values())[:-1]
    assert all(240_000 < cost < 400_000 for cost in closed)


def test_every_event_is_a_plain_sum_over_its_series(raw: Raw):
    assert {event.kind for event in raw.truth.events} == KINDS
    for event in raw.truth.events:
        if event.series:
            rows = raw.chosen(event.series, event.start, event.end)
            assert exact(rows["BilledCost"]) == event.total, event
            assert event.kind == "drop" or len(rows), event


def test_truth_on_disk_says_the_same(raw: Raw):
    told = json.loads((raw.folder / "truth.json").read_text())
    assert Decimal(told["billed"]) == raw.truth.billed
    assert [event["title"] for event in told["events"]] == [e.title for e in raw.truth.events]


def test_the_open_spike_is_two_hundred_percent_of_one_account_and_service(raw: Raw):
    event = the(raw, "spike")
    inside, before = around(raw, event)
    assert len(inside) == 4
    assert 2.7 < inside.mean() / before.mean() < 3.6  # the end of November is busier, too
    whole = raw.daily({name: event.series[name] for name in ("SubAccountName", "ServiceName")})
    during = whole[pd.Timestamp(event.start) :].sum()
    assert during / (during - float(event.amount)) == pytest.approx(3.0, abs=0.1)
    cause = raw.chosen(event.series, event.start, raw.truth.settled_through)["BilledCost"].sum()
    assert cause > 0.6 * inside.sum()
    assert (raw.daily(event.series)[pd.Timestamp(event.start) :] > 0).all()


@pytest.mark.parametrize("number", [1, 2])
def test_past_spikes_came_and_went(raw: Raw, number: int):
    event = the(raw, "spike", number)
    inside, before = around(raw, event)
    assert inside.mean() > 3 * before.mean()
    later = raw.daily(event.series)[pd.Timestamp(event.end) :][1:8]
    assert later.mean() < 1.5 * before.mean()


def test_the_drift_is_slow_and_the_shift_is_at_once(raw: Raw):
    drift, before = around(raw, the(raw, "drift"))
    assert drift[:3].mean() < 1.2 * before.mean()
    assert drift[-3:].mean() > 1.6 * before.mean()
    shift, before = around(raw, the(raw, "level shift"))
    assert 1.5 < shift[:7].mean() / before.mean() < 1.9


def test_a_service_ends_and_another_begins(raw: Raw):
    gone, before = around(raw, the(raw, "drop"))
    assert before.min() > 10
    assert (gone == 0).all()
    new, before = around(raw, the(raw, "new service"))
    assert (before == 0).all()
    assert (new > 50).all()


def test_the_batch_service_is_idle_on_most_days(raw: Raw):
    days, _ = around(raw, the(raw, "batch"))
    assert 0.1 < (days > 0).mean() < 0.4


def test_the_saving_shows_in_the_bill_of_the_same_resource(raw: Raw):
    event = the(raw, "recommendation implemented")
    inside, before = around(raw, event)
    saved = (before.mean() - inside.mean()) * 30.4
    assert saved == pytest.approx(float(event.amount), abs=0.01)
    assert saved == pytest.approx(float(event.facts["estimate"]), rel=0.02)


def test_what_was_forgotten_never_changes(raw: Raw):
    forgotten = [event for event in raw.truth.events if event.kind == "forgotten"]
    assert len({event.facts["check"] for event in forgotten}) >= 6
    for event in forgotten:
        days = raw.daily(event.series)[pd.Timestamp(event.start) : pd.Timestamp(event.end)]
        assert days.nunique() == 1
        assert float(event.amount) == pytest.approx(days.iloc[0] * 30.4, abs=0.01)


def test_the_team_is_over_one_and_a_half_times_its_budget(raw: Raw):
    event = the(raw, "budget at 150 %")
    assert Decimal("1.5") <= event.total / event.amount < Decimal("1.8")


def test_one_credit_has_run_out_and_one_is_about_to(raw: Raw):
    ended, ending = the(raw, "credit ended"), the(raw, "credit ending")
    assert ended.total == -ended.amount
    assert 0 < ending.amount + ending.total <= Decimal(ending.facts["monthly"])


def test_the_two_newest_days_are_incomplete_as_documented(raw: Raw):
    for event in (event for event in raw.truth.events if event.kind == "late data"):
        for service in ("AmazonCloudWatch", "Amazon Simple Storage Service"):
            days = raw.daily({"ServiceName": service})
            newest = pd.Timestamp(event.start)
            arrived = days[newest] / days[newest - pd.Timedelta(days=7)]
            assert arrived == pytest.approx(float(event.facts[service]), abs=0.15)


def test_about_fifteen_percent_of_usage_has_no_team(raw: Raw):
    usage = (raw.rows["ChargeCategory"] == "Usage") & raw.rows["ChargeClass"].isna()
    bare = usage & ~raw.tagged("team")
    metered = raw.rows[bare]["BilledCost"]
    assert exact(metered) == raw.truth.untagged_usage
    assert 0.12 < metered.sum() / raw.rows[usage]["BilledCost"].sum() < 0.18
    assert set(raw.pairs[1]) == {"team", "env", "app", "cost-center", "Team", "owner"}


def test_wild_names_are_in_the_bill_as_they_are(raw: Raw):
    assert raw.tagged("app", HOSTILE_APP).any()
    assert raw.tagged("app", FOREIGN_APP).any()
    assert "<!channel>" in HOSTILE_APP
    assert "\u202e" in FOREIGN_APP
