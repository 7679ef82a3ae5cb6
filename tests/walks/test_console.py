"""The terminal conversation: words, button numbers, and the ways to leave."""

from pathlib import Path

import pytest

from bot.adapters import console
from bot.adapters.room import Room
from bot.assembly import assemble
from bot.settings import Settings
from tests.walks.conftest import NOW


async def typed(
    lines: list[str], data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> str:
    """What the terminal shows when a person types these lines and then presses Ctrl-D."""
    waiting = iter(lines)

    def ask(_prompt: str) -> str:
        line = next(waiting, None)
        if line is None:
            raise EOFError
        return line

    monkeypatch.setattr("builtins.input", ask)
    await console.converse(Room(assemble(Settings(data_dir=data_dir), lambda: NOW)))
    return capsys.readouterr().out


async def test_a_number_presses_a_button(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    said = await typed(["by service 2026-10", "1"], data_dir, monkeypatch, capsys)
    assert "Cost by service, October 2026" in said
    assert "Cost by account, October 2026" in said


async def test_a_number_without_a_button_says_so(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    said = await typed(["status", "9"], data_dir, monkeypatch, capsys)
    assert "There is no button 9 here." in said


@pytest.mark.parametrize("word", ["quit", "exit", " Quit "])
async def test_a_word_leaves(
    word: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    said = await typed([word, "status"], data_dir, monkeypatch, capsys)
    assert "What the numbers stand on" not in said


async def test_enter_alone_is_the_overview(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    assert "1–22 Nov 2026" in await typed([""], data_dir, monkeypatch, capsys)
