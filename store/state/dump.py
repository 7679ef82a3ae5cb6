"""Backups of PostgreSQL, by its own programs: pg_dump writes them, pg_restore and psql read them.

The password goes to them in their environment: arguments are for everybody to see.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, make_url, text
from sqlalchemy.exc import ArgumentError

from domain.errors import SettingsError
from store.state.database import Database
from store.state.schema import tables

MAGIC = b"PGDMP"
OURS = (*tables.tables, "alembic_version")
_VERSION = re.compile(r"^COPY \S*alembic_version [^\n]*\n(\d{4})\n", re.MULTILINE)
#: See `backup.mark_unsure`, which says the rest once the tables have the newest shape: here no
#: moment may pass in which a bot could take it for sure. pg_dump's script leaves no search path.
_UNSURE = (
    "RESET search_path; UPDATE showings SET unsure_at = coalesce(unsure_at, wanted_at) "
    "WHERE shown < wanted AND stage <> 'dead'"
)


def is_postgres(url: str) -> bool:
    try:
        return make_url(url).get_backend_name() == "postgresql"
    except ArgumentError:
        return False


def write(url: str, file: Path) -> None:
    """Our tables in pg_dump's own format; may be done while bots work."""
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    _run(
        ("pg_dump", *options, *(f"--table={name}" for name in OURS)),
        url,
        f'pg_dump --format=custom --no-owner --file={file} "$COSTBOT_DATABASE_URL"',
    )


def read(url: str, file: Path, newest: str) -> None:
    """Put the backup in the place of our tables, whole or not at all."""
    by_hand = f'pg_restore --clean --if-exists --no-owner --dbname="$COSTBOT_DATABASE_URL" {file}'
    plain = ("pg_restore", "--no-owner", "--no-privileges")
    only = ("--data-only", "--table=alembic_version", "--file=-", str(file))
    found = _VERSION.search(_run((*plain, *only), None, by_hand))
    if found is None:
        raise SettingsError(f"{file} is no backup of costbot's.")
    if found[1] > newest:
        raise SettingsError(
            f"{file} is of version {found[1]}, this costbot knows {newest}. Install the newer "
            "version first."
        )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.sql"
        _run((*plain, f"--file={script}", str(file)), None, by_hand)
        ours = _tables_there(url)
        dropped = ", ".join(f'"{name}"' for name in ours)
        first = ("-c", f"DROP TABLE {dropped} CASCADE") if ours else ()
        steps = (*first, "-f", str(script), "-c", _UNSURE)
        options = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction")
        _run(("psql", *options, *steps), url, by_hand)


def _tables_there(url: str) -> list[str]:
    """Our tables in the database; SettingsError while a bot uses them."""

    def look(connection: Connection) -> list[str]:
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'costbot' "
            "AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        if connection.scalar(others):
            raise SettingsError("A costbot works with this database. Stop every one of them first.")
        return sorted(
            {*inspect(connection).get_table_names()} & {*tables.tables, "alembic_version"}
        )

    database = Database(url)
    try:
        return database.transact(look)
    finally:
        database.close()


def _run(command: Sequence[str], url: str | None, by_hand: str) -> str:
    """What the program printed; SettingsError with the first line of what it complains about."""
    program = shutil.which(command[0])
    if program is None:
        raise SettingsError(
            f"{command[0]} is not installed here (Debian: apt install postgresql-client). "
            f"Where it is, run: {by_hand}"
        )
    address, secret = _address(url) if url else ((), "")
    environment = {**os.environ, **({"PGPASSWORD": secret} if secret else {})}
    done = subprocess.run(  # noqa: S603 - our own words, and no shell
        (program, *command[1:], *address), capture_output=True, text=True, env=environment
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise SettingsError(said.replace(secret, "***") if secret else said)
    return done.stdout


def _address(url: str) -> tuple[tuple[str, ...], str]:
    """The database for a program's arguments, and the password for its environment."""
    made = make_url(url)
    given = made.password or made.query.get("password") or ""
    query = {name: value for name, value in made.query.items() if name != "password"}
    bare = URL.create("postgresql", made.username, None, made.host, made.port, made.database, query)
    return ("--dbname", bare.render_as_string(hide_password=False)), str(given)
