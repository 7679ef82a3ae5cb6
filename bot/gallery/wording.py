"""What a payload says, to be looked for in the page: a renderer may drop a block in silence."""

import html
from collections.abc import Iterator
from typing import Any

SLACK_SILENT = {"type", "action_id", "block_id", "value", "image_url", "url", "alt_text", "style"}
TEAMS_SILENT = {"fallbackText", "$schema", "version", "type", "data", "verb", "url", "altText"}


def slack(node: Any) -> Iterator[str]:
    """Every visible text of blocks, in reading order; of a drawn chart its title and its names."""
    if isinstance(node, dict):
        if node.get("type") == "data_visualization":
            yield node["title"]
            yield from (series["name"] for series in node["chart"].get("series", ()))
            return
        yield from _children(node, SLACK_SILENT, slack)
    elif isinstance(node, list):
        for item in node:
            yield from slack(item)


def teams(node: Any) -> Iterator[str]:
    """Every visible text of a card; of what only Teams draws, that of its fallback."""
    if isinstance(node, dict):
        if str(node.get("type", "")).startswith("Chart."):
            yield from teams(node.get("fallback"))
            return
        yield from _children(node, TEAMS_SILENT, teams)
    elif isinstance(node, list):
        for item in node:
            yield from [item] if isinstance(item, str) else teams(item)


def images(node: Any) -> int:
    """How many pictures a payload shows; a chart drawn by the platform itself is none."""
    if isinstance(node, list):
        return sum(images(item) for item in node)
    if not isinstance(node, dict):
        return 0
    own = 1 if node.get("type") in ("image", "Image") else 0
    return own + sum(images(value) for value in node.values())


def unseen(said: Iterator[str], page: str) -> list[str]:
    """The texts that the page does not show, in their order, each after the one before it."""
    shown, place, lost = _letters(page), 0, list[str]()
    for text in said:
        wanted = _letters(text)
        found = shown.find(wanted, place)
        if found < 0:
            lost.append(text)
        else:
            place = found + len(wanted)
    return lost


def _children(node: dict[str, Any], silent: set[str], walk: Any) -> Iterator[str]:
    for key, value in node.items():
        if key in silent:
            continue
        if isinstance(value, str):
            if key in ("text", "title"):
                yield value
        else:
            yield from walk(value)


def _letters(text: str) -> str:
    """Letters and digits alone: quotes, escapes, emoji and line breaks are drawn in many ways."""
    return "".join(letter for letter in html.unescape(text).casefold() if letter.isalnum())
