"""Putting right what messages told: AWS corrects days that it had reported before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cards import words
from domain.finding import Finding
from domain.money import Money

#: A message is edited when the sum it tells moved by this share of it.
MOVED = Decimal("0.02")
#: How the label of such a fact begins; the day of the correction follows.
LABEL = "Corrected"
#: Older corrections than so many are not shown any more.
SHOWN = 3


def moved(told: Money | None, now: Money) -> bool:
    """Whether a message that told a sum has to be edited."""
    if told is None or told.currency != now.currency or told == now:
        return False
    return abs(now.amount - told.amount) >= MOVED * abs(told.amount)


def corrected(finding: Finding, newer: Finding, day: date) -> Finding:
    """`newer`, which tells another sum than `finding` did, with a fact that says so."""
    if finding.told is None or newer.told is None:
        return newer
    said = f"it was {words.money(finding.told)}: {words.change(newer.told, finding.told)}"
    facts = (*notes(finding), (f"{LABEL} {words.day(day)}", said))
    return replace(newer, facts=(*newer.facts, *facts[-SHOWN:]))


def notes(finding: Finding) -> Sequence[tuple[str, str]]:
    """The corrections so far, the oldest first."""
    return [(label, said) for label, said in finding.facts if label.startswith(f"{LABEL} ")]
