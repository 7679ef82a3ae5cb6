"""Pasted logs, broken quotes and other noise get a clear answer, and get it at once."""

import random
import string
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import UserError
from domain.ports import Vocabulary
from domain.query import Dimension
from handlers.grammar import Question, parse, render
from tests.grammar.bill import BILL, COMMANDS, TODAY

SOUP = """
by service account team , and or vs previous last month 7d where = != ~ payments us-east-1 ec2 top
5 without credits only tag: tag:env " ' “ ( ) compare with to from since monday untagged 2026
2026-10 is not in the a per day list amortised none .. ! ? ; & region:us-east-1
"""
WORDS = st.sampled_from(SOUP.split())


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
@example("region:")
@example("tag:")
@example('"" = ""')
@example("by tag")
@example("is is is")
@example("without without")
@example("compare with compare with")
def test_any_text_is_understood_or_refused_with_words(text: str):
    try:
        asked = parse(text, TODAY, BILL, commands=COMMANDS)
    except UserError as error:
        assert len(str(error)) > 10
        assert len(str(error)) < 700
        for offer in error.suggestions:
            assert offer.split()[0] in COMMANDS or isinstance(parse(offer, TODAY, BILL), Question)
    else:
        assert parse(render(asked), TODAY, BILL) == asked


def test_a_text_that_is_too_long_is_not_read_at_all():
    with pytest.raises(UserError, match=r"has 501 characters; 500 is the most") as refused:
        parse("x" * 501, TODAY, BILL)
    assert "x" * 50 not in str(refused.value)


@pytest.mark.parametrize("text", ["team=a\0b", "team=\ud800"])
def test_characters_that_no_bill_holds_are_refused(text: str):
    with pytest.raises(UserError, match="no bill can hold"):
        parse(text, TODAY, BILL)


def test_a_long_word_is_cut_in_the_message():
    with pytest.raises(UserError) as refused:
        parse("by " + "y" * 400, TODAY, BILL)
    assert "y" * 41 not in str(refused.value)


BIG = Vocabulary(
    values={
        "service": tuple(f"Amazon Service Number {n}" for n in range(400)),
        "account": tuple(f"{n:012}" for n in range(1999)),
        "region": tuple(f"xx-area-{n}" for n in range(30)),
        "usage_type": tuple(f"XX{n}-BoxUsage:m5.{n}xlarge" for n in range(1999)),
    },
    tag_keys=tuple(f"key-{n}" for n in range(500)),
    account_names={f"{n:012}": f"team {n % 300} {n}" for n in range(1999)},
)
NOISE = random.Random(7)


@pytest.mark.parametrize(
    "text",
    [
        "by " * 166,
        "a " * 249,
        "(" * 499,
        '"' * 499,
        "'" * 499,
        "2026-10-01.." * 41,
        "last " * 99,
        "x=" * 249,
        "team=a," * 71,
        "1 " * 249,
        "a.." * 166,
        "to " * 166,
        " ".join("".join(NOISE.choices(string.ascii_lowercase, k=7)) for _ in range(62)),
        "=".join("".join(NOISE.choices(string.printable, k=9)) for _ in range(49)),
    ],
    ids=lambda text: text[:12],
)
def test_noise_is_answered_at_once(text: str):
    started = time.process_time()
    try:
        parse(text[:500], TODAY, BIG, commands=COMMANDS)
    except UserError as error:
        assert str(error)
    assert time.process_time() - started < 1.0


def test_a_list_that_was_cut_lets_other_values_pass():
    cut = Vocabulary(values={"usage_type": tuple(f"u{n}" for n in range(2000))})
    asked = parse('usage type="Rare:thing"', TODAY, cut)
    assert asked.query.filters[0].values == ("Rare:thing",)


def test_a_bill_with_no_words_yet_takes_names_as_they_are():
    asked = parse("by tag:team where service=ec2", TODAY, Vocabulary())
    assert asked.query.group_by == (Dimension("tag", "team"),)
    assert asked.query.filters[0].values == ("ec2",)


def test_two_tags_that_differ_in_case_must_be_told_apart():
    bill = Vocabulary(tag_keys=("Team", "TEAM"))
    with pytest.raises(UserError, match="could be Team, TEAM") as refused:
        parse("by team", TODAY, bill)
    assert refused.value.suggestions == ("by tag:Team", "by tag:TEAM")
    assert parse("by tag:TEAM", TODAY, bill).query.group_by == (Dimension("tag", "TEAM"),)


def test_the_owners_tag_answers_to_team():
    bill = Vocabulary(tag_keys=("squad", "env"))
    asked = parse("by team", TODAY, bill, owner_tags=("team", "squad"))
    assert asked.query.group_by == (Dimension("tag", "squad"),)
