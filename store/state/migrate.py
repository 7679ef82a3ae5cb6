"""Brings a database to the newest shape; costs nothing when it is there already."""

import asyncio
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from domain.errors import SettingsError
from store.state.database import Database
from store.state.schema import tables

FOLDER = Path(__file__).parent / "migrations"
#: Held while migrating, so that replicas that start together wait for each other.
LOCK = 4_726_300_117


def head() -> str:
    """The number of the newest step."""
    return max(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """The number of the step that the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> str | None:
    """Take the missing steps in the caller's transaction; where it was before.

    Raises SettingsError for a database that a newer costbot has written.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    at, newest = current(connection), head()
    if at is not None and at > newest:
        raise SettingsError(
            f"The database is at version {at}, this costbot knows {newest}. Install the newer "
            "version again, or restore a backup from before."
        )
    if at is None:
        _create(connection, newest)
    elif at != newest:
        _alembic(connection, "upgrade", newest)
    return at


def _create(connection: Connection, newest: str) -> None:
    """An empty database gets the newest shape at once; Alembic takes a second to load."""
    tables.create_all(connection)
    connection.execute(
        text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    stamp = text("INSERT INTO alembic_version (version_num) VALUES (:newest)")
    connection.execute(stamp, {"newest": newest})


def climb(connection: Connection) -> None:
    """Take every step, also from nothing."""
    _alembic(connection, "upgrade", head())


def downgrade(connection: Connection, to: str) -> None:
    """Take steps back, to a number or `base`; what only the newer shape could hold is lost."""
    _alembic(connection, "downgrade", to)


def _alembic(connection: Connection, verb: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    getattr(command, verb)(config, revision)


async def prepare(database: Database) -> None:
    """What a start needs: the newest shape, and room set aside."""
    await asyncio.to_thread(prepare_now, database)


def prepare_now(database: Database) -> None:
    """The same, in the thread of the caller."""
    database.transact(upgrade)
    if database.ballast is not None:
        database.ballast.hold()
