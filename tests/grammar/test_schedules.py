"""What people type to have something sent by itself: see schedules.txt."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from domain.errors import UserError
from handlers import subscribing
from handlers.subscribing import Wish


@dataclass
class Dialogue:
    said: str
    understood: str | None = None
    refusal: str | None = None
    offers: list[str] = field(default_factory=list)


def dialogues() -> list[Dialogue]:
    found: list[Dialogue] = []
    for line in (Path(__file__).parent / "schedules.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        sign, rest = line.strip()[:3], line.strip()[3:]
        if not line.startswith("    "):
            found.append(Dialogue(line))
        elif sign == "-> ":
            found[-1].understood = rest
        elif sign == "!! ":
            found[-1].refusal = rest
        else:
            found[-1].offers.append(rest)
    return found


def read(said: str) -> Wish:
    command, _, words = said.partition(" ")
    if command == "subscribe":
        return subscribing.anything("subscribe", words)
    return subscribing.report("report", words)


def shown(wish: Wish) -> str:
    heard = wish.heard
    if not heard.repeats:
        return f"{wish.words} | now"
    unit = heard.unit or {"daily": "day", "weekly": "week", "monthly": "month"}[wish.kind]
    on = f":{heard.on}" if heard.on is not None else ""
    return f"{wish.words} | {unit}{on} {heard.at or '-'} | {heard.zone or '-'}"


DIALOGUES = dialogues()


def test_the_table_is_whole():
    assert len(DIALOGUES) >= 70
    assert all((entry.understood is None) != (entry.refusal is None) for entry in DIALOGUES)


@pytest.mark.parametrize("entry", DIALOGUES, ids=lambda entry: entry.said)
def test_dialogue(entry: Dialogue):
    if entry.understood is not None:
        assert shown(read(entry.said)) == entry.understood
        return
    with pytest.raises(UserError) as refused:
        read(entry.said)
    assert str(refused.value).startswith(entry.refusal or "-")
    assert set(entry.offers) <= set(refused.value.suggestions)


@pytest.mark.parametrize("entry", [e for e in DIALOGUES if e.refusal], ids=lambda e: e.said)
def test_every_offer_is_understood(entry: Dialogue):
    with pytest.raises(UserError) as refused:
        read(entry.said)
    assert refused.value.suggestions
    for offer in refused.value.suggestions:
        read(offer)


@pytest.mark.parametrize("entry", [e for e in DIALOGUES if e.understood], ids=lambda e: e.said)
def test_what_was_understood_is_left_alone_when_it_is_read_again(entry: Dialogue):
    """The words of a subscription are asked by themselves: no schedule may be found in them."""
    wish = read(entry.said)
    if wish.words.startswith("report"):
        again = read(wish.words)
        assert not again.heard.repeats
        assert (again.words, again.kind) == (wish.words, wish.kind)
