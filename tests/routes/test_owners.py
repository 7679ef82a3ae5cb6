"""Whose cost it is: tag, cost category, account, CSV, default, in this order."""

import pytest

from bot.route_file import Known
from tests.routes.world import World, spike

OWNERS = """
[[route]]
name = "to the owner"
to = ["owner", "jira:OPS"]

[[route]]
name = "never"
owner = "x"
to = ["aws"]

[owners]
default = "platform"
accounts = { "111122223333" = "by-account" }
csv = "owners.csv"
cost_categories = ["Squad"]

[owners.rooms]
By-Tag = ["slack:CTAG", "jira:OPS"]
platform = "slack:CPLATFORM"
"""
CSV = """dimension,value,owner
service,Amazon EC2,by-csv

region,eu-west-1,late
Tag:Env,Prod,by-env
"""
ALL = {
    "tag:Owner": "second",
    "Team": "by-tag",
    "cost_category/squad": "by-category",
    "account": "111122223333",
    "service": "Amazon EC2",
}


@pytest.mark.parametrize(
    ("without", "more", "owner", "said"),
    [
        ((), {}, "by-tag", "owner by-tag by tag team"),
        (("Team",), {}, "second", "owner second by tag owner"),
        (("Team", "tag:Owner"), {}, "by-category", "owner by-category by cost category Squad"),
        (
            ("Team", "tag:Owner", "cost_category/squad"),
            {},
            "by-account",
            "owner by-account by account 111122223333",
        ),
        (
            ("Team", "tag:Owner", "cost_category/squad", "account"),
            {"region": "eu-west-1"},
            "by-csv",
            "owner by-csv by owners.csv (service Amazon EC2)",
        ),
        (tuple(ALL), {"env": "prod"}, "by-env", "owner by-env by owners.csv (env Prod)"),
        (tuple(ALL), {"team": "  "}, "platform", "owner platform by default"),
    ],
)
async def test_each_link_gives_the_owner_when_those_before_it_do_not(
    here: World, without: tuple[str, ...], more: dict[str, str], owner: str, said: str
) -> None:
    (here.folder / "owners.csv").write_text(CSV)
    here.write(OWNERS)
    labels = {name: value for name, value in ALL.items() if name not in without} | more
    explained = await here.book.explain(spike(labels=labels), here.at)
    assert explained.verdict.owner == owner
    assert explained.owner[-1] == said == explained.verdict.steps[0]


async def test_the_order_of_the_tags_is_the_order_of_the_setting(here: World) -> None:
    here.write("", known=Known(tags=("owner", "team")))
    assert (await here.decide(spike(labels=ALL))).owner == "second"


async def test_a_finding_goes_where_its_owner_wants_to_hear(here: World) -> None:
    (here.folder / "owners.csv").write_text(CSV)
    here.write(OWNERS, "slack:CALL")
    assert (await here.decide(spike(labels=ALL))).places == ("slack:CTAG", "jira:OPS")
    verdict = await here.decide(spike(labels={"team": "no room"}))
    assert verdict.places == ("slack:CPLATFORM", "jira:OPS")
    assert "owner no room has no room, so slack:CPLATFORM" in verdict.steps


async def test_nobodys_finding_is_not_lost(here: World) -> None:
    here.write('[[route]]\nto="owner"\n[owners.rooms]\npayments="slack:CPAY"', "slack:CALL")
    assert (await here.decide(spike(labels={}))).places == ("slack:CALL",)


async def test_a_route_may_ask_for_the_owner_found_by_the_chain(here: World) -> None:
    here.write(
        '[[route]]\nowner="Payments"\nto="slack:CPAY"\n'
        '[owners]\naccounts={"111122223333"="payments"}'
    )
    verdict = await here.decide(spike(labels={"account": "111122223333"}))
    assert (verdict.places, verdict.rule) == (("slack:CPAY",), "route 1")


async def test_what_is_recorded_carries_its_owner(here: World) -> None:
    here.write("", "slack:CALL")
    (stored,) = await here.found(spike())
    assert stored.owner == "payments"
