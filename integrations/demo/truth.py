"""The truth about a demo bill: its totals to the last digit and every event planted in it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import numpy as np

from domain.period import Period
from integrations.demo import charges as made
from integrations.demo.bill import Bill, Month, sum_by
from integrations.demo.charges import Charge
from integrations.demo.costs import exact, reserved_count, whole
from integrations.demo.events import RIGHTSIZED_DAYS_AGO, Event, Verdict, members

SETTLED_AFTER = timedelta(days=2)
Sums = dict[str, Decimal]


@dataclass(slots=True)
class Truth:
    """What `truth.json` says. Sums are of BilledCost unless their name says otherwise."""

    as_of: date
    seed: int
    first_day: date
    last_day: date
    settled_through: date
    rows: int = 0
    billed: Decimal = Decimal(0)
    effective: Decimal = Decimal(0)
    by_month: Sums = field(default_factory=Sums)
    by_service: Sums = field(default_factory=Sums)
    by_charge: Sums = field(default_factory=Sums)
    untagged_usage: Decimal = Decimal(0)
    events: tuple[Event, ...] = ()

    def write(self, path: Path) -> None:
        path.write_text(
            json.dumps(asdict(self), default=_plain, indent=1, ensure_ascii=False) + "\n"
        )


class Auditor:
    """Adds up the months as they are made, then knows the truth."""

    def __init__(self, bill: Bill) -> None:
        known = bill.calendar
        self._bill, self._months = bill, list[Month]()
        self.truth = Truth(
            known.as_of, bill.seed, known.months[0].start, known.last, known.last - SETTLED_AFTER
        )

    def add(self, month: Month) -> None:
        """Take a month into the totals; its rows are kept, its tables are not."""
        self._months.append(month)
        truth, charges = self.truth, month.charges
        usage = exact(whole(month.rows.billed).sum())
        truth.rows += len(month.rows) + len(charges)
        truth.effective += exact(whole(month.rows.effective).sum()) + _sum(charges, "EffectiveCost")
        truth.by_month[f"{month.period.start:%Y-%m}"] = usage + _sum(charges)
        truth.billed += usage + _sum(charges)
        _grow(truth.by_charge, "Usage", usage)
        for charge in charges:
            _grow(truth.by_charge, charge["ChargeCategory"], _decimal(charge["BilledCost"]))
            _grow(truth.by_service, charge["ServiceName"], _decimal(charge["BilledCost"]))
        self._by_service(month)

    def finish(self) -> Truth:
        self.truth.events = (
            *self._planned(), *self._bought(), *self._given(), *self._wasted(), *self._late(),
            self._saved(), self._over_budget(),
        )  # fmt: skip
        return self.truth

    def _by_service(self, month: Month) -> None:
        fleet = self._bill.fleet
        names = list(dict.fromkeys(line.service.name for line in fleet.lines))
        place = np.array([names.index(line.service.name) for line in fleet.lines])
        sums = sum_by(place[fleet.line[month.rows.resource]], month.rows.billed, len(names))
        for name, units in zip(names, sums, strict=True):
            _grow(self.truth.by_service, name, exact(units))
        owned = np.array([bool(tags and "team" in tags) for tags in fleet.tags])
        bare = ~owned[month.rows.resource]
        self.truth.untagged_usage += exact(whole(month.rows.billed[bare]).sum())

    def _total(self, series: Mapping[str, str], start: date, end: date) -> Decimal:
        """The plain sum of BilledCost over the fleet's rows of a series."""
        mine, sum_of_days = members(self._bill.fleet, series), Decimal(0)
        for month in self._months:
            first = (start - month.period.start).days
            last = (end - month.period.start).days
            rows = month.rows
            chosen = mine[rows.resource] & (rows.day >= first) & (rows.day <= last)
            sum_of_days += exact(whole(rows.billed[chosen]).sum())
        return sum_of_days

    def _planned(self) -> list[Event]:
        found: list[Event] = []
        for place, plan in enumerate(self._bill.plans):
            total = self._total(plan.series, plan.start, plan.end)
            changed = plan.change is not None or plan.lift
            worth = _cents(self._bill.added.get(place, 0.0)) if changed else total
            found.append(
                Event(kind=plan.kind, title=plan.title, start=plan.start, end=plan.end,
                      series=plan.series, verdict=plan.verdict, amount=worth, total=total,
                      facts=plan.facts)
            )  # fmt: skip
        return found

    def _bought(self) -> list[Event]:
        known = self._bill.calendar
        fee = made.reservation_fee(known, reserved_count(self._bill.price))
        vendor = next(vendor for vendor in made.VENDORS if vendor.annual)
        term = made.a_year_on(known.renewal) - known.renewal
        plan = [charge for charge in self._charges() if _is(charge, "CommitmentDiscountId",
                made.PLAN_ID)]  # fmt: skip
        return [
            _event("annual fee", "The database reservation is renewed, all upfront", known.renewal,
                   {"CommitmentDiscountId": made.reservation_id(True),
                    "ChargeCategory": "Purchase"}, "notice", fee,
                   facts={"term_days": str(term.days), "ends": str(known.renewal + term)}),
            _event("annual fee", f"{vendor.product}, a year in advance", known.contract,
                   {"ServiceName": vendor.product}, "notice", vendor.fee),
            _event("recurring fee", "The savings plan of each month", known.months[0].start,
                   {"CommitmentDiscountId": made.PLAN_ID}, "no alert", _sum(plan),
                   end=known.last, facts={"hourly": str(self._bill.hourly),
                                          "ends": str(known.last + timedelta(days=85))}),
        ]  # fmt: skip

    def _given(self) -> list[Event]:
        found: list[Event] = []
        for credit in made.CREDITS:
            mine = [charge for charge in self._charges() if credit.name in
                    charge["ChargeDescription"]]  # fmt: skip
            spent, final = -_sum(mine), mine[-1]
            over = spent == credit.pool
            title = f"{credit.name} credit {'is used up' if over else 'will run out'}"
            found.append(
                _event("credit ended" if over else "credit ending", title,
                       mine[0]["ChargePeriodStart"], {"ChargeCategory": "Credit",
                       "ChargeDescription": final["ChargeDescription"]}, "notice", credit.pool,
                       total=-spent, end=final["ChargePeriodStart"],
                       facts={"left": str(credit.pool - spent), "monthly": str(credit.monthly)})
            )  # fmt: skip
        for charge in self._charges():
            if charge.get("ChargeClass") == "Correction":
                found.append(
                    _event("refund", charge["ChargeDescription"], charge["ChargePeriodStart"],
                           {"SubAccountName": charge["SubAccountName"],
                            "ChargeClass": "Correction"}, "no alert",
                           _decimal(charge["BilledCost"]))
                )  # fmt: skip
        return found

    def _wasted(self) -> list[Event]:
        """Per forgotten resource and check: a settled day's cost, times 30.4, is the saving."""
        fleet, end = self._bill.fleet, self.truth.settled_through
        found: list[Event] = []
        for resource, line in enumerate(fleet.lines[at] for at in fleet.line):
            identity = fleet.ids[resource]
            if line.forgotten and identity:
                series = {"ResourceId": identity, "SubAccountName": line.account.name}
                start = end - timedelta(days=29)
                total = self._total(series, start, end)
                found.append(
                    Event(kind="forgotten", title=f"{line.forgotten}: {identity}", start=start,
                          end=end, series=series, verdict="saving", total=total,
                          amount=_cents(float(total) / 30 * 30.4), facts={"check": line.forgotten})
                )  # fmt: skip
        return found

    def _saved(self) -> Event:
        fleet, end = self._bill.fleet, self.truth.settled_through
        at = next(at for at, line in enumerate(fleet.line) if fleet.lines[line].name
                  and not fleet.lines[line].forgotten)  # fmt: skip
        series = {"ResourceId": fleet.ids[at] or ""}
        cut = self.truth.last_day - timedelta(days=RIGHTSIZED_DAYS_AGO)
        before = self._total(series, cut - timedelta(days=7), cut - timedelta(days=1)) / 7
        after = self._total(series, cut, cut + timedelta(days=6)) / 7
        monthly = (before - after) * Decimal("30.4")
        return Event(
            kind="recommendation implemented", title="db.r5.2xlarge became db.t4g.xlarge",
            start=cut, end=end, series=series, verdict="saving", amount=monthly.quantize(made.CENT),
            total=self._total(series, cut, end),
            facts={"estimate": "500", "before_a_day": str(before), "after_a_day": str(after)},
        )  # fmt: skip

    def _over_budget(self) -> Event:
        last = self.truth.last_day
        month = Period.month(last.year, last.month)
        series = {"Tags.team": "ml"}
        spent = self._total(series, month.start, last)
        return Event(
            kind="budget at 150 %", title="Team ml is over its monthly budget", start=month.start,
            end=last, series=series, verdict="alert", total=spent,
            amount=_two_digits(spent / Decimal("1.55")),
            facts={"spent": f"{spent:f}"},
        )  # fmt: skip

    def _late(self) -> list[Event]:
        """How much of the two newest days has arrived, by service."""
        services = {line.service.name: line.service.arrives for line in self._bill.fleet.lines}
        days = (self.truth.last_day, self.truth.last_day - timedelta(days=1))
        return [
            Event(kind="late data", title=f"{day} is incomplete", start=day, end=day, series={},
                  verdict="no alert", amount=Decimal(0),
                  facts={name: str(arrives[nth]) for name, arrives in sorted(services.items())})
            for nth, day in enumerate(days)
        ]  # fmt: skip

    def _charges(self) -> list[Charge]:
        return [charge for month in self._months for charge in month.charges]


def _event(
    kind: str, title: str, start: date, series: dict[str, str], verdict: Verdict, amount: Decimal,
    total: Decimal | None = None, end: date | None = None, facts: dict[str, str] | None = None,
) -> Event:  # fmt: skip
    """A single charge, whose sum is its amount."""
    return Event(
        kind=kind, title=title, start=start, end=end or start, series=series, verdict=verdict,
        amount=amount, total=amount if total is None else total, facts=facts or {},
    )  # fmt: skip


def _is(charge: Charge, name: str, value: str) -> bool:
    return charge.get(name) == value


def _decimal(cost: float) -> Decimal:
    return exact(whole(np.array([cost]))[0])


def _sum(charges: "list[Charge] | tuple[Charge, ...]", name: str = "BilledCost") -> Decimal:
    return sum((_decimal(charge[name]) for charge in charges), Decimal(0))


def _grow(sums: Sums, name: str, amount: Decimal) -> None:
    sums[name] = sums.get(name, Decimal(0)) + amount


def _cents(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(made.CENT)


def _two_digits(amount: Decimal) -> Decimal:
    """Rounded down, as people write budgets: 12,345 becomes 12,000."""
    step = Decimal(1).scaleb(amount.adjusted() - 1)
    return ((amount / step).quantize(Decimal(1), ROUND_DOWN) * step).quantize(made.CENT)


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
