"""The data folder: it is there, can be written to, and has room."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence

from bot.doctor.model import Check, Patient, Remark, bad, ok, warning

ABOUT = "data folder"
MIB = 2**20
LITTLE, NONE = 2048 * MIB, 256 * MIB


async def run(patient: Patient) -> Sequence[Remark]:
    return [await asyncio.to_thread(_look, patient)]


def _look(patient: Patient) -> Remark:
    folder = patient.settings.data_dir.absolute()
    if not folder.is_dir():
        todo = "make it, or name another one in COSTBOT_DATA_DIR"
        return bad(ABOUT, f"{folder} is no folder", todo)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        todo = "give costbot's user the right to write there"
        return bad(ABOUT, f"{folder} cannot be written to ({error.strerror})", todo)
    free = shutil.disk_usage(folder).free
    said = f"{folder}, {free // MIB:,} MiB free"
    if free < NONE:
        return bad(ABOUT, said, "make room: nothing more can be remembered soon")
    if free < LITTLE:
        return warning(ABOUT, said, "make room before the next bills are loaded")
    return ok(ABOUT, said)


CHECK = Check(ABOUT, run)
