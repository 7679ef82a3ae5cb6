"""The bill: something is loaded, it is fresh, and no month is missing."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from cards.words import day
from domain.errors import CostbotError

ABOUT = "bill"
#: AWS delivers a day within two; a week is a weekend and a holiday.
LATE, STALE = timedelta(days=3), timedelta(days=7)


async def run(patient: Patient) -> Sequence[Remark]:
    if patient.settings.aggregates_serve:
        return [off(ABOUT, "the answers come from COSTBOT_AGGREGATES_TABLE")]
    return await asyncio.to_thread(_look, patient)


def _look(patient: Patient) -> list[Remark]:
    from store.lake import DuckLake

    lake = DuckLake(patient.settings.data_dir)
    try:
        status = lake.status()
    except CostbotError as error:
        return [bad(ABOUT, str(error), "load the bills anew: python -m bot load <export>")]
    finally:
        lake.close()
    if status.last_day is None or status.first_day is None:
        return [bad(ABOUT, "nothing is loaded", "python -m bot load <export>, or make demo")]
    said = f"{len(status.bills)} bills, {day(status.first_day)} to {day(status.last_day)}"
    age = patient.now.date() - status.last_day
    fresher = "load the newest export, and look why nobody did"
    found = [
        bad(ABOUT, f"{said}: {age.days} days old", fresher)
        if age > STALE
        else warning(ABOUT, f"{said}: {age.days} days old", fresher)
        if age > LATE
        else ok(ABOUT, said)
    ]
    periods = sorted({bill.period for bill in status.bills})
    for before, after in pairwise(periods):
        if before.end < after.start:
            said = f"no bill from {day(before.end)} to {day(after.start - timedelta(days=1))}"
            found.append(warning(ABOUT, said, "load the months that are missing"))
    return found


CHECK = Check(ABOUT, run)
