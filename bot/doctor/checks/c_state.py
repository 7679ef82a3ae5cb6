"""The state: its database can be had, and has the newest shape."""

import asyncio
from collections.abc import Sequence

from bot.doctor.model import Check, Patient, Remark, bad, ok, warning

ABOUT = "database"


async def run(patient: Patient) -> Sequence[Remark]:
    return [await asyncio.to_thread(_look, patient)]


def _look(patient: Patient) -> Remark:
    from sqlalchemy.exc import SQLAlchemyError

    from domain.errors import SettingsError
    from store.state import Database, default_url
    from store.state.migrate import current, head

    settings = patient.settings
    url = settings.database_url.reveal() if settings.database_url else ""
    file = settings.data_dir / "costbot.sqlite"
    if not url and not file.exists():
        return ok(ABOUT, f"{file} is made at the first start")
    database: Database | None = None
    try:
        database = Database(url or default_url(settings.data_dir))
        at = database.transact(current)
    except (SettingsError, SQLAlchemyError, OSError) as error:
        said = f"cannot be opened ({type(error).__name__})"
        todo = "check COSTBOT_DATABASE_URL, its password and the network; or restore a backup"
        return bad(ABOUT, said, todo)
    finally:
        if database is not None:
            database.close()
    if at is None:
        return ok(ABOUT, "it is empty; its tables are made at the first start")
    if at < head():
        return warning(ABOUT, f"shape {at}, the newest is {head()}", "python -m bot migrate")
    if at > head():
        todo = "run the version of costbot that made it, or a newer one"
        return bad(ABOUT, f"shape {at} is newer than this costbot, which knows {head()}", todo)
    return ok(ABOUT, f"shape {at}")


CHECK = Check(ABOUT, run)
