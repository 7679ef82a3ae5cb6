"""A form as a modal view of Slack, and what comes back when a person sends it.

https://docs.slack.dev/reference/views/modal-views
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cards.buttons import decode, encode
from cards.escape import clean, line
from cards.limits import SLACK, utf16
from cards.model import Action, Field, Form, Option
from cards.shorten import shorten, shorten_spans
from cards.slack_text import Json, plain, rich, section

CALLBACK = "costbot_form"

_TITLE = 24  #: also of what stands on the buttons
_METADATA = 3000
_BLOCKS = 100
_INPUT = 3000
_WORDS = 2900
_LABEL = 150
_HINT = 300
_OPTIONS = 100
_OPTION = 75
_VALUE = 150
_FAULT = 200
_FIELD = "field:"


class TooBigError(ValueError):
    """The form does not fit into a view."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Where a form was opened: the place, the message that was clicked, the thread it is in."""

    place: str = ""
    message: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person sent: the action with the values among its arguments, and from where."""

    action: Action
    opened: Opened


def render(form: Form, opened: Opened) -> Json:
    """The view, to be opened as it is; TooBigError when Slack has no room for the form."""
    blocks = [*_words(form), *(_input(field, n) for n, field in enumerate(form.fields))]
    metadata = _packed(form.action, opened)
    if len(blocks) > _BLOCKS or utf16(metadata) > _METADATA:
        raise TooBigError("the form is too big for a Slack view")
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(_short(form.title or "costbot", _TITLE)),
        "submit": plain(_short(form.send or "Send", _TITLE)),
        "close": plain("Cancel"),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def parse(view: Json) -> Sent:
    """What was sent with a view of ours; ValueError for any other."""
    try:
        action, place, message, thread = json.loads(view["private_metadata"])
        known = decode(action)
        values = dict(_values(view["state"]["values"]))
        opened = Opened(str(place), str(message), str(thread))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("not a form of ours") from error
    return Sent(Action(known.name, {**known.args, **values}), opened)


def faults(view: Json, wrong: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by the block that it is shown beside; a field that is not there is told
    beside the first one. Nothing when there is no field at all."""
    shown = [block["block_id"] for block in view["blocks"] if block.get("type") == "input"]
    told: dict[str, list[str]] = {}
    for name, words in wrong.items() if shown else ():
        block = _FIELD + name if _FIELD + name in shown else shown[0]
        told.setdefault(block, []).append(line(words) or "This cannot be used.")
    return {block: shorten(" ".join(words), _FAULT, utf16) for block, words in told.items()}


def _packed(action: Action, opened: Opened) -> str:
    """The action and the place as Slack keeps them, nowhere shown.

    Letters stay as they are: three thousand characters would not hold their escapes.
    """
    kept = [encode(action, ascii_only=False), opened.place, opened.message, opened.thread]
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def _words(form: Form) -> Iterator[Json]:
    """The words above the fields; a view without any block has to say something."""
    words = form.words or (() if form.fields else (form.title or "costbot",))
    if spans := shorten_spans(words, _WORDS, SLACK.size, clean):
        yield rich(section(spans))


def _input(field: Field, number: int) -> Json:
    cut = len(field.options) - _OPTIONS if field.kind == "choice" else 0
    hint = f"{field.hint} {cut} more choices are not shown.".strip() if cut > 0 else field.hint
    block: Json = {
        "type": "input",
        "block_id": _FIELD + field.name,
        "label": plain(_short(field.label or field.name, _LABEL)),
        "element": {"action_id": f"costbot.{number}"} | _element(field),
        "optional": not field.required,
    }
    return block | ({"hint": plain(_short(hint, _HINT))} if line(hint) else {})


def _element(field: Field) -> Json:
    match field.kind:
        case "choice" if offered := _offered(field):
            initial = next((one for one in offered if one["value"] == field.value), None)
            chosen = {"initial_option": initial} if initial else {}
            return {"type": "static_select", "options": offered} | chosen
        case "date":
            return {"type": "datepicker"} | (
                {"initial_date": d} if (d := _day(field.value)) else {}
            )
        case _:
            value = shorten(clean(field.value), _INPUT, utf16)
            element = {"type": "plain_text_input", "max_length": _INPUT}
            element |= {"multiline": True} if field.kind == "long" else {}
            return element | ({"initial_value": value} if value else {})


def _offered(field: Field) -> list[Json]:
    """The first choices that Slack can carry, the chosen one always among them."""
    fitting = [one for one in field.options if 0 < utf16(one.value) <= _VALUE]
    shown = fitting[:_OPTIONS]
    chosen = next((one for one in fitting if one.value == field.value), None)
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    return [_option(one) for one in shown]


def _option(option: Option) -> Json:
    return {"text": plain(_short(option.label or option.value, _OPTION)), "value": option.value}


def _day(value: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _values(state: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The values by field; "" for what was left empty."""
    for block, elements in state.items():
        for element in elements.values() if block.startswith(_FIELD) else ():
            option = element.get("selected_option") or {}
            value = element.get("value") or element.get("selected_date") or option.get("value")
            yield block.removeprefix(_FIELD), str(value or "")


def _short(text: str, room: int) -> str:
    return shorten(line(text) or "–", room, SLACK.size)
