"""Reports as findings: what a subscription shows on one date, drawn by asking its command again."""

from collections.abc import Sequence
from dataclasses import replace

from cards.buttons import SHARE, without
from cards.model import Card, Code, Note
from cards.views import problem
from domain.delivery import Receipts, scheme
from domain.errors import UserError
from domain.finding import Finding
from handlers import corrections, dispatch
from handlers.kinds import AlertKind, Context, Origin, Surface


async def find(_context: Context) -> Sequence[Finding]:
    """Nothing: the schedule of a subscription makes these findings, not the bill."""
    return ()


async def draw(context: Context, finding: Finding, receipts: Receipts) -> Card:
    """The answer as of the moment it was due, with the numbers that are known by now."""
    place = receipts.mine.destination
    then = finding.opened_at or finding.seen_at
    origin = Origin(scheme(place), receipts.mine.address, Surface.ROOM)
    try:
        answer = await dispatch.ask(replace(context, now=then, origin=origin), finding.command)
    except UserError as error:
        card = problem.cannot(finding.command, str(error), error.suggestions)
    else:
        card = without(answer.card, SHARE)
    number = finding.key.partition(":")[0]
    stop = Note(("Sent by itself. To stop it: ", Code(f"/cost unsubscribe {number}")))
    put_right = [Note((f"{label}: {said}.",)) for label, said in corrections.notes(finding)]
    return replace(card, blocks=(*put_right, *card.blocks, stop))


ALERT = AlertKind(
    name="report", summary="What a place has subscribed to, on its date", find=find, draw=draw
)
