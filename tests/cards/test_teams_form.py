"""Forms as Teams shows them: valid, small enough, plain words, and the same form again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cards import form_codec, teams_form
from cards.model import Action, Bold, Code, Field, Form, Link, Option
from tests.cards.hostile import HOSTILE, UNSEEN
from tests.cards.strategies import spans, words
from tests.lint.adaptive import lint
from tests.peers.teams.contract import ADAPTIVE, dialog_problems

FORM = Form(
    "Create a ticket",
    Action("file", {"finding": "12 & <13>"}),
    (
        Field("summary", "Summary", value="EC2 costs more"),
        Field("description", "Description", "long", "a\nb", required=False, hint="In your words"),
        Field("priority", "Priority", "choice", "2", (Option("1", "High"), Option("2", "Low"))),
        Field("due", "Due", "date", "2026-12-01", required=False),
    ),
    "Create",
    ("About ", Bold("#12"), Code("EC2"), Link("more", "https://example.com")),
)


def problems(form: Form, card: Any) -> list[str]:
    """What Teams would refuse of the dialog."""
    shown = {"contentType": ADAPTIVE, "content": card}
    size = {"height": teams_form.height(form), "width": "medium"}
    value = {"title": teams_form.title(form), **size, "card": shown}
    return dialog_problems({"task": {"type": "continue", "value": value}})


def sent(card: Any, **typed: str) -> dict[str, str]:
    """The data of the card's button with what its fields hold."""
    held = {part["id"]: part["value"] for part in card["body"] if "id" in part and "value" in part}
    data = card["actions"][0]["data"] | held | {f"field.{name}": typed[name] for name in typed}
    return json.loads(json.dumps(data))


def inputs(card: Any) -> dict[str, Any]:
    return {part["id"]: part for part in card["body"] if "id" in part}


def test_every_kind_of_field_is_drawn_as_teams_takes_it() -> None:
    card = teams_form.render(FORM, "17")
    assert problems(FORM, card) == []
    drawn = inputs(card)
    assert [part["type"] for part in drawn.values()] == [
        "Input.Text",
        "Input.Text",
        "Input.ChoiceSet",
        "Input.Date",
    ]
    assert [part["label"] for part in drawn.values()] == [one.label for one in FORM.fields]
    assert [part["value"] for part in drawn.values()] == [one.value for one in FORM.fields]
    assert [bool(part.get("isRequired")) for part in drawn.values()] == [True, False, True, False]
    assert drawn["field.description"]["isMultiline"] is True
    assert drawn["field.priority"]["style"] == "compact"
    assert "In your words" in json.dumps(card)


def test_what_is_filled_in_comes_back_as_the_click_that_sending_is() -> None:
    back = teams_form.parse(sent(teams_form.render(FORM, "17"), summary="S3", priority="1"))
    assert back.message == "17"
    assert back.action == FORM.filled(
        {"summary": "S3", "description": "a\nb", "priority": "1", "due": "2026-12-01"}
    )


def test_what_is_left_empty_comes_back_empty() -> None:
    data = {"form": teams_form.render(FORM)["actions"][0]["data"]["form"]}
    assert set(teams_form.parse(data).values.values()) == {""}


def test_the_same_form_is_shown_again_with_what_was_typed_and_what_is_wrong() -> None:
    back = teams_form.parse(sent(teams_form.render(FORM, "17"), summary="S3", description=""))
    card = teams_form.again(back, {"due": "Too late.", "other": "And this."})
    assert problems(FORM, card) == []
    first = teams_form.render(FORM, "17")
    assert card["actions"] == first["actions"]
    assert [part.get("value") for part in inputs(card).values()] == ["S3", None, "2", "2026-12-01"]
    red = [n for n, part in enumerate(card["body"]) if "Attention" in json.dumps(part)]
    due = next(n for n, part in enumerate(card["body"]) if part.get("id") == "field.due")
    assert red == [0, due - 1]


def test_a_form_without_fields_asks_for_a_confirmation() -> None:
    form = Form("Page somebody?", Action("page"), send="Page", words=("Ann is on call.",))
    card = teams_form.render(form)
    assert problems(form, card) == []
    assert "Ann is on call." in json.dumps(card) and card["actions"][0]["title"] == "Page"
    assert teams_form.parse(sent(card)).action == Action("page")
    assert problems(form, teams_form.render(Form("", Action("page")))) == []


def test_a_default_that_is_none_of_the_choices_or_no_day_is_not_filled_in() -> None:
    fields = (replace(FORM.fields[2], value="9"), replace(FORM.fields[3], value="tomorrow"))
    card = teams_form.render(replace(FORM, fields=fields))
    assert all("value" not in part for part in inputs(card).values())


LARGE = {
    "many choices": [Field("a", "A", "choice", "v299", tuple(
        Option(f"v{n}", f"A choice with a long name, number {n}") for n in range(300)))],
    "many fields of many choices": [Field(f"n{f}", "A" * 200, "choice", "", tuple(
        Option(f"v{n}" * 10, f"{n} long" * 20) for n in range(100))) for f in range(8)],
    "much text": [Field(f"n{f}", "日本" * 90, "long", "日本語" * 1000, hint="日" * 900)
                  for f in range(20)],
    "many fields": [Field(f"n{f}", "A") for f in range(30)],
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_form_is_cut_to_size_and_says_so(name: str) -> None:
    form = replace(FORM, fields=tuple(LARGE[name]))
    card = teams_form.render(form)
    assert problems(form, card) == []
    if name != "much text":
        assert "are not shown" in json.dumps(card)
    if name == "many choices":
        assert inputs(card)["field.a"]["value"] == "v299"
    assert teams_form.parse(sent(card)).action.name == "file"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_only_words(text: str) -> None:
    fields = (
        Field("a", text, value=text, hint=text),
        Field("b", text, "long", text),
        Field("c", text, "choice", text, (Option(text, text), Option("x", text))),
    )
    form = Form(text, Action("file", {"text": text[:1000]}), fields, text, (text, Bold(text)))
    card = teams_form.render(form, "17", {"a": text, "": text})
    assert lint(card, schema=False) == []
    for part in parts(card):
        assert part.get("type") not in ("TextBlock", "Action.OpenUrl", "FactSet")
        assert part.get("errorMessage", teams_form.NEEDED) == teams_form.NEEDED
        for key in ("label", "title", "text"):
            assert not UNSEEN & set(part.get(key, "")), key
    back = teams_form.parse(sent(card))
    assert back.action.args["text"] == text[:1000]
    assert lint(teams_form.again(back, {"b": text}), schema=False) == []


def parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        yield from parts(inner)


def fields() -> st.SearchStrategy[Field]:
    options = st.lists(st.builds(Option, words, words), max_size=4).map(tuple)
    kind = st.sampled_from(["text", "long", "choice", "date"])
    value = words | st.dates(date(1, 1, 1)).map(str)
    return st.builds(Field, st.just("x"), words, kind, value, options, st.booleans(), words)


def named(found: list[Field]) -> tuple[Field, ...]:
    return tuple(replace(one, name=f"n{n}") for n, one in enumerate(found))


@settings(deadline=None, max_examples=60, phases=[Phase.explicit, Phase.generate])
@given(words, st.lists(fields(), max_size=5).map(named), words, spans())
def test_any_form_is_shown_comes_back_and_is_shown_again(
    text: str, made: tuple[Field, ...], send: str, said: Any
) -> None:
    form = Form(text, Action("file", {"a": "b"}), made, send, said)
    card = teams_form.render(form, "17")
    assert lint(card, schema=False) == []
    back = teams_form.parse(sent(card))
    assert set(back.action.args) == {"a", *(one.name for one in made)}
    again = teams_form.again(back, {})
    assert inputs(again) == inputs(card)
    assert again["actions"] == card["actions"]


def test_the_same_choice_twice_is_one() -> None:
    none = Option("", "none")
    twice = (none, none, Option("", "nothing"))
    form = Form("t", Action("file", {}), (Field("n", "x", "choice", "y", twice),), "Send")
    card = teams_form.render(form, "17")
    assert [one["title"] for one in inputs(card)["field.n"]["choices"]] == ["none"]
    assert inputs(teams_form.again(teams_form.parse(sent(card)), {})) == inputs(card)


STRANGE = [
    None, 5, {}, [], "", "{}", "null", "[]", "[1]", "x" * 99, "[" * 9999,
    '["t",["a",{}],"s",[],[]]',
    '["t",["a",{"b":1}],"s",[],[],""]',
    '["t",["a",[]],"s",[],[],""]',
    '["t",["a",{}],"s",[["loud","x"]],[],""]',
    '["t",["a",{}],"s",[["bold","x","y"],["",{}]],[],""]',
    '["t",["a",{}],"s",[],[["n","l","number","",[],true,""]],""]',
    '["t",["a",{}],"s",[],[["n","l",["text"],"",[],true,""]],""]',
    '["t",["a",{}],"s",[],[["n","l","text","",[["v"]],true,""]],""]',
    '["t",["a",{}],"s",[],[["n","l","text",5,[],true,""]],""]',
    '["t",["a",{}],"s",[],[["n"]],""]',
    '["t",["a",{}],"s",[],5,""]',
    '["t",["a",{}],5,[],[],""]',
    '["t",["a",{}],"s",[],[],5]',
    json.dumps(["t", ["a", {}], "s", [], [], "x" * 201]),
    json.dumps(["t", ["a", {}], "s", [], [["n", "", "text", "", [], 1, ""]] * 21, ""]),
]  # fmt: skip


@pytest.mark.parametrize("carried", STRANGE, ids=range(len(STRANGE)))
def test_what_we_never_sent_is_no_form(carried: Any) -> None:
    with pytest.raises(ValueError, match="not a form of ours"):
        teams_form.parse({"form": carried})


def test_a_form_survives_what_platforms_do_to_a_value() -> None:
    carried = form_codec.encode(FORM, "17")
    assert carried.isascii() and not set("&<>") & set(carried)
    assert form_codec.decode(carried) == (FORM, "17")
