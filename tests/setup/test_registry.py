"""The registry: the folder is the list, and a wrong file stops the start with its name."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from bot import registry
from domain.errors import SettingsError

HEAD = "from handlers.kinds import ActionHandler, Command\n"
COMMAND = HEAD + "COMMAND = Command('{}', 'A test', (), (), None, aliases={})\n"
ACTION = HEAD + "ACTION = ActionHandler('{}', 'A test', None)\n"

Folder = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Writes handler files and lets the registry look at them instead of ours."""

    def write(kind: str, **files: str) -> None:
        name = f"planted_{kind}"
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        for file, text in files.items():
            (tmp_path / name / f"{file}.py").write_text(text)
        package = ModuleType(name)
        package.__path__ = [str(tmp_path / name)]
        monkeypatch.setitem(sys.modules, name, package)
        for file in files:
            monkeypatch.delitem(sys.modules, f"{name}.{file}", raising=False)
        monkeypatch.setattr(registry.handlers, kind, package)

    return write


def test_every_file_is_found_in_the_order_of_their_names(folder: Folder):
    folder("commands", zebra=COMMAND.format("a", ()), ant=COMMAND.format("z", ("y",)))
    assert list(registry.commands()) == ["z", "a"]


def test_every_action_file_is_found(folder: Folder):
    folder("actions", one=ACTION.format("one"), two=ACTION.format("two"))
    assert list(registry.actions()) == ["one", "two"]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("commands", "", r"COMMAND must be a Command"),
        ("commands", "COMMAND = 'cost'", r"COMMAND must be a Command"),
        ("commands", ACTION.format("one"), r"COMMAND must be a Command"),
        ("actions", "ACTION = None", r"ACTION must be a ActionHandler"),
        ("actions", COMMAND.format("one", ()), r"ACTION must be a ActionHandler"),
    ],
)
def test_a_file_without_its_constant_is_named(folder: Folder, kind: str, text: str, said: str):
    folder(kind, wrong=text)
    with pytest.raises(SettingsError, match=rf"planted_{kind}/wrong\.py: {said}"):
        getattr(registry, kind)()


@pytest.mark.parametrize(
    ("kind", "text"), [("commands", COMMAND.format("same", ())), ("actions", ACTION.format("same"))]
)
def test_two_files_with_one_name_are_refused_and_the_second_is_named(
    folder: Folder, kind: str, text: str
):
    folder(kind, first=text, second=text)
    with pytest.raises(SettingsError, match=r"second\.py: 'same' is taken"):
        getattr(registry, kind)()


@pytest.mark.parametrize("aliases", [("one",), ("other", "other")])
def test_an_alias_belongs_to_one_command(folder: Folder, aliases: tuple[str, ...]):
    folder("commands", one=COMMAND.format("one", ()), two=COMMAND.format("two", aliases))
    with pytest.raises(SettingsError, match=r"handlers/commands: two commands answer to"):
        registry.commands()


def test_what_the_bot_has_of_its_own_is_in_order():
    commands = registry.commands()
    assert {"help", "status", "spend", "overview"} <= commands.keys()
    assert {"ask", "share"} <= registry.actions().keys()
    for name, command in commands.items():
        assert command.summary and command.usage, name
        assert not command.summary.endswith("."), name


def test_the_list_command_prints_what_was_found(capsys: pytest.CaptureFixture[str]):
    from bot.__main__ import main

    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        *(["command", name] for name in registry.commands()),
        *(["action", name] for name in registry.actions()),
        *(["alert", name] for name in registry.alerts()),
    ]
    assert all(len(line.split()) > 2 for line in lines)
