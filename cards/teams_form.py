"""A form as an Adaptive Card 1.5 for a dialog in Teams, and what comes back when it is sent.

The card carries its form, so that it can be shown again with what is wrong in it: by any process,
and without asking a handler twice. Whatever comes back was in a client's hands and is checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cards.escape import clean, line
from cards.form_codec import decode, encode
from cards.limits import TEAMS, utf16
from cards.model import Action, Bold, Field, Form, Option
from cards.shorten import shorten, shorten_spans
from cards.teams import Json, paragraph, rich, run, sent_size

#: What a person can type; Slack takes as much.
TYPED = {"text": 200, "long": 3000}
_FIELDS = 20
_LABEL, _HINT, _FAULT, _CHOICE = 80, 300, 300, 200
#: Dialog titles: 64 characters by the manifest's schema.
_TITLE, _SEND = 64, 30
#: Choices of a field, characters filled in, and characters above the fields: tried in turn until
#: the card is small enough.
_ROOM = ((100, 3000, 1500), (40, 3000, 1500), (20, 1000, 700), (8, 300, 200), (3, 60, 60))
#: In front of a field's own name: nothing else that comes back is read.
_IN = "field."
_MESSAGE = 200
NEEDED = "Fill this in, please."


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came back: `action` is the click that sending it is.

    `message` is the one whose button opened it, "" for none.
    """

    form: Form
    values: Mapping[str, str]
    message: str

    @property
    def action(self) -> Action:
        return self.form.filled(self.values)


def render(form: Form, message: str = "", faults: Mapping[str, str] | None = None) -> Json:
    """The card of a dialog; `faults` are shown above their fields, those of no field on top."""
    left = len(form.fields) - _FIELDS
    said = {"": f"{left} more fields are not shown."} if left > 0 else {}
    cards = (_card(_fitted(form, *room), message, said | dict(faults or {})) for room in _ROOM)
    return next((card for card in cards if sent_size(card) <= TEAMS.total), None) or _card(
        _fitted(replace(form, fields=()), *_ROOM[-1]), message, {"": "This form is too large."}
    )


def again(sent: Sent, faults: Mapping[str, str]) -> Json:
    """The same form with what was typed, and with what is wrong."""
    typed = (replace(one, value=sent.values.get(one.name, "")) for one in sent.form.fields)
    return render(replace(sent.form, fields=tuple(typed)), sent.message, faults)


def title(form: Form) -> str:
    return short_title(form.title)


def short_title(text: str) -> str:
    """A title for the bar of a dialog."""
    return shorten(line(text) or "(no title)", _TITLE, utf16)


def parse(data: Mapping[str, Any]) -> Sent:
    """What a dialog sent; ValueError for anything that no dialog of ours can send."""
    form, message = decode(data.get("form"))
    if len(message) > _MESSAGE or len(form.fields) > _FIELDS:
        raise ValueError("not a form of ours")
    values = {one.name: _value(one, data.get(_IN + one.name)) for one in form.fields}
    return Sent(form, values, message)


def _value(field: Field, given: object) -> str:
    """What was filled in; clients leave out what is empty."""
    if not isinstance(given, str | None):
        raise ValueError("a value is not a text")
    text = (given or "").replace("\r\n", "\n")
    if utf16(text) > TYPED.get(field.kind, TEAMS.value):
        raise ValueError("a value is too long")
    if text and field.kind == "choice" and text not in {one.value for one in field.options}:
        raise ValueError("a value is none of the choices")
    if text and field.kind == "date" and not _day(text):
        raise ValueError("a value is not a day")
    return text


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fitted(form: Form, choices: int, characters: int, words: int) -> Form:
    """The form within what a dialog takes, its words clean."""
    return replace(
        form,
        title=title(form),
        send=shorten(line(form.send) or "Send", _SEND, utf16),
        words=shorten_spans(form.words, words, utf16, clean),
        fields=tuple(_field(one, choices, characters) for one in form.fields[:_FIELDS]),
    )


def _field(field: Field, choices: int, characters: int) -> Field:
    """With the choice that is made among those that are shown; a value is one choice."""
    once: dict[str, Option] = {}
    for one in field.options:
        once.setdefault(one.value, one)
    every = list(once.values())
    sound = [one for one in every if _sound(one.value)]
    made = [one for one in sound if one.value == field.value][:1]
    options = (made + [one for one in sound if one not in made])[:choices]
    options.sort(key=every.index)
    left = len(every) - len(options)
    hint = f"{left} more choices are not shown. {field.hint}" if left else field.hint
    most = min(characters, TYPED.get(field.kind, characters))
    text = clean(field.value) if field.kind == "long" else line(field.value)
    free = field.kind in TYPED
    return replace(
        field,
        label=shorten(line(field.label) or field.name, _LABEL, utf16),
        value=shorten(text, most, utf16) if free else field.value,
        options=tuple(
            Option(one.value, shorten(line(one.label) or one.value, _LABEL, utf16))
            for one in options
        ),
        hint=shorten(line(hint), _HINT, utf16),
    )


def _sound(choice: str) -> bool:
    """Whether a choice's value comes back as it was sent."""
    return len(choice) <= _CHOICE and clean(choice) == choice


def _card(form: Form, message: str, faults: Mapping[str, str]) -> Json:
    names = {one.name for one in form.fields}
    body = [_fault(text) for name, text in faults.items() if name not in names]
    body += list(paragraph(form.words))
    for field in form.fields:
        body += _drawn(field, faults.get(field.name, ""))
    send = {
        "type": "Action.Submit",
        "title": form.send,
        "style": "positive",
        "data": {"form": encode(_bare(form), message)},
    }
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "fallbackText": "This client is too old to show the form: it needs Adaptive Cards 1.5.",
        "body": body or [rich([" "])],
        "actions": [send],
    }


def _bare(form: Form) -> Form:
    """The form as it is carried: what is filled in comes back by itself."""
    return replace(form, fields=tuple(replace(one, value="") for one in form.fields))


def _drawn(field: Field, fault: str) -> Iterator[Json]:
    if fault:
        yield _fault(fault)
    drawn: Json = {"id": _IN + field.name, "label": field.label, **_input(field)}
    if field.required:
        # Parsed as Markdown, so it says nothing that comes from elsewhere.
        drawn |= {"isRequired": True, "errorMessage": NEEDED}
    yield drawn
    if field.hint:
        yield rich([run(field.hint, size="Small", isSubtle=True)]) | {"spacing": "Small"}


def _input(field: Field) -> Json:
    filled = {"value": field.value} if field.value else {}
    match field.kind:
        case "text" | "long":
            lines = {"isMultiline": True} if field.kind == "long" else {}
            return {"type": "Input.Text", "maxLength": TYPED[field.kind], **lines, **filled}
        case "choice":
            listed = [{"title": one.label, "value": one.value} for one in field.options]
            known = any(one.value == field.value for one in field.options)
            made = filled if known else {}
            return {"type": "Input.ChoiceSet", "style": "compact", "choices": listed, **made}
        case "date":
            return {"type": "Input.Date", **(filled if _day(field.value) else {})}


def _fault(text: str) -> Json:
    words = shorten(line(text), _FAULT, utf16) or "This cannot be used."
    return rich([run(Bold(words), color="Attention")])


def height(form: Form) -> int:
    """Pixels for the dialog: nothing to scroll where it is short."""
    lines = sum({"long": 150}.get(one.kind, 80) + (25 if one.hint else 0) for one in form.fields)
    words = 20 * (1 + sum(map(len, map(str, form.words))) // 60)
    return min(max(180, 130 + lines + words), 650)
