"""`.ci/run`: what is missing is installed, a failure is never lost, the totals come last."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shared import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")

TOTALS = "3 failed, 541 passed, 2 skipped in 17.43s (0:00:17)"
FONTS = "fonts-noto-color-emoji fonts-dejavu-core"


class Machine:
    """A machine with pretended programs; `make test` prints the totals and leaves as told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        for name in ("chromium", "node", "npm", "java"):
            self.program(name, "")
        self.program("apt-get", 'echo "apt-get $@" >> "$LOG"')
        self.program("dpkg", "exit 0")
        self.program("id", "echo 0")

    def program(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, tests: int = 0, checks: int = 0, totals: str = TOTALS) -> tuple[int, list[str]]:
        """The exit code and what was printed."""
        testing = f'[ "$1" = test ] && echo "....\n{totals}" && exit {tests}'
        self.program("make", f"{testing}\necho checked; exit {checks}")
        path = f"{self.folder}:{os.environ['PATH']}"
        done = subprocess.run(
            [ROOT / ".ci" / "run"],
            env={**os.environ, "PATH": path, "LOG": str(self.log)},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout.splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize(("tests", "checks"), [(0, 0), (2, 0), (0, 2), (2, 2)])
def test_it_succeeds_only_when_tests_and_checks_do(machine: Machine, tests: int, checks: int):
    code, said = machine.run(tests, checks)
    assert (code != 0) == bool(tests or checks)
    assert "checked" in said, "the checks tell more, whatever the tests did"


@pytest.mark.parametrize(
    "totals", [TOTALS, "544 passed in 17.43s", f"{'=' * 9} 1 failed, 1 error in 0.12s {'=' * 9}"]
)
def test_the_totals_are_the_last_line(machine: Machine, totals: str):
    _, said = machine.run(totals=totals)
    assert said[-1] == totals
    assert said.count(totals) == 2


def test_tests_that_never_ended_are_not_passed_over(machine: Machine):
    code, said = machine.run(tests=2, totals="Segmentation fault")
    assert (code, said[-1]) == (2, "the tests did not come to their end")


def test_missing_fonts_are_installed(machine: Machine):
    machine.program("dpkg", "exit 1")
    assert machine.run()[0] == 0
    assert machine.log.read_text().rstrip().endswith(FONTS)


def test_nothing_is_installed_where_nothing_is_missing(machine: Machine):
    machine.run()
    assert not machine.log.exists()


def test_without_root_it_goes_on_and_says_so(machine: Machine):
    machine.program("dpkg", "exit 1")
    machine.program("id", "echo 1000")
    code, said = machine.run()
    assert code == 0 and not machine.log.exists()
    assert said[0].startswith(f"not root: going on without {FONTS}")
