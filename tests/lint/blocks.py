"""A linter for Block Kit: every limit we know of, with no network.

https://docs.slack.dev/reference/block-kit; the limits of a whole message that Slack does not
document (two charts, one table, 13,200 characters) were found live by others.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from tests.lint.elements import (
    BUTTON,
    IDS,
    IMAGE_ELEMENT,
    INPUTS,
    PICKERS,
    RICH_TEXT,
    SELECTS,
    kind,
    mrkdwn,
    plain,
    words,
)
from tests.lint.shapes import (
    Problems,
    Rule,
    boolean,
    by_type,
    every,
    items,
    number,
    one_of,
    positive,
    shape,
    string,
    utf16,
    web,
)

Surface = Literal["message", "modal", "home"]

BLOCKS_AT_MOST = {"message": 50, "modal": 100, "home": 100}
MESSAGE_TEXT = 13_200
CELL_TEXT = 10_000
MARKDOWN_TEXT = 12_000
AT_MOST_IN_A_MESSAGE = {"data_visualization": 2, "table": 1}
ONLY_ON = {
    "alert": {"modal"},
    "data_visualization": {"message"},
    "data_table": {"message"},
    "table": {"message"},
    "markdown": {"message"},
    "input": {"message", "modal", "home"},
}
_SHOWN = {"text", "title", "label", "name", "alt_text", "x_label", "y_label", "hint", "caption"}

CELL = by_type(
    {
        "raw_text": shape({**kind("raw_text"), "text": string()}),
        "raw_number": shape({**kind("raw_number"), "value": number, "text": string()}),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
SEGMENT = shape({"label": string(20), "value": positive})
POINT = shape({"label": string(20), "value": number})
SERIES = shape({"name": string(20), "data": items(POINT, 1, 20)})
AXES = shape(
    {"categories": items(string(20), 1, 20)}, {"x_label": string(50), "y_label": string(50)}
)
_PLOT: dict[str, Rule] = {"series": items(SERIES, 1, 6), "axis_config": AXES}


def square(value: Any, at: str) -> Problems:
    """Every row has as many cells as the first."""
    rows = value.get("rows") if isinstance(value, dict) else None
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield f"{at}.rows: rows are of different lengths"


def complete(value: Any, at: str) -> Problems:
    """Every series has one value for every category, in any order, and names are distinct."""
    plot = value.get("chart") if isinstance(value, dict) else None
    if not isinstance(plot, dict) or not isinstance(plot.get("axis_config"), dict):
        return
    categories = plot["axis_config"].get("categories") or []
    names = [one.get("name") for one in plot.get("series") or []]
    for one in (categories, names):
        if len(set(map(str, one))) != len(one):
            yield f"{at}.chart: names are not distinct"
    for index, one in enumerate(plot.get("series") or []):
        if sorted(str(p.get("label")) for p in one.get("data") or []) != sorted(
            map(str, categories)
        ):
            yield f"{at}.chart.series[{index}]: needs one value for every category"


def words_or_fields(value: Any, at: str) -> Problems:
    if isinstance(value, dict) and not value.keys() & {"text", "fields"}:
        yield f"{at}: text or fields is missing"


CHARTS = by_type(
    {name: shape({**kind(name), **_PLOT}) for name in ("bar", "line", "area")}
    | {"pie": shape({**kind("pie"), "segments": items(SEGMENT, 1, 6)})}
)
_ROWS = {"rows": items(items(CELL, 1, 20), 1, 100)}
BLOCKS: dict[str, Rule] = {
    "header": shape({**kind("header"), "text": plain(150)}, IDS),
    "divider": shape(kind("divider"), IDS),
    "section": every(
        shape(
            kind("section"),
            IDS
            | {"text": words(3000), "fields": items(words(2000), 1, 10), "expand": boolean}
            | {"accessory": by_type({**BUTTON, **SELECTS, **PICKERS, "image": IMAGE_ELEMENT})},
        ),
        words_or_fields,
    ),
    "context": shape(
        {
            **kind("context"),
            "elements": items(
                by_type(
                    {"plain_text": plain(3000), "mrkdwn": mrkdwn(3000), "image": IMAGE_ELEMENT}
                ),
                1,
                10,
            ),
        },
        IDS,
    ),
    "actions": shape(
        {**kind("actions"), "elements": items(by_type({**BUTTON, **SELECTS, **PICKERS}), 1, 25)},
        IDS,
    ),
    "image": shape(
        {**kind("image"), "image_url": web(3000), "alt_text": string(2000)},
        IDS | {"title": plain(2000)},
    ),
    "input": shape(
        {
            **kind("input"),
            "label": plain(2000),
            "element": by_type({**INPUTS, **SELECTS, **PICKERS}),
        },
        IDS | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "table": every(
        shape({**kind("table"), **_ROWS}, IDS | {"column_settings": items(COLUMN, 0, 20)}),
        square,
    ),
    "data_visualization": every(
        shape({**kind("data_visualization"), "title": string(50), "chart": CHARTS}, IDS), complete
    ),
    "markdown": shape({**kind("markdown"), "text": string(12_000)}, IDS),
    "alert": shape(
        {**kind("alert"), "text": words(200)},
        IDS | {"level": one_of("default", "info", "warning", "error", "success")},
    ),
}


def lint(blocks: Any, surface: Surface = "message") -> list[str]:
    """What Slack would refuse, or drop in silence; nothing when the blocks are fine."""
    if not isinstance(blocks, list):
        return ["blocks: must be a list"]
    found = list(items(by_type(BLOCKS), 0, BLOCKS_AT_MOST[surface])(blocks, "blocks"))
    return found + list(_together([block for block in blocks if isinstance(block, dict)], surface))


def _together(blocks: list[dict[str, Any]], surface: Surface) -> Iterator[str]:
    kinds = Counter(str(block.get("type")) for block in blocks)
    for name, allowed in ONLY_ON.items():
        if kinds[name] and surface not in allowed:
            yield f"blocks: {name} is not allowed in a {surface}"
    for key in ("block_id", "action_id"):
        twice = [value for value, times in Counter(_values(blocks, key)).items() if times > 1]
        yield from (f"blocks: {key} {value!r} is used twice" for value in twice)
    if surface != "message":
        return
    for name, most in AT_MOST_IN_A_MESSAGE.items():
        if kinds[name] > most:
            yield f"blocks: {kinds[name]} of {name}, a message takes {most}"
    for name, most in (("table", CELL_TEXT), ("markdown", MARKDOWN_TEXT), ("", MESSAGE_TEXT)):
        size = sum(_text(block) for block in blocks if not name or block.get("type") == name)
        if size > most:
            yield f"blocks: {size} characters in {name or 'all blocks'}, a message takes {most}"


def _values(node: Any, key: str) -> Iterator[Any]:
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _values(inner, key)


def _text(node: Any, shown: bool = False) -> int:
    if isinstance(node, dict):
        return sum(
            _text(value, key in _SHOWN or key == "categories") for key, value in node.items()
        )
    if isinstance(node, list):
        return sum(_text(value, shown) for value in node)
    return utf16(node) if shown and isinstance(node, str) else 0
