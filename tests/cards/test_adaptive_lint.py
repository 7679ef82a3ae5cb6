"""The Adaptive Card linter finds what Teams would refuse, with and without the schema."""

from typing import Any

import pytest

from tests.lint import adaptive
from tests.lint.adaptive import lint
from tests.shared import needs_shared

Json = dict[str, Any]
EXECUTE = {"type": "Action.Execute", "title": "t", "verb": "v", "data": {}}
WORDS = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "x"}]}
DONUT = {"type": "Chart.Donut", "data": [{"legend": "a", "value": 1}], "fallback": WORDS}
TABLE = {
    "type": "Table",
    "columns": [{"width": 1}],
    "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [WORDS]}]}],
}


def card(*body: Any, **more: Any) -> Json:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": "x",
        "msteams": {"width": "full"},
        "body": list(body),
    } | more


def nested(levels: int) -> Json:
    inner: Json = WORDS
    for _ in range(levels):
        inner = {"type": "Container", "items": [inner]}
    return card(inner)


FINE = {
    "words": card(WORDS),
    "table": card(TABLE),
    "chart": card(DONUT),
    "buttons": card({"type": "ActionSet", "actions": [EXECUTE | {"style": "positive"}] * 6}),
    "picture": card({"type": "Image", "url": "https://x.example/a.png", "altText": "x"}),
}

BROKEN = {
    "no object": ([], "must be an object"),
    "other version": (card(version="1.6"), "must be '1.5'"),
    "unknown key": (card(colour=1), "unknown key 'colour'"),
    "no body": (card(body=None), "must be a list"),
    "nothing for old clients": (card(fallbackText=""), "fallbackText"),
    "wrong width": (card(msteams={"width": "Full"}), "must be 'full'"),
    "refreshed for too many": (card(refresh={"userIds": ["u"] * 61}), "61 people"),
    "unknown element": (card({"type": "Sparkle"}), "unknown type 'Sparkle'"),
    "no type": (card({"text": "x"}), "unknown type None"),
    "a string in the body": (card("x"), "must be an object"),
    "words without text": (
        card({"type": "RichTextBlock", "inlines": [{"type": "TextRun"}]}),
        "text",
    ),
    "empty words": (card({"type": "RichTextBlock", "inlines": [""]}), "is empty"),
    "picture without words": (card({"type": "Image", "url": "https://x"}), "altText is missing"),
    "link to a script": (
        card(
            {
                "type": "ActionSet",
                "actions": [{"type": "Action.OpenUrl", "url": "javascript:alert(1)"}],
            }
        ),
        "no web address",
    ),
    "chart without fallback": (card({"type": "Chart.Pie", "data": [{}]}), "fallback is missing"),
    "chart of words": (
        card(DONUT | {"data": [{"legend": "a", "value": "much"}]}),
        "must be a finite number",
    ),
    "broken fallback": (card(DONUT | {"fallback": {"type": "Sparkle"}}), "fallback: unknown type"),
    "many buttons": (card({"type": "ActionSet", "actions": [EXECUTE] * 7}), "7 actions"),
    "button without verb": (
        card(
            {"type": "ActionSet", "actions": [{"type": "Action.Execute", "title": "t", "data": {}}]}
        ),
        "verb is missing",
    ),
    "ragged table": (card(TABLE | {"columns": []}), "do not match"),
    "one id twice": (card(WORDS | {"id": "a"}, WORDS | {"id": "a"}), "'a' is used twice"),
    "too big": (card(*[WORDS] * 500), "bytes of UTF-8"),
    "too big as UTF-16": (card({"type": "RichTextBlock", "inlines": ["x" * 19_000]}), "UTF-16"),
    "not a number": (card(DONUT | {"data": [{"legend": "a", "value": float("nan")}]}), "not JSON"),
    "too deep": (nested(20), "deeper than"),
}


@pytest.mark.parametrize("name", FINE)
def test_takes_a_fine_card(name: str) -> None:
    assert lint(FINE[name]) == []


@pytest.mark.parametrize("name", BROKEN)
def test_finds_without_the_schema(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptive, "SCHEMA", adaptive.SHARED / "not there")
    broken, words_of_the_problem = BROKEN[name]
    problems = lint(broken)
    assert any(words_of_the_problem in problem for problem in problems), problems


@needs_shared
@pytest.mark.parametrize(
    ("place", "element"),
    [
        ("card.body[0]", WORDS | {"colour": "red"}),
        ("card.body[0]", WORDS | {"spacing": "Gigantic"}),
        ("card.body[0]", {"type": "Container", "items": [WORDS], "style": "shocking"}),
        (
            "card.body[0]",
            {"type": "ActionSet", "actions": [EXECUTE | {"associatedInputs": "perhaps"}]},
        ),
        ("card.body[0]", DONUT | {"fallback": WORDS | {"separator": "yes"}}),
        ("card.body[0]", TABLE | {"gridStyle": "wild"}),
    ],
)
def test_the_schema_finds_what_the_structure_does_not_show(place: str, element: Json) -> None:
    problems = lint(card(element))
    assert problems and all(problem.startswith(place) for problem in problems), problems
