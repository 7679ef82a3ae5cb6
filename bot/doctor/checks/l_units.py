"""Units: what costs are divided by is counted by somebody, lately."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from domain.errors import DeliveryError, SettingsError
from domain.period import Period
from domain.unit import Unit

ABOUT = "units"
#: A system that counts is a day behind, seldom two.
LATELY = timedelta(days=7)


async def run(patient: Patient) -> Sequence[Remark]:
    from bot.assembly import ROUTES
    from bot.unit_file import read

    try:
        units = read(ROUTES)
    except SettingsError as error:
        return [bad(ABOUT, str(error), "put it right; docs/trends.md shows how")]
    if not units:
        return [off(ABOUT, "no [[units]] in costbot.toml")]
    return await asyncio.gather(*(_counted(patient, unit) for unit in units))


async def _counted(patient: Patient, unit: Unit) -> Remark:
    from bot.assembly import ROUTES
    from bot.unit_sources import UnitSources

    about = f"unit {unit.name}"
    today = patient.now.date()
    sources = UnitSources(patient.settings, ROUTES.resolve().parent)
    try:
        found = await sources.daily(unit, Period(today - LATELY, today))
    except DeliveryError as error:
        return bad(about, str(error), "put it right, or take the unit out of costbot.toml")
    if not found:
        todo = "check its metric, dimensions and region, or its file"
        return warning(about, "nobody counted any in the last 7 days", todo)
    return ok(about, f"{len(found)} of the last 7 days are counted")


CHECK = Check(ABOUT, run)
