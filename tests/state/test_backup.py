"""Backup and restore by the command line: all of it comes back, and nothing is done twice."""

import re
import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.delivery import Stage
from domain.finding import Status
from domain.ports import Sighting
from integrations.pagerduty import PagerDuty
from store.state import Memory
from store.state.migrate import downgrade, head
from tests.delivery.conftest import Place
from tests.integrations.findings import NOW
from tests.peers.pagerduty import PagerDutyPeer
from tests.peers.pagerduty.peer import KEY
from tests.state.keeping import FOUND, Run, run, working

__all__ = ["run"]


async def test_what_was_remembered_is_there_again(
    database_url: str, run: Run, tmp_path: Path
) -> None:
    (await working(database_url, found=FOUND)).close()
    assert run("backup", "kept/state.backup")[0] == 0
    file = tmp_path / "kept" / "state.backup"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["state.backup"]
    later = replace(FOUND, key="s3")
    (await working(database_url, found=later)).close()
    code, said, wrong = run("restore", file)
    assert (code, wrong) == (0, "") and "restored" in said
    memory = await working(database_url)
    assert [one.key for one in await memory.findings.listed()] == ["ec2"]
    await memory.findings.report([Sighting(later, [])], NOW)
    assert {one.number for one in await memory.findings.listed()} == {1, 2}
    memory.close()


async def test_a_restored_bot_pages_nobody_again(
    database_url: str, run: Run, tmp_path: Path
) -> None:
    async with PagerDutyPeer() as peer:
        pager = PagerDuty(KEY, events_url=peer.url)
        (await working(database_url, pager, found=FOUND)).close()
        assert peer.actions == ["trigger"]
        assert run("backup", "state.backup")[0] == 0
        assert run("restore", "state.backup")[0] == 0
        memory = await working(database_url, pager, found=replace(FOUND, seen_at=NOW))
        (copy,) = await memory.findings.showings(FOUND.id)
        memory.close()
        assert (copy.stage, peer.actions) == (Stage.SHOWN, ["trigger"])


async def test_what_was_waiting_is_looked_for_before_it_is_made(
    database_url: str, run: Run
) -> None:
    """The backup does not know that it was shown right after it was made."""
    waiting, done = Place("jira"), Place("slack")
    memory = await working(database_url, done, found=FOUND)
    memory.close()
    memory = Memory(database_url)
    await memory.start()
    await memory.findings.report([Sighting(replace(FOUND, key="s3"), ["jira"])], NOW)
    memory.close()
    assert run("backup", "state.backup")[0] == 0
    began = datetime.now(UTC)
    assert run("restore", "state.backup")[0] == 0
    (await working(database_url, waiting, done)).close()
    (doubt,) = (known.mine for known in waiting.calls)
    assert doubt.unsure_since is not None and doubt.unsure_until is not None
    assert doubt.unsure_since < began <= doubt.unsure_until, "until it was put back"
    assert len(done.calls) == 1


async def test_a_backup_may_be_made_while_the_bot_works_but_not_put_back(
    database_url: str, run: Run
) -> None:
    memory = await working(database_url, found=FOUND)
    assert run("backup", "state.backup")[0] == 0
    code, _, said = run("restore", "state.backup")
    assert code == 1 and said.startswith("costbot: ") and said.count("\n") == 1
    assert "Stop" in said
    assert [one.key for one in await memory.findings.listed()] == ["ec2"]
    memory.close()


async def test_an_older_backup_is_brought_to_the_newest_shape(database_url: str, run: Run) -> None:
    memory = await working(database_url)
    await memory.database.write(lambda connection: downgrade(connection, "0001"))
    memory.close()
    assert run("backup", "old.backup")[0] == 0
    assert run("migrate")[1] == f"The database was at version 0001; now it is at {head()}.\n"
    assert run("migrate")[1] == f"The database is at version {head()} already.\n"
    assert run("restore", "old.backup")[0] == 0
    assert run("migrate")[1] == f"The database is at version {head()} already.\n"


def test_an_empty_database_gets_its_shape(run: Run) -> None:
    assert run("migrate")[1] == f"The database was empty; now it is at {head()}.\n"


def test_a_backup_is_never_written_over_another(run: Run) -> None:
    assert run("migrate")[0] == 0
    assert run("backup", "state.backup")[0] == 0
    before = Path("state.backup").read_bytes()
    code, _, said = run("backup", "state.backup")
    assert (code, Path("state.backup").read_bytes()) == (1, before)
    assert said == "costbot: state.backup is there already. Name a file that is not.\n"


WRONG = {
    "prose": "is no backup",
    "empty": "is no backup",
    "other engine": "is a backup of",
    "absent": "No such file",
}


def spoilt() -> tuple[str, ...]:
    """Files that look like this backup and are none."""
    content = Path("state.backup").read_bytes()
    middle = len(content) // 2
    wrong = {
        "cut": content[:middle],
        "empty": b"",
        "prose": b"costbot's state, or so they say",
        "other engine": b"PGDMP..." if content.startswith(b"SQLite") else b"SQLite format 3\x00",
        "overwritten": content[:100] + bytes(len(content) - 100),
    }
    for name, spoilt in wrong.items():
        Path(name).write_bytes(spoilt)
    with sqlite3.connect("stranger") as stranger:
        stranger.execute("CREATE TABLE alembic_version (version_num TEXT)")
    return (*wrong, "stranger")


async def test_what_is_no_backup_changes_nothing(database_url: str, run: Run) -> None:
    (await working(database_url, found=FOUND)).close()
    assert run("backup", "state.backup")[0] == 0
    wrong = spoilt()
    for name in (*wrong, "absent"):
        code, _, said = run("restore", name)
        assert (code, said.count("\n")) == (1, 1), (name, said)
        assert WRONG.get(name, "") in said
    memory = await working(database_url)
    assert [one.key for one in await memory.findings.listed()] == ["ec2"]
    memory.close()


async def test_a_backup_of_a_newer_costbot_is_refused(database_url: str, run: Run) -> None:
    memory = await working(database_url, found=FOUND)
    later = "UPDATE alembic_version SET version_num = '9999'"
    await memory.database.write(lambda connection: connection.exec_driver_sql(later))
    memory.close()
    assert run("backup", "newer.backup")[0] == 0
    assert "version 9999" in run("migrate")[2]
    now = f"UPDATE alembic_version SET version_num = '{head()}'"
    memory = Memory(database_url)
    await memory.database.write(lambda connection: connection.exec_driver_sql(now))
    memory.close()
    code, _, said = run("restore", "newer.backup")
    assert code == 1 and "9999" in said
    memory = await working(database_url)
    assert [one.key for one in await memory.findings.listed()] == ["ec2"]
    memory.close()


# -- SQLite ---------------------------------------------------------------------------------------


def killed(memory: Memory) -> None:
    """Leave the files as a bot does that is killed: what it wrote last is in the log alone."""
    file = memory.database.file
    assert file is not None
    log = file.with_name(file.name + "-wal")
    content = {one: one.read_bytes() for one in (file, log)}
    assert content[log]
    memory.close()
    for one, was in content.items():
        one.write_bytes(was)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_a_killed_bot_wrote_last_is_kept_and_not_mixed_in(
    tmp_path: Path, run: Run, database_url: str
) -> None:
    """The log of the database before stays with it: read with another, it would damage that."""
    (await working(database_url)).close()
    assert run("backup", "empty.backup")[0] == 0
    memory = await working(database_url, found=FOUND)
    killed(memory)
    code, said, _ = run("restore", "empty.backup")
    kept = re.findall(r"before is (\S+)\. Start", said)[0]
    assert code == 0 and Path(kept).parent == tmp_path
    with sqlite3.connect(kept) as before:
        assert before.execute("SELECT id FROM findings").fetchall() == [("spike:ec2",)]
    memory = await working(database_url)
    assert await memory.findings.listed() == ()
    memory.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_a_killed_bot_wrote_last_is_in_the_backup(run: Run, database_url: str) -> None:
    killed(await working(database_url, found=FOUND))
    assert run("backup", "log.backup")[0] == 0
    assert run("restore", "log.backup")[0] == 0
    memory = await working(database_url)
    assert [one.status for one in await memory.findings.listed()] == [Status.OPEN]
    memory.close()
