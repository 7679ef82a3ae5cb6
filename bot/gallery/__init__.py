"""The gallery: every example card as Slack, Teams, the local page and a terminal show it."""

import hashlib
import importlib
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cards.views
from bot.gallery import bundles, own, sheet, wording
from bot.gallery.browser import Shown, launched
from bot.gallery.errors import GalleryError, MissingToolError
from cards import html, slack, teams, text
from cards.model import Card, Chart
from cards.pictures import codec, draw

__all__ = ["GalleryError", "MissingToolError", "build", "examples"]

ADDRESS = "https://costbot.example.com/pictures/"
DESKTOP = 720
PHONE = 380
MOST_SAID = 20

Said = Callable[[Any], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Look:
    """One way to show a card: which page draws what, how wide, and what has to be readable."""

    name: str
    page: str
    width: int
    render: Callable[[Card, Callable[[Chart], str]], Any]
    said: Said | None = None
    charts_only: bool = False


def _slack(card: Card, picture: Callable[[Chart], str]) -> Any:
    return slack.render(card, picture)


def _slack_pictures(card: Card, picture: Callable[[Chart], str]) -> Any:
    return slack.render(card, picture, native_charts=False)


LOOKS = (
    Look("slack", "slack", DESKTOP, _slack, wording.slack),
    Look("slack-phone", "slack", PHONE, _slack, wording.slack),
    Look("slack-pictures", "slack", PHONE, _slack_pictures, wording.slack, charts_only=True),
    Look("teams", "teams", DESKTOP, teams.render, wording.teams),
    Look("teams-phone", "teams", PHONE, teams.render, wording.teams),
    Look("page", "page", DESKTOP, html.render),
    Look("page-phone", "page", PHONE, html.render),
    Look("terminal", "terminal", DESKTOP, lambda card, _picture: text.render(card)),
)


def examples() -> dict[str, Card]:
    """Every example of every view, as "view: example"."""
    found: dict[str, Card] = {}
    for info in sorted(pkgutil.iter_modules(cards.views.__path__), key=lambda view: view.name):
        module = importlib.import_module(f"{cards.views.__name__}.{info.name}")
        shown: Mapping[str, Card] | None = getattr(module, "EXAMPLES", None)
        if not shown:
            raise GalleryError(f"{module.__file__} has no EXAMPLES.")
        found |= {f"{info.name}: {name}": card for name, card in shown.items()}
    return found


def build(
    folder: Path, shown: Mapping[str, Card] | None = None, looks: Sequence[Look] = LOOKS
) -> list[Path]:
    """Draw every example in every look into `folder`, with an index; returns what was written.

    Raises GalleryError after the last picture when one of them does not show all of its card.
    """
    shown = examples() if shown is None else shown
    folder.mkdir(parents=True, exist_ok=True)
    darkroom = _Darkroom()
    made: dict[str, dict[str, Path]] = {name: {} for name in shown}
    lost: list[str] = []
    with launched(darkroom.fetch) as browser:
        pages = bundles.pages() | own.pages()
        for look, (name, card) in itertools.product(looks, shown.items()):
            if look.charts_only and not _has_chart(card):
                continue
            path = folder / f"{_slug(name)}.{look.name}.png"
            content = look.render(card, darkroom.address)
            seen = browser.show(pages[look.page], look.width, content)
            path.write_bytes(seen.picture)
            made[name][look.name] = path
            lost += [f"{path.name}: {what}" for what in _lost(look, content, seen)]
    index = sheet.write(folder, made)
    pictures = [path for paths in made.values() for path in paths.values()]
    if lost:
        more = f"\n… and {len(lost) - MOST_SAID} more" if len(lost) > MOST_SAID else ""
        raise GalleryError(
            f"{len(pictures)} pictures are drawn and do not show everything. Open {index}\n"
            + "\n".join(lost[:MOST_SAID])
            + more
        )
    return [*pictures, index]


def _has_chart(card: Card) -> bool:
    return any(isinstance(block, Chart) for block in card.blocks)


def _lost(look: Look, content: Any, seen: Shown) -> list[str]:
    """What the page left out: words, pictures, or an element it did not understand."""
    if look.said is None:
        return list(seen.problems)
    words = [f"no {text!r}" for text in wording.unseen(look.said(content), seen.text)]
    wanted = wording.images(content)
    broken = [f"{seen.images} of {wanted} pictures"] if seen.images < wanted else []
    return [*words, *broken, *seen.problems]


class _Darkroom:
    """Draws the charts that a card shows, under the addresses that the browser will ask for."""

    def __init__(self) -> None:
        self._drawn: dict[str, bytes] = {}

    def address(self, chart: Chart) -> str:
        name = hashlib.sha256(codec.encode(chart).encode()).hexdigest()[:40]
        address = f"{ADDRESS}{name}.png"
        if address not in self._drawn:
            self._drawn[address] = draw(chart)
        return address

    def fetch(self, address: str) -> bytes | None:
        return self._drawn.get(address)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
