"""A form as a fragment of HTML: escaped, sent by the page's own script."""

from collections.abc import Iterator, Mapping
from html import escape

from cards.escape import clean
from cards.model import Field, Form
from cards.shorten import span_text


def render(form: Form, faults: Mapping[str, str] | None = None) -> str:
    """A <form> with a label for every field, and what is wrong with it beside it."""
    fields = "".join(_field(one, (faults or {}).get(one.name, "")) for one in form.fields)
    words = escape(clean("".join(map(span_text, form.words))))
    said = f'<p class="text">{words}</p>' if words else ""
    title = escape(clean(form.title))
    return (
        f'<form class="form" aria-label="{title}">{said}{fields}'
        f'<div class="buttons"><button class="button primary">{escape(clean(form.send))}</button>'
        '<button type="button" class="button cancel">Cancel</button></div></form>'
    )


def _field(one: Field, fault: str) -> str:
    wrong = f'<span class="fault" role="alert">{escape(fault)}</span>' if fault else ""
    hint = f'<span class="hint">{escape(clean(one.hint))}</span>' if one.hint else ""
    return f"<label>{escape(clean(one.label))}{''.join(_input(one))}{hint}{wrong}</label>"


def _input(one: Field) -> Iterator[str]:
    needed = " required" if one.required else ""
    name, value = escape(one.name), escape(clean(one.value))
    match one.kind:
        case "choice":
            yield f'<select name="{name}"{needed}>'
            if not one.required:
                yield '<option value=""></option>'
            for option in one.options:
                chosen = " selected" if option.value == one.value else ""
                label = escape(clean(option.label))
                yield f'<option value="{escape(option.value)}"{chosen}>{label}</option>'
            yield "</select>"
        case "long":
            yield f'<textarea name="{name}" rows="3" maxlength="2000"{needed}>{value}</textarea>'
        case "date":
            yield f'<input type="date" name="{name}" value="{value}"{needed}>'
        case "text":
            yield f'<input type="text" name="{name}" value="{value}" maxlength="500"{needed}>'
