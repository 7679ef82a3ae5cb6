"""What people type, and what they get: see dialogues.txt."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from domain.errors import UserError
from handlers.grammar import Question, parse, render
from tests.grammar.bill import BILL, COMMANDS, TODAY


@dataclass
class Dialogue:
    said: str
    asks: str | None = None
    refusal: str | None = None
    offers: list[str] = field(default_factory=list)


def dialogues() -> list[Dialogue]:
    found: list[Dialogue] = []
    for line in (Path(__file__).parent / "dialogues.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match line.strip()[:3]:
            case "-> " if line.startswith("    "):
                found[-1].asks = line.strip()[3:]
            case "!! ":
                found[-1].refusal = line.strip()[3:]
            case "?? ":
                found[-1].offers.append(line.strip()[3:])
            case _:
                found.append(Dialogue(line))
    return found


def ask(text: str) -> Question:
    return parse(text, TODAY, BILL, commands=COMMANDS)


DIALOGUES = dialogues()


def test_the_table_is_whole():
    assert len(DIALOGUES) >= 120
    assert all((entry.asks is None) != (entry.refusal is None) for entry in DIALOGUES)
    assert sum(entry.refusal is not None for entry in DIALOGUES) >= 30


@pytest.mark.parametrize("entry", DIALOGUES, ids=lambda entry: entry.said)
def test_dialogue(entry: Dialogue):
    if entry.asks is not None:
        asked = ask(entry.said)
        assert render(asked) == entry.asks
        assert ask(render(asked)) == asked
        return
    with pytest.raises(UserError) as refused:
        ask(entry.said)
    assert str(refused.value).startswith(entry.refusal or "-")
    assert set(entry.offers) <= set(refused.value.suggestions)


@pytest.mark.parametrize("entry", [e for e in DIALOGUES if e.refusal], ids=lambda e: e.said)
def test_every_offer_can_be_asked(entry: Dialogue):
    with pytest.raises(UserError) as refused:
        ask(entry.said)
    for offer in refused.value.suggestions:
        assert offer.split()[0] in COMMANDS or ask(offer)
