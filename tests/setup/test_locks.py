"""The locks: every file that is installed is named by its hash, and nothing says from where."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.shared import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, GROUPS = SETUP["project"], SETUP["dependency-groups"]
EXTRAS = PROJECT["optional-dependencies"]

#: One requirement: a pinned name, then nothing but hashes.
ENTRY = re.compile(r"[a-z0-9.\-]+==[0-9][^ ;]*( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.\-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


def test_there_is_a_lock_for_each_way_to_install():
    assert {lock.stem for lock in LOCKS} == {"run", "uv", *EXTRAS, *GROUPS}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock: Path):
    """No address, no index, no comment: the machine that installs decides where it fetches."""
    assert ENTRY.sub("", lock.read_text()) == ""


@pytest.mark.parametrize("extra", [None, *EXTRAS])
def test_every_dependency_is_locked(extra: str | None):
    wanted = PROJECT["dependencies"] + (EXTRAS[extra] if extra else [])
    locked = pins(ROOT / "requirements" / f"{extra or 'run'}.txt")
    assert {name(requirement) for requirement in wanted} <= locked.keys()


@pytest.mark.parametrize("group", GROUPS)
def test_everything_of_an_environment_of_its_own_is_locked(group: str):
    locked = pins(ROOT / "requirements" / f"{group}.txt")
    assert {name(requirement) for requirement in GROUPS[group]} <= locked.keys()


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_adds_to_the_run_lock_and_changes_nothing_in_it(extra: str):
    run, more = pins(ROOT / "requirements" / "run.txt"), pins(ROOT / f"requirements/{extra}.txt")
    assert run.items() <= more.items()
