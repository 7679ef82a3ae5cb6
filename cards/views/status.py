"""What is loaded, how settled it is, and which bills were restated."""

from datetime import UTC, date, datetime
from decimal import Decimal

from cards import words
from cards.model import Block, Bold, Card, Column, Facts, Note, Table, Text, Tone
from cards.views import forecast
from domain.money import Money
from domain.outlook import Accuracy
from domain.period import ONE_DAY, Period
from domain.ports import Bill, LakeStatus, Restatement
from domain.settling import Revised, Settling

#: Services that are named because they take longer.
SLOWEST = 3


def status(
    lake: LakeStatus,
    settled_through: date | None,
    today: date,
    kept: Accuracy | None = None,
) -> Card:
    """The data behind every answer, newest bill first; `kept` says how good forecasts were."""
    if lake.currency is None or lake.last_day is None or lake.first_day is None:
        how = (
            "No bill is loaded yet. An admin loads one with python -m bot load <path>, "
            "or tries the demo with make demo."
        )
        return Card("No bill loaded", (Text((how,)),), Tone.WARNING)
    loaded = words.moment(lake.as_of) if lake.as_of else "never"
    blocks: list[Block] = [
        Facts(
            (
                ("Days", (words.span(Period(lake.first_day, lake.last_day + ONE_DAY)),)),
                (
                    "Settled through",
                    (
                        Bold(
                            words.day(settled_through, today) if settled_through else "nothing yet"
                        ),
                    ),
                ),
                ("Loaded", (loaded,)),
                ("Bills", (words.plural(len(lake.bills), "bill"),)),
                *((("Forecasts", (forecast.accuracy(kept),)),) if kept else ()),
            )
        ),
        _bills(lake.bills, lake.currency),
    ]
    blocks += _restated(lake.restatements, lake.currency, today)
    blocks += _revised(lake.settling.revised, lake.currency, today)
    blocks.append(Note((_settling(lake.settling),)))
    return Card("What the numbers stand on", tuple(blocks))


def _bills(bills: tuple[Bill, ...], currency: str) -> Table:
    newest = sorted(bills, key=lambda bill: (bill.period, bill.billing_account), reverse=True)
    rows = tuple(
        (
            f"{words.span(bill.period)} of {bill.billing_account}",
            f"{bill.rows:,}",
            words.money(Money(bill.total, currency)),
        )
        for bill in newest
    )
    return Table((Column("Bill"), Column("Rows", True), Column("Total", True)), rows)


def _restated(restatements: tuple[Restatement, ...], currency: str, today: date) -> list[Block]:
    if not restatements:
        return [Text(("No loaded bill has been restated.",))]
    rows = tuple(
        (
            words.span(item.period),
            words.day(item.seen_at.date(), today),
            words.change(Money(item.after, currency), Money(item.before, currency)),
        )
        for item in reversed(restatements)
    )
    columns = (Column("Restated bill"), Column("Seen"), Column("Change", True))
    return [Table(columns, rows)]


def _revised(revised: tuple[Revised, ...], currency: str, today: date) -> list[Block]:
    """Days that moved after they should have been settled."""
    if not revised:
        return []
    rows = tuple(
        (
            f"{one.service or 'no service'}, {words.day(one.day, today)}",
            words.day(one.seen_on, today),
            words.change(Money(one.after, currency), Money(one.before, currency)),
        )
        for one in revised
    )
    columns = (Column("Settled day that moved"), Column("Seen"), Column("Change", True))
    return [Table(columns, rows)]


def _settling(settling: Settling) -> str:
    """How long AWS takes, as the loads have shown or as is usual."""
    restates = "It may restate a month until two weeks after its end. Totals are unblended."
    lag = settling.lag_days
    if lag is None:
        return f"AWS refines a day's cost for about two days. {restates}"
    slow = sorted(settling.services.items(), key=lambda item: -item[1])
    named = [f"{service} after {days}" for service, days in slow if days > lag]
    apart = f" ({', '.join(named[:SLOWEST])})" if named else ""
    days = words.plural(lag, "day")
    return f"Your loads show that AWS is done with a day after {days}{apart}. {restates}"


def _example() -> LakeStatus:
    seen = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)
    months = ((2026, 9, "140112.21"), (2026, 10, "165100.4252"), (2026, 11, "121034.5"))
    bills = tuple(
        Bill(
            "123456789012",
            Period.month(year, month),
            28_411 + month,
            date(year, month, 1),
            date(year, month, 22),
            seen,
            "FOCUS 1.2 export",
            Decimal(total),
        )
        for year, month, total in months
    )
    moved = Restatement(
        "123456789012", Period.month(2026, 9), seen, Decimal("139004.1"), Decimal("140112.21")
    )
    late = Revised(
        date(2026, 11, 22),
        "Amazon CloudFront",
        date(2026, 11, 9),
        Decimal("412.2"),
        Decimal("447.93"),
    )
    learned = Settling(2, {"Amazon EC2": 1, "Amazon CloudFront": 4}, (late,))
    return LakeStatus(bills, (moved,), "USD", learned)


EXAMPLES = {
    "loaded": status(
        _example(), date(2026, 11, 20), date(2026, 11, 23), Accuracy(Decimal("0.0213"), 6, 2, 6)
    ),
    "empty": status(LakeStatus(), None, date(2026, 11, 23)),
}
