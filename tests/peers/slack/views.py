"""Modals and home pages: which views are open, what makes one impossible, and how one is sent."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.lint.blocks import lint
from tests.peers.slack.delivery import Ack
from tests.peers.slack.model import Person
from tests.peers.slack.rules import RefusedError

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer

TRIGGER_SECONDS = 3
_KEYS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id",
    "clear_on_close", "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip


@dataclass(eq=False)
class Modal:
    """A view that `person` looks at; `errors` are shown beside the field with that label."""

    id: str
    view: dict[str, Any]
    person: Person | None = None
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True
    edits: int = 0

    @property
    def title(self) -> str:
        return self.view["title"]["text"]

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """The input blocks by what stands above each."""
        return {b["label"]["text"]: b for b in self.view["blocks"] if b["type"] == "input"}

    def state(self, typed: dict[str, str]) -> dict[str, Any]:
        """The values as Slack sends them, those that are typed over those that were there.

        AssertionError for what Slack's own client would not let a person do.
        """
        if unknown := set(typed) - set(self.inputs):
            raise AssertionError(f"no field {sorted(unknown)}, only {sorted(self.inputs)}")
        values = {}
        for label, block in self.inputs.items():
            element = block["element"]
            value = _value(element, typed.get(label))
            if not block.get("optional") and not any(value[key] for key in value if key != "type"):
                raise AssertionError(f"{label!r} must be filled in")
            values[block["block_id"]] = {element["action_id"]: value}
        return {"values": values}

    def answered(self, ack: Ack, peer: "SlackPeer") -> None:
        """Do what the answer to a submission says; an empty one closes the view."""
        answer = ack.json
        if not ack.good:
            peer.complain(f"a view was sent in vain: {ack.status}")
            return
        match answer.get("response_action"):
            case None | "clear":
                self.open = False
            case "errors":
                self._wrong(answer.get("errors") or {}, peer)
            case "update":
                check(answer["view"])
                self.view, self.errors = answer["view"], {}
                self.edits += 1
            case other:
                peer.complain(f"response_action {other!r}")

    def _wrong(self, errors: dict[str, str], peer: "SlackPeer") -> None:
        labels = {block["block_id"]: label for label, block in self.inputs.items()}
        if not errors or set(errors) - set(labels) or not all(errors.values()):
            peer.complain(f"errors that no field of the view can show: {errors}")
        self.errors = {labels.get(block, block): words for block, words in errors.items()}


class Views:
    """Trigger ids live 3 seconds and open one view; a view has a title, and inputs a submit."""

    def __init__(self, peer: "SlackPeer") -> None:
        self.peer = peer
        self.modals: list[Modal] = []
        self._triggers: dict[str, tuple[float, Person | None]] = {}
        self._numbers = count(1)

    def trigger(self, person: Person | None = None) -> str:
        key = f"{next(self._numbers)}.trigger"
        self._triggers[key] = (self.peer.now(), person)
        return key

    def open(self, person: Person) -> Modal | None:
        """What `person` has on the screen."""
        return next((m for m in reversed(self.modals) if m.open and m.person is person), None)

    def show(self, view: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
        """Open a view by a trigger or change an open one; the view as Slack names it."""
        person = None
        if "trigger_id" in arguments:
            made, person = self._triggers.pop(arguments["trigger_id"], (None, None))
            if made is None:
                raise RefusedError("invalid_trigger_id", "unknown or used")
            if self.peer.now() - made > TRIGGER_SECONDS:
                raise RefusedError("expired_trigger_id")
        check(view)
        if key := arguments.get("view_id"):
            modal = next((m for m in self.modals if m.id == key and m.open), None)
            if modal is None:
                raise RefusedError("not_found")
            if arguments.get("hash") not in (None, f"{modal.edits}.hash"):
                raise RefusedError("hash_conflict")
            modal.view, modal.edits = view, modal.edits + 1
        else:
            modal = Modal(f"V{next(self._numbers):08}", view, person)
            self.modals.append(modal)
        return {**view, "id": modal.id, "hash": f"{modal.edits}.hash"}


def check(view: dict[str, Any]) -> None:
    """https://docs.slack.dev/reference/views"""
    blocks = view.get("blocks", [])
    if view.get("type") not in ("modal", "home"):
        raise RefusedError("invalid_arguments", "no such view")
    if unknown := set(view) - _KEYS:
        raise RefusedError("invalid_arguments", f"unknown {sorted(unknown)}")
    if view["type"] == "modal":
        _check_words(view)
        if any(b.get("type") == "input" for b in blocks) and "submit" not in view:
            raise RefusedError("invalid_arguments", "inputs need a submit button")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        raise RefusedError("invalid_arguments", "private_metadata has 3,000 characters")
    if len(json.dumps(view)) > 250_000:
        raise RefusedError("view_too_large")
    if problems := lint(blocks, view["type"]):
        raise RefusedError("invalid_arguments", "; ".join(map(str, problems)))
    for block in blocks:
        _check_choice(block.get("element") or {})


def _check_words(view: dict[str, Any]) -> None:
    for key in ("title", "submit", "close"):
        words = view.get(key) or ({} if key == "title" else {"type": "plain_text", "text": "x"})
        if words.get("type") != "plain_text" or not 0 < len(words.get("text", "")) <= 24:
            raise RefusedError("invalid_arguments", f"a modal's {key} has 1 to 24 characters")


def _check_choice(element: dict[str, Any]) -> None:
    initial = element.get("initial_option")
    if initial is not None and initial not in element.get("options", []):
        raise RefusedError("invalid_arguments", "initial_option is none of the options")


def _value(element: dict[str, Any], typed: str | None) -> dict[str, Any]:
    """One value of a submission; a choice is typed as what stands on it."""
    match element["type"]:
        case "static_select":
            options = {one["text"]["text"]: one for one in element["options"]}
            if typed is not None and typed not in options:
                raise AssertionError(f"no choice {typed!r}, only {sorted(options)}")
            chosen = options[typed] if typed is not None else element.get("initial_option")
            return {"type": "static_select", "selected_option": chosen}
        case "datepicker":
            day = element.get("initial_date") if typed is None else typed or None
            return {"type": "datepicker", "selected_date": day}
        case kind:
            text = element.get("initial_value") if typed is None else typed or None
            if text and len(text) > element.get("max_length", 3000):
                raise AssertionError("the field does not take that many characters")
            return {"type": kind, "value": text}
