"""The wheel: whoever installs costbot gets every file that it reads."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from setuptools import Distribution

from tests.shared import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
#: What is ours and has no place in an installation.
NOT_INSTALLED = {"bench", "docs", "requirements", "tests"}


@pytest.fixture(scope="module")
def packed() -> set[Path]:
    """What setuptools would put into the wheel, asked without building one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        build = Distribution({"script_name": "setup.py"})
        build.parse_config_files()
        command = build.get_command_obj("build_py")
        # Otherwise the egg's list of sources would be written beside the code.
        build.include_package_data = False
        command.ensure_finalized()
        modules = [Path(path) for _, _, path in command.find_all_modules()]
        data = [Path(folder) / name for _, folder, _, names in command.data_files for name in names]
    return {*modules, *data}


def tracked() -> set[Path]:
    """Every file of the project that lies in a folder."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing says which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*/*"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


def test_the_wheel_holds_every_file_of_its_packages(packed: set[Path]):
    """Python alone is not enough: pages, looks, manifests and icons are read at run time."""
    wanted = {
        path
        for path in tracked()
        if path.parts[0] not in NOT_INSTALLED and not path.parts[0].startswith(".")
    }
    assert wanted - packed == set()


@pytest.mark.parametrize(
    "name",
    [
        "bot/adapters/page/page.js",
        "bot/gallery/looks/package-lock.json",
        "deploy/slack/manifest.json",
        "deploy/teams/color.png",
        "bot/__main__.py",
    ],
)
def test_what_the_bot_reads_is_in_the_wheel(packed: set[Path], name: str):
    assert Path(name) in packed


def test_the_wheel_holds_nothing_else(packed: set[Path]):
    assert {path.parts[0] for path in packed}.isdisjoint(NOT_INSTALLED)
    assert not [path for path in packed if {"node_modules", "__pycache__"} & {*path.parts}]
