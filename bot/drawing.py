"""What a finding looks like, wherever it is shown."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cards.model import Card
from cards.views.finding import finding
from domain.delivery import Receipts
from domain.finding import Finding
from handlers.kinds import Actor, AlertKind, Context, Origin, Surface, Use

#: Who asks when a message is drawn by itself.
COSTBOT = Actor("costbot", "costbot", "costbot")


class Drawing:
    """Draws a finding as its kind of alert wants it; the common picture for every other."""

    def __init__(
        self, use: Use, alerts: Mapping[str, AlertKind], now: Callable[[], datetime]
    ) -> None:
        self._use = use
        self._alerts = alerts
        self._now = now

    async def __call__(self, found: Finding, receipts: Receipts) -> Card:
        kind = self._alerts.get(found.kind)
        if kind is None or kind.draw is None:
            return finding(found, receipts.others)
        mine = receipts.mine
        origin = Origin(mine.scheme, mine.address, Surface.ROOM, mine.receipt.ref)
        context = Context(COSTBOT, origin, self._now(), self._use)
        return await kind.draw(context, found, receipts)
