"""README and the other pages: every setting, command, target and link they name exists."""

import argparse
import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.settings import Settings
from store.lake.schema import MONEY
from tests.shared import ROOT

README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTINGS = {entry.metadata["variable"]: entry for entry in fields(Settings)}
ROWS = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", README, re.MULTILINE)

OURS = re.compile(r"\b(?:COSTBOT|SLACK|TEAMS|JIRA|PAGERDUTY|DD)_[A-Z_]+\b")
#: Where tests find real bills; not a setting of the bot.
NOT_SETTINGS = {"COSTBOT_SHARED"}


def python_commands() -> set[str]:
    parser = command_line._parser()  # pyright: ignore[reportPrivateUsage]
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return {*commands.choices}


def each_page(found: re.Pattern[str]) -> list[tuple[Path, str]]:
    return [(page, hit) for page in PAGES for hit in found.findall(page.read_text())]


def test_every_setting_is_documented_in_the_order_of_the_code():
    assert [variable for variable, _, _ in ROWS] == [*SETTINGS]


@pytest.mark.parametrize(("variable", "default", "_says"), ROWS)
def test_the_documented_default_is_the_default(variable: str, default: str, _says: str):
    entry = SETTINGS[variable]
    usual = entry.default
    if entry.default_factory is not MISSING:
        usual = entry.default_factory()
    if default:
        assert entry.metadata["read"](default) == usual
    else:
        assert usual is not MISSING and usual in (None, ())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_setting_that_does_not_exist(page: Path):
    assert {*OURS.findall(page.read_text())} <= SETTINGS.keys() | NOT_SETTINGS


def test_every_python_command_in_the_pages_exists():
    used = {hit for _, hit in each_page(re.compile(r"python -m bot (\w+)"))}
    assert used <= python_commands()


def test_every_make_target_in_the_pages_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = {*re.findall(r"^([a-z]+):", makefile, re.MULTILINE)}
    used = {hit for _, hit in each_page(re.compile(r"(?:`|    )make ([a-z]+)"))}
    assert {"demo", "test"} <= used <= targets


def test_every_link_inside_the_project_leads_somewhere():
    links = each_page(re.compile(r"\]\((?!https?://)([^)#]+)"))
    broken = [(page.name, link) for page, link in links if not (page.parent / link).exists()]
    assert links and not broken


def test_every_folder_and_file_that_the_pages_name_exists():
    path = re.compile(r"`((?:analytics|bench|bot|cards|domain|handlers|store|tests)/[\w/.]+)`")
    named = each_page(path)
    missing = [(page.name, name) for page, name in named if not (ROOT / name).exists()]
    assert named and not missing


def test_the_example_command_of_contributing_works():
    """The first thing that a newcomer copies."""
    page = (ROOT / "CONTRIBUTING.md").read_text()
    (code,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    namespace: dict[str, object] = {}
    exec(code, namespace)
    from handlers.kinds import Command

    command = namespace["COMMAND"]
    assert isinstance(command, Command) and command.name == "hello"


def test_the_procfile_starts_a_command_that_exists():
    (line,) = (ROOT / "Procfile").read_text().splitlines()
    name, _, command = line.partition(": ")
    assert name == "web"
    assert command.removeprefix(".venv/bin/python -m bot ") in python_commands()


def test_the_pages_name_the_scale_of_money_that_is_used():
    decisions = ROOT / "docs" / "adr"  # They also name what was not chosen.
    named = each_page(re.compile(r"DECIMAL\(\d+, ?\d+\)"))
    today = {scale for page, scale in named if page.parent != decisions}
    assert today == {MONEY}
