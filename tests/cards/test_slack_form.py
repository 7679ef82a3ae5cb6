"""A form fits into a Slack view, whatever it holds, and comes back as it was filled in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import slack_form
from cards.model import Action, Bold, Field, Form, Link, Option
from cards.slack_form import Opened, TooBigError
from tests.peers.slack import Modal
from tests.peers.slack.views import check

HERE = Opened("C1", "1795000001.000001", "1795000000.000001")
WORDS = st.text(st.characters(codec="utf-8"), max_size=200)
OPTIONS = st.lists(st.builds(Option, WORDS, WORDS), max_size=120).map(tuple)
FIELDS = st.lists(
    st.builds(
        Field,
        st.from_regex(r"[a-z]{1,12}", fullmatch=True),
        WORDS,
        st.sampled_from(["text", "long", "choice", "date"]),
        st.one_of(WORDS, st.dates().map(str)),
        OPTIONS,
        st.booleans(),
        WORDS,
    ),
    max_size=8,
    unique_by=lambda field: field.name,
).map(tuple)
FORMS = st.builds(
    Form,
    WORDS,
    st.builds(Action, WORDS, st.dictionaries(WORDS, WORDS, max_size=3)),
    FIELDS,
    WORDS,
    st.lists(st.one_of(WORDS, st.builds(Bold, WORDS), st.builds(Link, WORDS, WORDS))).map(tuple),
)


def sent(form: Form, typed: dict[str, str] | None = None) -> slack_form.Sent:
    """The form, opened, filled in and sent."""
    view = slack_form.render(form, HERE)
    check(view)
    return slack_form.parse({**view, "state": Modal("V1", view).state(typed or {})})


@settings(max_examples=150, deadline=None)
@given(FORMS)
def test_slack_takes_every_form(form: Form) -> None:
    try:
        view = slack_form.render(form, HERE)
    except TooBigError:
        return
    check(view)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(WORDS, WORDS, max_size=3))
def test_an_action_comes_back_as_it_went(args: dict[str, str]) -> None:
    back = sent(Form("Sure?", Action("do", args)))
    assert back == slack_form.Sent(Action("do", args), HERE)


def test_a_quoted_message_of_a_thousand_letters_fits_in_any_script() -> None:
    for letter in "xж猫🙂":
        assert sent(Form("Ticket", Action("do", {"text": letter * 1000}))).action.args["text"]


def test_an_action_that_is_too_long_is_refused_not_cut() -> None:
    with pytest.raises(TooBigError):
        slack_form.render(Form("Ticket", Action("do", {"text": "x" * 3000})), HERE)


def test_too_many_fields_are_refused_not_cut() -> None:
    fields = tuple(Field(f"f{n}", "Field") for n in range(101))
    with pytest.raises(TooBigError):
        slack_form.render(Form("Ticket", Action("do"), fields), HERE)


def test_a_hundred_choices_are_shown_the_chosen_one_among_them() -> None:
    options = tuple(Option(f"v{n}", f"Choice {n}") for n in range(120))
    form = Form("Pick", Action("do"), (Field("one", "One", "choice", "v110", options),))
    (block,) = slack_form.render(form, HERE)["blocks"]
    assert len(block["element"]["options"]) == 100
    assert block["hint"]["text"] == "20 more choices are not shown."
    assert sent(form).action.args == {"one": "v110"}


def test_a_text_too_long_for_its_field_is_cut_where_it_is_filled_in() -> None:
    form = Form("T", Action("do"), (Field("a", "A", "long", "猫🙂" * 2000),))
    assert sent(form).action.args["a"].endswith("…")


def test_a_choice_of_nothing_is_a_text() -> None:
    form = Form("Pick", Action("do"), (Field("one", "One", "choice", "x"),))
    assert sent(form, {"One": "typed"}).action.args == {"one": "typed"}


def test_words_in_a_form_are_words() -> None:
    form = Form("<!here>", Action("do"), (Field("a", "<!channel>", hint="<@U1>"),), words=("*x*",))
    view: Any = slack_form.render(form, HERE)
    assert "mrkdwn" not in str(view)
    assert "<!" not in str(view) and "<@" not in str(view)


def test_what_is_wrong_stands_beside_its_field() -> None:
    view = slack_form.render(Form("T", Action("do"), (Field("a", "A"), Field("b", "B"))), HERE)
    told = slack_form.faults(view, {"b": "too late", "c": "unknown\nthing", "a": ""})
    assert told == {"field:a": "unknown thing This cannot be used.", "field:b": "too late"}
    assert slack_form.faults(slack_form.render(Form("T", Action("do")), HERE), {"a": "x"}) == {}


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"private_metadata": "{", "state": {"values": {}}},
        {"private_metadata": "[]", "state": {"values": {}}},
        {"private_metadata": '["no action","","",""]', "state": {"values": {}}},
        {"private_metadata": '["[\\"do\\",{}]","","",""]'},
        {"private_metadata": '["[\\"do\\",{}]","","",""]', "state": {"values": {"field:a": 1}}},
    ],
)
def test_what_is_no_form_of_ours_is_refused(view: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a"):
        slack_form.parse(view)
