"""Watching the bill: every kind of alert looks for findings, the routes say where they go."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.finding import Finding
from domain.ports import Run, Sighting
from handlers.kinds import Actor, AlertKind, Context, Origin, Surface, Use

log = logging.getLogger(__name__)

COSTBOT = Actor("costbot", "costbot", "costbot")
NOWHERE = Origin("costbot", "", Surface.CONSOLE)


async def look(use: Use, alerts: Mapping[str, AlertKind], now: datetime) -> list[Sighting]:
    """What every kind finds at this moment, each with the places it is for; sends nothing.

    A kind that fails is logged and leaves the others alone.
    """
    context = Context(COSTBOT, NOWHERE, now, use)
    found: list[Finding] = []
    for kind in alerts.values():
        try:
            found += await kind.find(context)
        except Exception:
            log.exception("the alert %s failed", kind.name)
    return await routed(use, found, now)


async def routed(use: Use, found: Sequence[Finding], now: datetime) -> list[Sighting]:
    """The findings with their owners and their places."""
    sightings: list[Sighting] = []
    for one in found:
        verdict = await use.memory.routes.decide(one, now)
        owned = replace(one, owner=one.owner or verdict.owner)
        sightings.append(Sighting(owned, verdict.places))
    return sightings


async def watch(
    use: Use, alerts: Mapping[str, AlertKind], now: datetime, run: Run | None = None
) -> tuple[Finding, ...]:
    """Look, and record what was found together with the run that found it."""
    return await use.memory.findings.report(await look(use, alerts, now), now, run)
