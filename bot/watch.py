"""Watching the bill: every kind of alert looks for findings, the routes say where they go."""

import logging
from collections.abc import Mapping, Sequence

from domain.finding import Finding
from domain.ports import Sighting
from handlers.kinds import AlertKind, Context

log = logging.getLogger(__name__)


async def look(context: Context, alerts: Mapping[str, AlertKind]) -> Sequence[Sighting]:
    """What every kind finds at this moment, with the places it is for; sends nothing.

    A kind that fails is logged and leaves the others alone.
    """
    found: list[Finding] = []
    for kind in alerts.values():
        try:
            found += await kind.find(context)
        except Exception:
            log.exception("the alert %s failed", kind.name)
    return await context.use.memory.routes.sightings(found, context.now)
