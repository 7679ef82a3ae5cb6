"""Migrations lead to the shape that the code expects, there and back, and keep what was there."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from domain.delivery import Stage
from store.state import Database, FindingStore
from store.state.migrate import climb, downgrade, prepare, upgrade
from store.state.schema import tables

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)

OLD_FINDING = """
INSERT INTO findings (number, id, kind, status, seen_at, opened_at, occurrence, revision, body)
VALUES (1, 'spike:ec2', 'spike', 'open', :at, :at, 1, 1,
'{"title": "EC2", "severity": "high", "impact": null, "owner": "", "assignee": "", "labels": {},
"facts": [], "measurements": [], "command": "", "log": []}')
"""
OLD_COPY = """
INSERT INTO showings (finding_id, destination, scheme, priority, wanted, shown, stage, ref, url,
memo, wish, reason, attempts, wanted_at, due_at)
VALUES ('spike:ec2', 'slack:C1', 'slack', -3, 1, 1, 'shown', '17.1', '', '', '{}', '', 0, :at, :at)
"""


@pytest.mark.parametrize("way", [upgrade, climb])
async def test_the_steps_lead_to_the_tables_of_the_code(
    database_url: str, way: Callable[[Connection], object]
) -> None:
    """Made at once or step by step, it is the same."""
    database = Database(database_url)
    await database.write(way)

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), tables)

    assert await database.read(differences) == []

    def partial(connection: Connection) -> set[str | None]:
        return {index["name"] for index in inspect(connection).get_indexes("showings")}

    assert {"showings_behind", "showings_first"} <= await database.read(partial)
    database.close()


async def test_copies_from_before_are_still_there_after_each_step(database_url: str) -> None:
    database = Database(database_url)
    await prepare(database)
    await database.write(lambda connection: downgrade(connection, "0001"))

    def old(connection: Connection) -> None:
        for words in (OLD_FINDING, OLD_COPY):
            connection.execute(text(words), {"at": AT})

    await database.write(old)
    await database.write(upgrade)
    (copy,) = await FindingStore(database).showings("spike:ec2")
    assert (copy.stage, copy.receipt.ref) == (Stage.SHOWN, "17.1")
    await database.write(lambda connection: downgrade(connection, "base"))
    assert await database.read(lambda connection: inspect(connection).get_table_names()) == [
        "alembic_version"
    ]
    database.close()
