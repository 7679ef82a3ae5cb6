"""Backups of PostgreSQL: all or nothing, by its own programs, and its password told to nobody."""

from pathlib import Path

import pytest

from bot.__main__ import main
from domain.ports import Sighting
from store.state import Memory
from tests.integrations.findings import NOW
from tests.state.keeping import FOUND, Run, run, working

__all__ = ["run"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_restore_that_fails_half_way_changes_nothing(database_url: str, run: Run) -> None:
    memory = await working(database_url)
    assert run("backup", "empty.backup")[0] == 0
    await memory.findings.report([Sighting(FOUND, ())], NOW)
    in_the_way = (
        "DROP INDEX showings_first; CREATE TABLE others (of_theirs int); "
        "CREATE INDEX showings_first ON others (of_theirs)"
    )
    await memory.database.write(lambda connection: connection.exec_driver_sql(in_the_way))
    memory.close()
    code, _, said = run("restore", "empty.backup")
    assert code == 1 and "showings_first" in said
    memory = Memory(database_url)
    assert [one.key for one in await memory.findings.listed()] == ["ec2"]
    memory.close()


SECRET = "not-a-real-database-password"
ELSEWHERE = f"postgresql://costbot:{SECRET}@127.0.0.1:9/costbot"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PostgreSQL with a password, that nobody answers for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTBOT_DATABASE_URL", ELSEWHERE)
    Path("some.backup").write_bytes(b"PGDMP")


@pytest.mark.usefixtures("elsewhere")
def test_without_its_programs_postgresql_is_backed_up_by_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    for words, program in (("backup new.backup", "pg_dump"), ("restore some.backup", "pg_restore")):
        assert main(words.split()) == 1
        said = capsys.readouterr().err
        assert f"{program} is not installed" in said and f"run: {program} " in said
        assert SECRET not in said and said.count("\n") == 1


@pytest.mark.usefixtures("elsewhere")
def test_a_database_that_does_not_answer_is_one_line_without_its_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in ("migrate", "backup new.backup"):
        assert main(words.split()) == 1
        said = capsys.readouterr().err
        assert "refused" in said and SECRET not in said and said.count("\n") == 1
    assert not Path("new.backup").exists()


@pytest.mark.usefixtures("elsewhere")
def test_the_password_is_no_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments are for everybody on the machine to see."""
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\necho "$@" > arguments\necho "$PGPASSWORD" > password\n'
        'for one in "$@"; do case $one in --file=*) echo PGDMP > "${one#--file=}"; esac; done\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert main(["backup", "new.backup"]) == 0
    assert SECRET not in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text().strip() == SECRET
    program.write_text("#!/bin/sh\n")
    assert main(["backup", "another.backup"]) == 1
    assert not Path("another.backup").exists()


@pytest.mark.parametrize("url", ["no address", "mysql://somebody:secret@localhost/x"])
def test_an_address_that_is_none_is_one_line_without_it(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTBOT_DATABASE_URL", url)
    for words in ("migrate", "backup new.backup"):
        assert main(words.split()) == 1
        said = capsys.readouterr().err
        assert "COSTBOT_DATABASE_URL must begin with" in said and "secret" not in said
