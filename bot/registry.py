"""The registry: every handler file exports one constant, and the folder is the list."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

import handlers.actions
import handlers.alerts
import handlers.commands
from domain.errors import SettingsError
from handlers.kinds import ActionHandler, AlertKind, Command

T = TypeVar("T", Command, ActionHandler, AlertKind)


def commands() -> dict[str, Command]:
    """Every `/cost` subcommand by name, in file order."""
    found = _walk(handlers.commands, "COMMAND", Command)
    words = [word for command in found.values() for word in (command.name, *command.aliases)]
    twice = {word for word in words if words.count(word) > 1}
    if twice:
        raise SettingsError(f"handlers/commands: two commands answer to {sorted(twice)}.")
    return found


def actions() -> dict[str, ActionHandler]:
    """Every button action by name, in file order."""
    return _walk(handlers.actions, "ACTION", ActionHandler)


def alerts() -> dict[str, AlertKind]:
    """Every kind of alert by name, in file order."""
    return _walk(handlers.alerts, "ALERT", AlertKind)


def _walk(package: ModuleType, constant: str, kind: type[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        value = getattr(module, constant, None)
        if not isinstance(value, kind):
            raise SettingsError(f"{module.__file__}: {constant} must be a {kind.__name__}.")
        if value.name in found:
            raise SettingsError(f"{module.__file__}: {value.name!r} is taken by another file.")
        found[value.name] = value
    return found
