"""`make`: one list of targets, and a clear word when the machine lacks something."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shared import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

#: Plays python3 for make. It notes what it is asked, and makes a "virtual environment" of itself.
PYTHON = """#!/bin/sh
echo "$@" >> {log}
case "$*" in
    *version_info*) exit {too_old} ;;
    *ensurepip*) exit {no_venv} ;;
    "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *"pip "*uv.txt*) {uv} ;;
esac
"""
UV = """#!/bin/sh
echo "uv $@" >> {log}
exit {fails}
"""


def make(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    command = ["make", "--no-print-directory", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True)


class Machine:
    """A machine with a pretended Python, which installs nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.venv = folder / "venv"

    def make(
        self, *, too_old: int = 0, no_venv: int = 0, uv: str = "fetched", goal: str = ".run"
    ) -> subprocess.CompletedProcess[str]:
        tool = self.folder / "uv"
        tool.write_text(UV.format(log=self.log, fails=int(uv == "fails")))
        fetch = "exit 1" if uv == "absent" else f'cp {tool} "$(dirname "$0")/uv"'
        python = self.folder / "python3"
        python.write_text(PYTHON.format(log=self.log, too_old=too_old, no_venv=no_venv, uv=fetch))
        for program in (tool, python):
            program.chmod(0o755)
        return make(f"PYTHON={python}", f"VENV={self.venv}", self.venv / goal)

    @property
    def installed(self) -> list[str]:
        """What installed which lock, in order."""
        lines = self.log.read_text().splitlines()
        found = (re.match(r"(uv|-m pip).* -r requirements/(\w+)", line) for line in lines)
        return [f"{hit[1].removeprefix('-m ')} {hit[2]}" for hit in found if hit]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_help_lists_every_target_that_people_use():
    makefile = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    listed = make("help").stdout.splitlines()
    assert [line.split()[0] for line in listed] == phony.split()
    assert all(len(line.split()) > 2 for line in listed)
    assert {"demo", "run", "test", "check", "format", "lock", "clean", "help"} <= {*phony.split()}


def test_every_target_has_a_recipe():
    for line in make("help").stdout.splitlines():
        assert make("--dry-run", line.split()[0]).returncode == 0, line


def test_an_old_python_is_told_what_is_needed(machine: Machine):
    done = machine.make(too_old=1)
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stdout
    assert "make PYTHON=" in done.stdout
    assert not machine.venv.exists()


def test_a_python_that_does_not_exist_is_told_the_same(machine: Machine):
    done = make("PYTHON=no-such-python", f"VENV={machine.venv}", machine.venv / ".run")
    assert done.returncode == 2
    assert "needs Python 3.11 or newer; no-such-python is not" in done.stdout


def test_a_python_without_venv_is_told_what_to_install(machine: Machine):
    done = machine.make(no_venv=1)
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stdout
    assert not machine.venv.exists()


def test_uv_installs_and_every_file_is_checked_by_its_hash(machine: Machine):
    assert machine.make(goal=".dev").returncode == 0
    assert machine.installed == ["pip uv", "uv run", "uv dev"]
    installs = [line for line in machine.log.read_text().splitlines() if " install " in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line for line in installs)


def test_without_uv_pip_installs_the_same_lock(machine: Machine):
    done = machine.make(uv="absent", goal=".dev")
    assert done.returncode == 0
    assert machine.installed == ["pip uv", "pip run", "pip dev"]
    assert "uv cannot be had" in done.stdout


def test_when_uv_fails_pip_has_a_try(machine: Machine):
    """Some companies tell pip alone where their mirror is."""
    assert machine.make(uv="fails").returncode == 0
    assert machine.installed == ["pip uv", "uv run", "pip run"]


def test_what_is_installed_is_not_installed_again(machine: Machine):
    machine.make()
    machine.log.unlink()
    assert machine.make().returncode == 0
    assert not machine.log.exists()
