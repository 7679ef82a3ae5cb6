"""The filters of a question are said in plain words, with the names people know."""

from dataclasses import replace

import pytest

from domain.ports import Vocabulary
from handlers.grammar import parse, scope
from tests.grammar.bill import ACCOUNTS, BILL, TODAY


def name(dimension: str, value: str) -> str:
    return ACCOUNTS.get(value, value) if dimension == "account" else value


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("by service last month", ""),
        ("ec2", "for Amazon Elastic Compute Cloud"),
        (
            "s3 in eu-west-1 where team=payments without credits",
            "for Amazon Simple Storage Service in eu-west-1, team=payments, without credits",
        ),
        ("account=111111111111", "for account payments prod"),
        ("account~payments", "for accounts payments prod and payments dev"),
        ("in eu-west-1 or us-east-1", "in eu-west-1 and us-east-1"),
        ("team=payments or search", "team=payments or search"),
        ("team!=payments", "team!=payments"),
        ("untagged", "without a team"),
        ("without untagged", "with a team"),
        ("team=payments,none", "team=payments or no team"),
        ("only credits and tax", "only credits and tax"),
        ("without lambda or ddb", "without AWS Lambda or Amazon DynamoDB"),
        ("nat", "usage type containing NatGateway"),
        ("in eu-west-1 without tax", "in eu-west-1, without tax"),
    ],
)  # fmt: skip
def test_the_scope_of_a_question(words: str, said: str):
    assert scope(parse(words, TODAY, BILL), name) == said


def bill(**values: tuple[str, ...]) -> Vocabulary:
    tags = {f"tag:{key}": known for key, known in values.items()}
    return replace(BILL, values={**BILL.values, **tags}, tag_keys=(*values, "x"))


def test_a_value_in_two_spellings_must_be_told_apart():
    both = bill(env=("Prod", "prod"))
    assert scope(parse("env=Prod", TODAY, both), name) == "env=Prod"
    with pytest.raises(Exception, match="could be 2 envs: Prod, prod"):
        parse("env=PROD", TODAY, both)


def test_a_list_of_tag_values_that_was_cut_lets_others_pass():
    cut = bill(env=tuple(f"preview-{n}" for n in range(200)))
    assert scope(parse("env=Rare", TODAY, cut), name) == "env=Rare"
    assert scope(parse("env=PREVIEW-7", TODAY, cut), name) == "env=preview-7"


def test_tags_without_known_values_take_any():
    assert scope(parse("project=Rare", TODAY, BILL), name) == "user:project=Rare"


def test_a_rival_tag_is_mentioned_where_it_matters():
    both = Vocabulary(tag_keys=("team", "Team", "env"))
    assert "also has the tag Team" in parse("by team", TODAY, both).note
    assert "counts as no team" in parse("untagged", TODAY, both).note
    assert parse("by env", TODAY, both).note == ""


@pytest.mark.parametrize("word", ["dewater", "water", "ten", "ide", "ault", "1000", "pris"])
def test_a_part_inside_a_word_or_an_id_means_nothing(word: str):
    odd = Vocabulary(
        values={"service": ("Tidewater Vault Enterprise",), "account": ("100012341000",)},
    )
    assert parse("vault", TODAY, odd).query.filters[0].values == ("Tidewater Vault Enterprise",)
    with pytest.raises(Exception, match=r"I do not know"):
        parse(f"by service {word}", TODAY, odd)
