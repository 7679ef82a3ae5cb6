"""The bill of one demo organisation: its months as tables, and the truth about what is in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from domain.period import Period
from integrations.demo import charges as made
from integrations.demo.charges import Calendar, Charge
from integrations.demo.columns import (
    COLUMNS,
    CONSTANT,
    NUMBER_MAPS,
    TEXT_MAPS,
    Array,
    Columns,
    Table,
    charges_table,
    dictionary,
    schema,
)
from integrations.demo.costs import (
    Prices,
    Usage,
    exact,
    plan_hourly,
    prices,
    reserved_count,
    usage,
    whole,
)
from integrations.demo.events import Plan, apply, extra_lines, plans
from integrations.demo.fleet import Fleet, build
from integrations.demo.series import Matrix, delivered, quantities

ROWS_A_TABLE = 250_000
INVOICE_DIGITS = "8804177"


def calendar(as_of: date) -> Calendar:
    """Thirteen months up to the day before `as_of`, whose month is the newest."""
    last = as_of - timedelta(days=1)
    months = [Period.month(last.year, last.month)]
    while len(months) < 13:
        before = months[0].start - timedelta(days=1)
        months.insert(0, Period.month(before.year, before.month))
    return Calendar(tuple(months), last, as_of)


@dataclass(frozen=True, slots=True)
class Month:
    """One billing period: the rows of the fleet, the other charges, and the invoice, once there."""

    period: Period
    rows: Usage
    charges: tuple[Charge, ...]
    invoice: str | None


@dataclass(frozen=True, slots=True)
class Bill:
    """Everything that is the same for every month."""

    calendar: Calendar
    seed: int
    fleet: Fleet
    price: Prices
    columns: Columns
    plans: tuple[Plan, ...]
    #: Dollars that a plan's change added, by its place among the plans.
    added: dict[int, float] = field(default_factory=dict[int, float])

    @property
    def hourly(self) -> float:
        return plan_hourly(self.fleet, self.price)

    def month(self, period: Period) -> Month:
        days = self.calendar.days(period)
        rows = usage(self._used(days), self.price)
        invoice = None
        if self.calendar.closed(period, made.INVOICE_LANDS):
            invoice = f"{period.start:%Y%m}{INVOICE_DIGITS}"
        return Month(period, rows, tuple(self._charges(period, rows)), invoice)

    def tables(self, month: Month) -> Iterator[Table]:
        """The month's rows, some hundred thousand at a time, then its other charges."""
        for start in range(0, len(month.rows), ROWS_A_TABLE):
            yield self._table(month, slice(start, start + ROWS_A_TABLE))
        yield charges_table(month.charges, month.invoice)

    def _used(self, days: list[date]) -> Matrix:
        used = quantities(self.fleet, days, self.calendar.months[0].start, self.seed)
        paid = (self.price.contracted * (self.price.commitment == 0))[:, None]
        arrives = delivered(self.fleet, days, self.calendar.last)
        for place, plan in enumerate(self.plans):
            if plan.start <= days[-1] and plan.end >= days[0] and (plan.change or plan.lift):
                changed = apply(plan, self.fleet, used, days, paid)
                more = float(((changed - used) * arrives * paid).sum())
                self.added[place] = self.added.get(place, 0.0) + more
                used = changed
        return used * arrives

    def _charges(self, period: Period, rows: Usage) -> list[Charge]:
        known, hourly = self.calendar, self.hourly
        found = [*made.fees(known, period, hourly, reserved_count(self.price))]
        covered = self.price.commitment[rows.resource] == 1
        used = np.zeros(32, dtype=np.int64)
        np.add.at(used, rows.day[covered], whole(rows.effective[covered]))
        for nth, day in enumerate(known.days(period)):
            found.append(made.unused(period, day, hourly, exact(used[nth])))
        found += made.credit_notes(known, period)
        found += made.refunds(known, period)
        found += made.support(known, period, exact(whole(rows.billed).sum()))
        return [*found, *made.tax(known, period, self._by_account(rows))]

    def _by_account(self, rows: Usage) -> dict[str, dict[str, Decimal]]:
        names = [line.account.name for line in self.fleet.lines]
        owner = np.array([names.index(name) for name in names])[self.fleet.line[rows.resource]]
        costs = {
            "BilledCost": rows.billed,
            "EffectiveCost": rows.effective,
            "ListCost": rows.list,
            "ContractedCost": rows.contracted,
        }
        sums = {name: sum_by(owner, cost, len(names)) for name, cost in costs.items()}
        return {
            account: {name: exact(sums[name][names.index(account)]) for name in costs}
            for account in dict.fromkeys(names)
        }

    def _table(self, month: Month, part: slice) -> Table:
        import pyarrow as pa

        rows = Usage(*(getattr(month.rows, name)[part] for name in Usage.__slots__))
        columns = self._numbers(rows) | self._times(month.period, rows) | self._words(month, rows)
        typed = schema(encoded=True)
        arrays = [
            columns[name] if name in columns else pa.nulls(len(rows), typed.field(name).type)
            for name in COLUMNS
        ]
        return pa.Table.from_arrays(arrays, schema=typed)

    def _numbers(self, rows: Usage) -> dict[str, Array]:
        import pyarrow as pa

        cover = self.price.commitment[rows.resource]
        taken = np.where(cover == 1, rows.effective, rows.quantity)
        prices = (self.price.list[rows.resource], self.price.contracted[rows.resource])
        plain = {
            "BilledCost": rows.billed, "EffectiveCost": rows.effective, "ListCost": rows.list,
            "ContractedCost": rows.contracted, "PricingQuantity": rows.quantity,
            "ConsumedQuantity": rows.quantity, "ListUnitPrice": prices[0],
            "ContractedUnitPrice": prices[1], "PricingCurrencyListUnitPrice": prices[0],
            "PricingCurrencyContractedUnitPrice": prices[1],
            "PricingCurrencyEffectiveCost": rows.effective,
        }  # fmt: skip
        return {name: pa.array(values) for name, values in plain.items()} | {
            "CommitmentDiscountQuantity": pa.array(taken, mask=cover == 0)
        }

    def _times(self, period: Period, rows: Usage) -> dict[str, Array]:
        import pyarrow as pa

        start = np.datetime64(period.start, "D") + rows.day
        same = np.full(len(rows), np.datetime64(period.start, "D"))
        times = {
            "ChargePeriodStart": start, "ChargePeriodEnd": start + 1, "BillingPeriodStart": same,
            "BillingPeriodEnd": same + period.days,
        }  # fmt: skip
        return {name: pa.array(days.astype("datetime64[ms]")) for name, days in times.items()}

    def _words(self, month: Month, rows: Usage) -> dict[str, Array]:
        same = CONSTANT | {"InvoiceId": month.invoice}
        found = {name: _same(value, len(rows)) for name, value in same.items() if value is not None}
        found |= {name: self.columns.text(name, rows.resource) for name in self.columns.names}
        found |= {name: self.columns.maps(name, rows.resource) for name in TEXT_MAPS}
        found |= {name: self.columns.discounts(rows) for name in NUMBER_MAPS}
        return found | {"CommitmentDiscountId": self._commitment_ids(month.period, rows)}

    def _commitment_ids(self, period: Period, rows: Usage) -> Array:
        cover = self.price.commitment[rows.resource].astype(np.int32)
        renewed = rows.day >= (self.calendar.renewal - period.start).days
        codes = np.where((cover == 2) & renewed, 2, cover - 1).astype(np.int32)
        ids = [made.PLAN_ID, made.reservation_id(False), made.reservation_id(True)]
        return dictionary(codes, ids)


def make(as_of: date, seed: int, scale: float) -> Bill:
    """The organisation as it is looked at on `as_of`."""
    days = calendar(as_of)
    first, last = days.months[0].start.toordinal(), days.last.toordinal()
    fleet = build(first, last, seed, scale, extra_lines(days.last))
    price = prices(fleet)
    return Bill(days, seed, fleet, price, Columns(fleet, price), plans(days.last))


def sum_by(groups: NDArray[np.int64], cost: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Exact sums of costs, in ten-billionths, by group number."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups, whole(cost))
    return sums


def _same(value: str, length: int) -> Array:
    return dictionary(np.zeros(length, dtype=np.int32), [value])
