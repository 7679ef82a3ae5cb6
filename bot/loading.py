"""What `python -m bot load` says when it is done."""

from cards import words
from domain.money import Money
from store.lake.load import LoadReport


def report(done: LoadReport) -> str:
    """One line per bill, and the sum of what was read."""
    lines = [f"Read {words.plural(done.rows, 'row')} from {words.plural(done.files, 'file')}."]
    for bill in done.bills:
        total = words.money(Money(bill.total, done.currency))
        line = (
            f"  {bill.period.start:%Y-%m}  {bill.billing_account}  "
            f"{words.plural(bill.rows, 'row')}  {total}  {bill.action}"
        )
        if bill.action == "restated":
            line += f", {words.change_of(Money(bill.difference, done.currency))}"
        lines.append(line)
        if bill.warning:
            lines.append(f"  Warning: {bill.warning}")
    return "\n".join(lines)
