"""docs/commands.md: follows the code, and everything it shows works."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot import docs, registry
from bot.__main__ import main
from bot.router import Router
from cards import text
from domain.query import DIMENSIONS, ChargeType, Measure
from tests.docs.conftest import HERE, ME
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text()
SHOWN = re.findall(r"^- `/cost ?(.*)`$", PAGE, re.MULTILINE)
FILTERS = re.findall(r"^\| `(.+)` \| `.+` \|$", PAGE.partition("## Filters")[2], re.MULTILINE)


@pytest.mark.parametrize("path", [*docs.pages()], ids=lambda path: path.name)
def test_the_page_is_what_the_code_says(path: Path):
    assert path.read_text() == docs.pages()[path], "run: make docs"


def test_every_command_has_its_section_usage_and_examples():
    for command in registry.commands().values():
        assert f"\n### {command.name}\n" in PAGE
        assert all(f"/cost {usage}".strip() in PAGE for usage in command.usage)
        assert command.examples and {*command.examples} <= {*SHOWN}


@pytest.mark.parametrize("words", [*SHOWN, *FILTERS])
def test_what_the_page_shows_is_answered(router: Router, words: str):
    answer = asyncio.run(router.ask(words, ME, HERE))
    assert not answer.refused, text.render(answer.card)


def test_the_page_shows_filters():
    assert len(FILTERS) == len(docs.FILTERS)


def test_every_dimension_measure_and_charge_type_is_explained():
    for name in {*DIMENSIONS} - {"tag"}:
        assert f"\n| `{name.replace('_', ' ')}` |" in PAGE
    for word in (*Measure, *ChargeType):
        assert f"\n| `{word}` |" in PAGE


def test_the_json_that_is_shown_has_the_members_of_a_real_answer(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (shown,) = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(folder))
    assert main(["ask", "--json", "by", "service", "2026-10"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed.keys() == {"card", "text", "data"}
    assert printed["data"].keys() == json.loads(shown).keys()
    assert printed["data"]["period"] == ["2026-10-01", "2026-11-01"]
    assert all(isinstance(row[-1], str) for row in printed["data"]["rows"])


def test_a_question_that_cannot_be_answered_leaves_with_one(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(folder))
    assert main(["ask", "--json", "by", "colour"]) == 1
    assert json.loads(capsys.readouterr().out)["data"] is None


def test_make_docs_writes_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "pages", lambda: {tmp_path / "docs" / "commands.md": "# Hello\n"})
    docs.main()
    assert (tmp_path / "docs" / "commands.md").read_text() == "# Hello\n"
