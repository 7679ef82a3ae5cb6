"""Mistakes in `costbot.toml`: where one is, what is wrong, and what to write instead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from domain.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Spot:
    """A table of a file, such as `[[route]] 2`."""

    file: str
    table: str

    def wrong(self, key: str, problem: str, advice: str) -> SettingsError:
        where = f"{self.file}, {self.table}" + (f", {key}" if key else "")
        return SettingsError(f"{where}: {problem}. {advice}")

    def known(self, table: Mapping[str, Any], keys: Collection[str], advice: str = "") -> None:
        """Refuse a key that means nothing here, with the one that was perhaps meant."""
        for key in table:
            if key not in keys:
                near = get_close_matches(key, keys, 1)
                meant = f"Write {near[0]}." if near else f"Known are: {', '.join(keys)}."
                raise self.wrong(key, "costbot does not know this key", f"{meant} {advice}".strip())

    def texts(self, table: Mapping[str, Any], key: str, example: str) -> tuple[str, ...]:
        """One text or several; () where the key is absent."""
        value = table.get(key, [])
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and one.strip() for one in values):
            advice = f"Write {key} = {example}, each in quotes."
            raise self.wrong(key, f"{shown(value)} is no text and no list of texts", advice)
        if key in table and not values:
            raise self.wrong(key, "the list is empty", f"Write {key} = {example}, or leave it out.")
        return tuple(one.strip() for one in values)

    def text(self, table: Mapping[str, Any], key: str, example: str) -> str:
        """One text; "" where the key is absent."""
        value = table.get(key, "")
        if not isinstance(value, str) or (key in table and not value.strip()):
            problem = f"{shown(value)} is no text"
            raise self.wrong(key, problem, f"Write {key} = {example}, in quotes.")
        return value.strip()

    def inner(self, table: Mapping[str, Any], key: str, example: str) -> dict[str, Any]:
        """A table inside; {} where the key is absent."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"{shown(value)} is no table", f"Write {example}.")
        return cast("dict[str, Any]", value)


def shown(value: object) -> str:
    """A value as it is written in the file, cut when it is very long."""
    text = repr(value) if isinstance(value, str) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 60 else text[:59] + "…"
