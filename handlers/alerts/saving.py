"""Savings that were recommended: followed until the bill shows them."""

from collections.abc import Sequence

from domain.finding import Finding, Status
from handlers import replies, savings
from handlers.kinds import AlertKind, Context

_FOLLOWED = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED})


async def find(context: Context) -> Sequence[Finding]:
    """Each followed recommendation with what it saved so far."""
    through = replies.settled(context)
    if through is None:
        return ()
    known = await context.use.memory.findings.listed(_FOLLOWED, savings.KIND, 500)
    told = [await savings.verified(context, one, through) for one in known]
    return [one for one in told if one is not None]


ALERT = AlertKind("saving", "Recommended savings, until the bill shows them", find)
