"""The owner's tag is found one way, however a company writes it."""

import pytest

from domain.ports import Vocabulary
from handlers.grammar import owner_tag, rival_keys


@pytest.mark.parametrize(
    ("keys", "owner"),
    [
        (("team", "Name"), "team"),
        (("Team", "Name"), "Team"),
        (("Name", "user:Team"), "user:Team"),
        (("Owner", "Name"), "Owner"),
        (("Owner", "TEAM"), "TEAM"),
        (("TEAM", "team"), "team"),
        (("Name", "env"), None),
        ((), None),
    ],
)
def test_the_owners_tag_is_found_whatever_its_spelling(keys: tuple[str, ...], owner: str | None):
    assert owner_tag(Vocabulary(tag_keys=keys), ("team", "owner")) == owner


def test_keys_for_the_same_thing_are_rivals():
    bill = Vocabulary(tag_keys=("team", "Team", "teams", "env", "user:team", "te-am"))
    assert rival_keys(bill, "team") == ("Team", "teams", "te-am")
    assert rival_keys(bill, "env") == ()
