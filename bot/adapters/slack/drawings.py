"""A card as Slack may take it, the best drawing first: native charts, then pictures, then words."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.adapters.pictures import Pictures
from bot.adapters.slack.refusals import BlocksRefusedError
from cards import slack as drawing
from cards import text
from cards.escape import slack_entities
from cards.model import Card
from cards.shorten import shorten
from domain.errors import PermanentError

log = logging.getLogger(__name__)

Blocks = list[dict[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Drawing:
    """One way to draw a card: blocks, and the text for notifications and where blocks fail."""

    text: str
    blocks: Blocks = field(default_factory=Blocks)


class Drawings:
    """Draws cards outside of the event loop: texts are measured, charts are kept on disk."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    async def best(self, card: Card) -> Drawing:
        return await asyncio.to_thread(self._native, card)

    async def send(
        self, card: Card, send: Callable[[Drawing], Awaitable[T]], best: Drawing | None = None
    ) -> T:
        """Send the best drawing that Slack takes; `best` when it is drawn already.

        A drawing that Slack refuses has no effect, so that at most one is ever seen.
        """
        refused: Drawing | None = None
        for draw in (self._native, self._pictured, _in_words):
            known, best = best, None
            shown = known or await asyncio.to_thread(draw, card)
            if shown == refused:
                continue
            try:
                return await send(shown)
            except BlocksRefusedError:
                log.warning("Slack refused the blocks of a message; a simpler drawing follows")
                refused = shown
        raise PermanentError("Slack refused a message in plain words")

    def _native(self, card: Card) -> Drawing:
        return Drawing(drawing.fallback(card), drawing.render(card, self._pictures.url))

    def _pictured(self, card: Card) -> Drawing:
        blocks = drawing.render(card, self._pictures.url, native_charts=False)
        return Drawing(drawing.fallback(card), blocks)


def _in_words(card: Card) -> Drawing:
    """The whole card as escaped text, well below the 4,000 characters that Slack shows."""
    return Drawing(slack_entities(shorten(text.render(card), 2500, len)))
