"""What stands inside of blocks: texts, buttons, selects, inputs and rich text."""

from typing import Any

from tests.lint.shapes import (
    Problems,
    Rule,
    boolean,
    by_type,
    every,
    integer,
    items,
    one_of,
    shape,
    string,
    web,
)

IDS = {"block_id": string(255)}


def kind(name: str) -> dict[str, Rule]:
    return {"type": one_of(name)}


def plain(most: int) -> Rule:
    return shape({**kind("plain_text"), "text": string(most)}, {"emoji": boolean})


def mrkdwn(most: int) -> Rule:
    return shape({**kind("mrkdwn"), "text": string(most)}, {"verbatim": boolean})


def words(most: int) -> Rule:
    return by_type({"plain_text": plain(most), "mrkdwn": mrkdwn(most)})


CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape(
    {"text": words(75), "value": string(150)}, {"description": words(75), "url": web(3000)}
)
OPTIONS = items(OPTION, 1, 100)
GROUPS = items(shape({"label": plain(75), "options": OPTIONS}), 1, 100)
_ACTION = {"action_id": string(255), "confirm": CONFIRM, "focus_on_load": boolean}
_PLACEHOLDER = {"placeholder": plain(150)}


def element(
    name: str, required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None
) -> dict[str, Rule]:
    return {name: shape(kind(name) | (required or {}), _ACTION | (optional or {}))}


def one_list_of_options(value: Any, at: str) -> Problems:
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        yield f"{at}: needs either options or option_groups"


def style(value: Any, at: str) -> Problems:
    yield from one_of("primary", "danger")(value, at)


IMAGE_ELEMENT = shape({**kind("image"), "image_url": web(3000), "alt_text": string(2000)})
BUTTON = element(
    "button",
    {"text": plain(75)},
    {"value": string(2000), "url": web(3000), "style": style, "accessibility_label": string(75)},
)
_CHOICES: dict[str, Rule] = {"options": OPTIONS, "option_groups": GROUPS, **_PLACEHOLDER}
SELECTS = {
    **element("static_select", None, _CHOICES | {"initial_option": OPTION}),
    **element("multi_static_select", None, _CHOICES | {"initial_options": OPTIONS}),
}
SELECTS = {name: every(rule, one_list_of_options) for name, rule in SELECTS.items()}
for _who, _initial in (
    ("users", "user"),
    ("conversations", "conversation"),
    ("channels", "channel"),
):
    _more: dict[str, Rule] = {**_PLACEHOLDER, f"initial_{_initial}": string()}
    _filter = {"filter": shape({}, {"include": items(string(), 1, 4)})}
    _more |= {"default_to_current_conversation": boolean, **_filter} if _initial[0] == "c" else {}
    _more |= {"response_url_enabled": boolean}
    SELECTS |= element(f"{_who}_select", None, _more)
SELECTS |= element(
    "external_select",
    None,
    _PLACEHOLDER | {"min_query_length": integer(0, 3000), "initial_option": OPTION},
)
PICKERS = {
    **element("datepicker", None, _PLACEHOLDER | {"initial_date": string(10)}),
    **element("timepicker", None, _PLACEHOLDER | {"initial_time": string(5), "timezone": string()}),
    **element("overflow", {"options": items(OPTION, 1, 5)}),
    **element("checkboxes", {"options": items(OPTION, 1, 10)}, {"initial_options": OPTIONS}),
    **element("radio_buttons", {"options": items(OPTION, 1, 10)}, {"initial_option": OPTION}),
}
INPUTS = {
    **element(
        "plain_text_input",
        None,
        _PLACEHOLDER
        | {"initial_value": string(3000), "multiline": boolean}
        | {"min_length": integer(0, 3000), "max_length": integer(1, 3000)},
    ),
    **element(
        "number_input",
        {"is_decimal_allowed": boolean},
        _PLACEHOLDER | dict.fromkeys(("initial_value", "min_value", "max_value"), string()),
    ),
}

LOOKS = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
RICH_PIECES = by_type(
    {
        "text": shape({**kind("text"), "text": string()}, {"style": LOOKS}),
        "link": shape(
            {**kind("link"), "url": web(3000)},
            {"text": string(), "style": LOOKS, "unsafe": boolean},
        ),
        "emoji": shape({**kind("emoji"), "name": string()}, {"unicode": string(), "style": LOOKS}),
        "user": shape({**kind("user"), "user_id": string()}, {"style": LOOKS}),
        "channel": shape({**kind("channel"), "channel_id": string()}, {"style": LOOKS}),
        "usergroup": shape({**kind("usergroup"), "usergroup_id": string()}, {"style": LOOKS}),
        "broadcast": shape({**kind("broadcast"), "range": one_of("here", "channel", "everyone")}),
        "date": shape(
            {**kind("date"), "timestamp": integer(0, 2**40), "format": string()},
            {"fallback": string(), "url": web(3000), "style": LOOKS},
        ),
    }
)
_PIECES = {"elements": items(RICH_PIECES, 1, 10**6)}
_BORDER = {"border": integer(0, 1)}
RICH_SECTION = shape({**kind("rich_text_section"), **_PIECES})
RICH_PARTS = by_type(
    {
        "rich_text_section": RICH_SECTION,
        "rich_text_preformatted": shape(
            {**kind("rich_text_preformatted"), **_PIECES}, _BORDER | {"language": string()}
        ),
        "rich_text_quote": shape({**kind("rich_text_quote"), **_PIECES}, _BORDER),
        "rich_text_list": shape(
            {
                **kind("rich_text_list"),
                "style": one_of("bullet", "ordered"),
                "elements": items(RICH_SECTION, 1, 10**6),
            },
            _BORDER | {"indent": integer(0, 8), "offset": integer(0, 10**6)},
        ),
    }
)
RICH_TEXT = shape({**kind("rich_text"), "elements": items(RICH_PARTS, 1, 10**6)}, IDS)
