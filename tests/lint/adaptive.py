"""A linter for Adaptive Cards 1.5 as Teams takes them: the published schema and our own limits."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from tests.lint.charts import CHARTS
from tests.lint.shapes import utf16
from tests.shared import SHARED

SCHEMA = SHARED / "contracts" / "adaptive-card-1.5.0.json"

#: The strictest of Microsoft's figures for a card, and for an activity with its card.
UTF8_BYTES = 28 * 1024
UTF16_BYTES = 40_000 - 3_000
ACTIONS_IN_A_SET = 6
DEEPEST = 12
_ELEMENTS = {
    "ActionSet": {"actions"},
    "Column": set[str](),
    "ColumnSet": {"columns"},
    "Container": {"items"},
    "FactSet": {"facts"},
    "Image": {"url", "altText"},
    "Input.ChoiceSet": {"id", "choices"},
    "Input.Date": {"id"},
    "Input.Number": {"id"},
    "Input.Text": {"id"},
    "Input.Time": {"id"},
    "Input.Toggle": {"id", "title"},
    "RichTextBlock": {"inlines"},
    "Table": {"columns", "rows"},
    "TextBlock": {"text"},
}
_ACTIONS = {
    "Action.Execute": {"title", "verb", "data"},
    "Action.OpenUrl": {"url"},
    "Action.ShowCard": {"card", "title"},
    "Action.Submit": {"title"},
    "Action.ToggleVisibility": {"targetElements"},
}
_PARTS = {"TableRow": {"cells"}, "TableCell": {"items"}, "TextRun": {"text"}}
_KNOWN = _ELEMENTS | _ACTIONS | _PARTS | {name: {"data", "fallback"} for name in CHARTS}
_LISTS = {"actions", "body", "cells", "columns", "facts", "inlines", "items", "rows"}


def lint(card: Any, schema: bool = True) -> list[str]:
    """What Teams would refuse, drop or cut; nothing when the card is fine.

    Without `schema` it takes a tenth of the time: enough where only the words differ.
    """
    if not isinstance(card, dict):
        return ["card: must be an object"]
    found = [*_card(card), *_size(card)]
    for key in ("body", "actions"):
        for number, element in enumerate(card.get(key) or []):
            at = f"card.{key}[{number}]"
            found += _walk(element, at, 1)
            found += _schema(element, at, key == "actions") if schema else ()
    ids = Counter(_ids(card))
    return found + [f"card: id {name!r} is used twice" for name, times in ids.items() if times > 1]


def _card(card: dict[str, Any]) -> Iterator[str]:
    wanted = {"type": "AdaptiveCard", "version": "1.5"}
    for key, value in wanted.items():
        if card.get(key) != value:
            yield f"card.{key}: {card.get(key)!r}, must be {value!r}"
    for key in card.keys() - {
        "type", "version", "$schema", "msteams", "fallbackText", "body", "actions", "refresh",
        "speak", "lang", "rtl", "metadata",
    }:  # fmt: skip
        yield f"card: unknown key {key!r}"
    if not isinstance(card.get("body"), list):
        yield "card.body: must be a list"
    if not card.get("fallbackText"):
        yield "card.fallbackText: is missing, an older client shows nothing"
    width = (card.get("msteams") or {}).get("width", "full")
    if width != "full":
        yield f"card.msteams.width: {width!r}, must be 'full'"
    users = (card.get("refresh") or {}).get("userIds") or []
    if len(users) > 60:
        yield f"card.refresh.userIds: {len(users)} people, Teams refreshes for 60"


def _size(card: dict[str, Any]) -> Iterator[str]:
    try:
        text = json.dumps(card, ensure_ascii=False, allow_nan=False)
        as_bytes = len(text.encode())
    except ValueError as error:
        yield f"card: is not JSON: {error}"
        return
    if as_bytes > UTF8_BYTES:
        yield f"card: {as_bytes} bytes of UTF-8, {UTF8_BYTES} fit"
    if 2 * utf16(text) > UTF16_BYTES:
        yield f"card: {2 * utf16(text)} bytes of UTF-16, {UTF16_BYTES} fit"


def _walk(node: Any, at: str, depth: int) -> Iterator[str]:
    if isinstance(node, str) and at.split(".")[-1].startswith("inlines"):
        yield from () if node else (f"{at}: is empty",)
        return
    if not isinstance(node, dict):
        yield f"{at}: must be an object"
        return
    if depth > DEEPEST:
        yield f"{at}: deeper than {DEEPEST} levels"
        return
    yield from _node(node, at)
    for key in _LISTS & node.keys():
        inner = node[key]
        if not isinstance(inner, list):
            yield f"{at}.{key}: must be a list"
        elif key not in ("facts", "columns") or node.get("type") == "ColumnSet":
            for number, one in enumerate(inner):
                yield from _walk(one, f"{at}.{key}[{number}]", depth + 1)
    if "fallback" in node and node["fallback"] != "drop":
        yield from _walk(node["fallback"], f"{at}.fallback", depth + 1)


def _node(node: dict[str, Any], at: str) -> Iterator[str]:
    kind = node.get("type")
    if kind not in _KNOWN:
        yield f"{at}: unknown type {kind!r}"
        return
    yield from (f"{at}: {key} is missing" for key in sorted(_KNOWN[kind] - node.keys()))
    if kind in CHARTS:
        yield from CHARTS[kind](node, at)
    if kind == "ActionSet" and len(node.get("actions") or []) > ACTIONS_IN_A_SET:
        yield f"{at}: {len(node['actions'])} actions, clients show {ACTIONS_IN_A_SET}"
    if kind == "Table":
        widths = {len(row.get("cells") or []) for row in node.get("rows") or []}
        if widths - {len(node.get("columns") or [])}:
            yield f"{at}: rows and columns do not match"
    if not str(node.get("url", "https://")).startswith(("https://", "http://", "data:image/")):
        yield f"{at}.url: is no web address"
    if "selectAction" in node:
        yield from _walk(node["selectAction"], f"{at}.selectAction", 1)


def _ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("id"), str):
            yield node["id"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _ids(inner)


def _schema(element: Any, at: str, action: bool) -> Iterator[str]:
    """What Microsoft's schema finds, element by element, because its errors name no place."""
    if not SCHEMA.is_file():
        return
    plain = without_teams_only(element)
    kind = plain.get("type") if isinstance(plain, dict) else None
    if plain is None or kind not in (_ACTIONS if action else _ELEMENTS):
        return
    errors = sorted(_validator(kind).iter_errors(plain), key=lambda error: -len(error.path))
    yield from (f"{at}{_path(error.absolute_path)}: {error.message[:300]}" for error in errors[:3])


def _path(parts: Any) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


@cache
def _validator(kind: str) -> Draft7Validator:
    schema = json.loads(SCHEMA.read_text())
    schema.pop("anyOf")
    schema |= {"$ref": f"#/definitions/{kind}"}
    return validator_for(schema)(schema)


def without_teams_only(node: Any) -> Any:
    """The element as a client without the Teams-only elements shows it; None when dropped."""
    if isinstance(node, dict):
        if node.get("type") in CHARTS:
            fallback = node.get("fallback")
            return without_teams_only(fallback) if isinstance(fallback, dict) else None
        return {key: without_teams_only(value) for key, value in node.items()}
    if isinstance(node, list):
        return [one for one in map(without_teams_only, node) if one is not None]
    return node
