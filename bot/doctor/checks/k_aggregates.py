"""The table of sums: it can be read, and what it has is as new as the bill."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from cards import words
from domain.errors import DeliveryError

ABOUT = "aggregates"
ADMIN = "an admin of the AWS account"
#: AWS delivers a day within two, and sums are published after each load.
LATE = timedelta(days=3)


async def run(patient: Patient) -> Sequence[Remark]:
    name = patient.settings.aggregates_table
    if name is None:
        return [off(ABOUT, "COSTBOT_AGGREGATES_TABLE is not set")]
    return [await asyncio.to_thread(_look, patient, name)]


def _look(patient: Patient, name: str) -> Remark:
    from integrations.aws.aggregates import Served, Table
    from integrations.aws.aggregates.table import MissingTableError

    table = Table(name)
    publishes = not patient.settings.aggregates_serve
    publish = "set COSTBOT_AGGREGATES_TABLE on a costbot that has bills, and let it run"
    try:
        status = Served(table).known().status
    except MissingTableError as error:
        if publishes:
            return ok(ABOUT, f"the table {name} is made after the first load")
        return bad(ABOUT, str(error), publish)
    except DeliveryError as error:
        return bad(ABOUT, str(error), "grant it, or unset COSTBOT_AGGREGATES_TABLE", ADMIN)
    finally:
        table.close()
    if status.last_day is None:
        said = f"nothing is published to {name} yet"
        return ok(ABOUT, said) if publishes else bad(ABOUT, said, publish)
    there = words.plural(len(status.bills), "bill")
    said = f"{there} in {name}, through {words.day(status.last_day)}"
    age = patient.now.date() - status.last_day
    if age > LATE:
        todo = "look at the log of the costbot that publishes"
        return warning(ABOUT, f"{said}: {age.days} days old", todo)
    return ok(ABOUT, said)


CHECK = Check(ABOUT, run)
