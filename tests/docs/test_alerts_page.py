"""The page of alerts says of each kind what its code does."""

import re
from decimal import Decimal

import pytest

from analytics import fees, rates, runways
from analytics.anomalies import SENSITIVITIES
from bot import registry
from domain.finding import NOTICES, UNUSUAL
from handlers import charges
from handlers.alerts import credit, refund
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "alerts.md").read_text()
WORDS = " ".join(PAGE.split())
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))


def test_the_page_has_each_kind_and_no_other():
    assert set(ROWS) == set(registry.alerts()) | UNUSUAL


def test_each_notice_has_a_part_of_its_own():
    assert set(re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)) == NOTICES


def test_the_floors_and_times_are_those_of_the_code():
    usual = SENSITIVITIES["normal"]
    assert f"${usual.floor:.0f} and {usual.ratio:.0%}".replace("%", " %") in ROWS["spike"]
    assert f"score of {usual.score}" in ROWS["spike"]
    for kind, floor in (
        ("purchase", fees.FLOOR),
        ("charge", fees.FLOOR),
        ("charge", rates.FLOOR),
        ("refund", refund.FLOOR),
        ("credit", credit.FLOOR),
    ):
        assert f"${floor}" in ROWS[kind]
    assert f"low from ${charges.MATTERS:,}" in ROWS["purchase"]
    assert f"more than {charges.LOOK_BACK.days} days ago" in WORDS
    assert f"opens {credit.AHEAD.days} days before the end" in WORDS
    assert f"{fees.SAME:.0%}".replace("%", " %") in ROWS["charge"]
    assert f"{rates.ODD:.0%}".replace("%", " %") in ROWS["charge"]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("ten days after its end", rates.BILLED.days - 10),
        ("after twenty", rates.MISSING.days - 20),
        ("it was due a week ago", fees.LATE.days - 7),
        ("silent for four days", fees.SILENT.days - 4),
        ("a week after the last line", runways.SILENT - 7),
        ("over for ten days", runways.LATE.days - 10),
        ("after two weeks", charges.NEWS.days - 14),
        ("three times dearer", Decimal(fees.OTHER) - 3),
    ],
)
def test_numbers_that_are_written_out_are_those_of_the_code(said: str, number: int):
    assert said in WORDS
    assert number == 0
