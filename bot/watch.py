"""Watching the bill: every kind of alert looks for findings, the routes say where they go."""

from collections.abc import Mapping, Sequence

from domain.finding import Finding
from domain.ports import Sighting
from handlers.kinds import AlertKind, Context


async def look(context: Context, alerts: Mapping[str, AlertKind]) -> Sequence[Sighting]:
    """What every kind finds at this moment, with the places it is for; sends nothing."""
    found: list[Finding] = []
    for kind in alerts.values():
        found += await kind.find(context)
    return await context.use.memory.routes.sightings(found, context.now)
