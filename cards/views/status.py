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
    blocks.append(
        Note(
            (
                "AWS refines a day's cost for about two days and may restate a month "
                "until two weeks after its end. Totals are unblended.",
            )
        )
    )
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
    return LakeStatus(bills, (moved,), "USD")


EXAMPLES = {
    "loaded": status(
        _example(), date(2026, 11, 20), date(2026, 11, 23), Accuracy(Decimal("0.0213"), 6, 2, 6)
    ),
    "empty": status(LakeStatus(), None, date(2026, 11, 23)),
}
