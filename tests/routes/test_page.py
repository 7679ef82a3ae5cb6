"""docs/routing.md: what it shows works as it says."""

import re
from pathlib import Path

import pytest

from domain.finding import Severity
from tests.routes.world import World, spike
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "routing.md").read_text()
(TOML,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
(CSV,) = re.findall(r"```csv\n(.+?)```", PAGE, re.DOTALL)


@pytest.fixture
def shown(here: World) -> World:
    (here.folder / "owners.csv").write_text(re.sub(r"^ +", "", CSV, flags=re.MULTILINE))
    here.write(TOML.replace("[owners]\n", '[owners]\ncsv = "owners.csv"\n'), "slack:CALL")
    return here


@pytest.mark.parametrize(
    ("labels", "rule", "owner", "places"),
    [
        ({"team": "payments"}, "payments pages", "payments", ("slack:C0123ABCD", "pagerduty")),
        (
            {"service": "Amazon RDS", "env": "prod"},
            "databases",
            "platform",
            ("teams:19:abc@thread.tacv2",),
        ),
        ({"account": "111122223333"}, "everything else", "payments", ("slack:C0456ABCD",)),
        ({"service": "Amazon Redshift"}, "everything else", "data", ("slack:C0789ABCD",)),
        ({}, "everything else", "platform", ("slack:C0789ABCD",)),
    ],
)
async def test_the_example_routes_as_the_page_says(
    shown: World, labels: dict[str, str], rule: str, owner: str, places: tuple[str, ...]
) -> None:
    verdict = await shown.decide(spike(labels=labels))
    assert (verdict.rule, verdict.owner, verdict.places) == (rule, owner, places)


async def test_the_example_escalates(shown: World) -> None:
    verdict = await shown.decide(spike(severity=Severity.CRITICAL))
    assert (verdict.escalate_to, verdict.escalate_after_minutes) == (("jira:OPS",), 30)


@pytest.mark.parametrize("text", re.findall(r"`((?:[A-Z]\w+-\w+|\d\d:\d\d-)[^`]*)`", PAGE))
def test_every_window_that_is_shown_can_be_written(here: World, text: str) -> None:
    here.write(f'[[route]]\nto = "slack:C1"\nquiet = "{text}"')


def test_every_place_that_is_shown_can_be_written(here: World) -> None:
    places = re.findall(r"`((?:slack|teams|jira):[^`\s]+|pagerduty|datadog)`", PAGE)
    assert len(places) >= 5
    here.write(f"[[route]]\nto = {places}")


def test_every_key_of_a_route_is_explained(tmp_path: Path) -> None:
    from bot.route_file import _OWN  # pyright: ignore[reportPrivateUsage]

    rows = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE))))
    assert set(_OWN) <= rows
