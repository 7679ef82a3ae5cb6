"""A form as one line of JSON and back, for platforms that keep it while it is filled in."""

import json
from typing import Any, assert_never

from cards.model import Action, Bold, Code, Field, Form, Link, Option, Span

_KINDS = ("text", "long", "choice", "date")


def encode(form: Form, message: str = "") -> str:
    """The form, and the message that it was opened from, without `&`, `<` and `>`."""
    action = [form.action.name, dict(form.action.args)]
    words = [_span(span) for span in form.words]
    fields = [_field(field) for field in form.fields]
    text = json.dumps(
        [form.title, action, form.send, words, fields, message], separators=(",", ":")
    )
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def decode(value: object) -> tuple[Form, str]:
    """What `encode` wrote; ValueError for anything else, whoever sent it."""
    try:
        found: Any = json.loads(value) if isinstance(value, str) else None
        title, (name, args), send, words, fields, message = found
        plain = {_text(key): _text(text) for key, text in args.items()}
        form = Form(
            _text(title),
            Action(_text(name), plain),
            tuple(_as_field(*field) for field in fields),
            _text(send),
            tuple(_as_span(*span) for span in words),
        )
        return form, _text(message)
    except (TypeError, ValueError, AttributeError, RecursionError):
        raise ValueError("not a form of ours") from None


def _span(span: Span) -> list[str]:
    match span:
        case str():
            return ["", span]
        case Bold():
            return ["bold", span.text]
        case Code():
            return ["code", span.text]
        case Link():
            return ["link", span.text, span.url]
        case _:
            assert_never(span)


def _as_span(look: str, text: str, url: str = "") -> Span:
    match look:
        case "":
            return _text(text)
        case "bold":
            return Bold(_text(text))
        case "code":
            return Code(_text(text))
        case "link":
            return Link(_text(text), _text(url))
        case _:
            raise ValueError("no such look")


def _field(field: Field) -> list[Any]:
    options = [[one.value, one.label] for one in field.options]
    return [
        field.name, field.label, field.kind, field.value, options, field.required, field.hint,
    ]  # fmt: skip


def _as_field(
    name: str, label: str, kind: Any, value: str, options: Any, required: Any, hint: str
) -> Field:
    if kind not in _KINDS:
        raise ValueError("no such kind")
    made = tuple(Option(_text(value), _text(label)) for value, label in options)
    return Field(_text(name), _text(label), kind, _text(value), made, required is True, _text(hint))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value
