"""Daily sums of others: `python -m bot load dynamodb://…`, and what is wrong with an item."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.aggregate_file import read
from domain.aggregates import Place
from domain.errors import SettingsError
from domain.query import CostQuery, Dimension, Filter
from handlers import asking
from integrations.aws.aggregates import Served
from integrations.aws.aggregates import publish as publish_module
from store.lake import DuckLake
from tests.aggregates.lakes import TABLE, published, put
from tests.aggregates.test_served import ALL, OCTOBER
from tests.peers.aws.moto_server import MotoServer
from tests.shared import ROOT

Load = Callable[..., tuple[int, str, str]]

THEIRS = "billing-daily"
DESCRIBED = """
[[aggregates]]
table = "billing-daily"
day = { attribute = "range", split = "#", part = 1 }
service = "product"
cost = "usd"
currency = { value = "USD" }
payer = { value = "111122223333" }
account = "acct"
region = "where"
charge = "kind"
"""


@pytest.fixture
def load(
    dynamo: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Load:
    """The command line; its exit code, what it printed, and what it said on standard error."""
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "costbot.toml").write_text(DESCRIBED)

    def run(*addresses: str) -> tuple[int, str, str]:
        code = main(["load", *addresses])
        return code, *capsys.readouterr()

    return run


class Theirs:
    """A table of somebody else, with keys of its own."""

    def __init__(self, server: MotoServer) -> None:
        self.dynamo = server.client("dynamodb")
        keys = (("owner", "HASH"), ("range", "RANGE"))
        self.dynamo.create_table(
            TableName=THEIRS,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in keys],
        )
        self.dynamo.get_waiter("table_exists").wait(
            TableName=THEIRS, WaiterConfig={"Delay": 1, "MaxAttempts": 10}
        )

    def put(self, place: str, usd: Any = "1.5", owner: str = "DAILY", **more: Any) -> None:
        item = {
            "owner": {"S": owner},
            "range": {"S": place},
            "product": {"S": place.partition("#")[2]},
            "acct": {"S": "222233334444"},
            **({"usd": usd if isinstance(usd, dict) else {"N": usd}} if usd else {}),
            **{name: {"S": value} for name, value in more.items()},
        }
        self.dynamo.put_item(TableName=THEIRS, Item=item)


@pytest.fixture
def theirs(dynamo: MotoServer) -> Theirs:
    return Theirs(dynamo)


async def by(data: Path, *names: str) -> Mapping[tuple[Any, ...], Decimal]:
    query = CostQuery(ALL, group_by=tuple(map(Dimension, names)))
    table = await asking.ask(DuckLake(data), query)
    return {row.key: row.cost for row in table.rows}


async def test_a_table_of_others_becomes_bills(load: Load, theirs: Theirs, tmp_path: Path) -> None:
    theirs.put("2026-10-05#Amazon EC2", "1.000000000001", where="eu-west-1")
    theirs.put("2026-10-06#Amazon EC2", "2")
    theirs.put("2026-11-01#Amazon S3", {"S": "0.25"})
    theirs.put("2026-11-02#Tax", "3", kind="Tax")
    theirs.put("2026-11-03#Plan", "4", kind="SavingsPlanRecurringFee")
    code, out, err = load(f"dynamodb://{THEIRS}")
    assert code == 0, err
    assert out.index("2026-11") < out.index("2026-10"), "the newest month can be asked first"
    bills = DuckLake(tmp_path / "new").status().bills
    assert [(f"{bill.period.start:%Y-%m}", bill.total) for bill in bills] == [
        ("2026-10", Decimal("3.000000000001")),
        ("2026-11", Decimal("7.25")),
    ]
    assert bills[0].source == "Daily sums: billing-daily-2026-10.csv"
    found = await by(tmp_path / "new", "charge")
    assert found == {("tax",): 3, ("commitment",): 4, ("usage",): Decimal("3.250000000001")}
    regions = await by(tmp_path / "new", "region")
    assert regions[("eu-west-1",)] == Decimal("1.000000000001")


def test_only_the_month_that_changed_is_loaded_again(load: Load, theirs: Theirs) -> None:
    theirs.put("2026-10-05#Amazon EC2")
    theirs.put("2026-11-05#Amazon EC2")
    load(f"dynamodb://{THEIRS}")
    assert load(f"dynamodb://{THEIRS}")[1] == f"Nothing is new at dynamodb://{THEIRS}.\n"
    theirs.put("2026-11-05#Amazon EC2", "2.5")
    _, out, _ = load(f"dynamodb://{THEIRS}")
    assert "restated, +$1.00" in out and "2026-10" not in out


def test_many_pages_are_read(load: Load, theirs: Theirs, tmp_path: Path) -> None:
    """DynamoDB hands over 1 MB at a time."""
    for day in range(1, 29):
        theirs.put(f"2026-10-{day:02}#Amazon EC2", "1", note="x" * 60_000)
    code, _, err = load(f"dynamodb://{THEIRS}")
    assert code == 0, err
    (bill,) = DuckLake(tmp_path / "new").status().bills
    assert bill.total == 28


@pytest.mark.parametrize(
    "choice", ['partition = { owner = "DAILY" }', 'only = { range = "2026-10", owner = "DAI" }']
)
def test_what_is_no_daily_sum_is_left_out(
    load: Load, theirs: Theirs, tmp_path: Path, choice: str
) -> None:
    theirs.put("2026-10-05#Amazon EC2")
    theirs.put("config", usd=None, owner="SETTINGS")
    (tmp_path / "costbot.toml").write_text(DESCRIBED + choice)
    code, _, err = load(f"dynamodb://{THEIRS}")
    assert code == 0, err
    (bill,) = DuckLake(tmp_path / "new").status().bills
    assert bill.total == Decimal("1.5")


@pytest.mark.parametrize(
    ("place", "more", "said"),
    [
        ("2026-10-05#EC2", {"usd": None}, "attribute usd: it is missing, and says the cost."),
        ("2026-10-05#", {}, "attribute product: it is missing, and says the service."),
        ("2026-10-05#EC2", {"usd": {"S": "a lot"}}, "attribute usd: 'a lot' is no amount"),
        ("2026-10-05#EC2", {"usd": {"S": "NaN"}}, "attribute usd: 'NaN' is no amount"),
        ("2026-10-05#EC2", {"usd": {"BOOL": True}}, "attribute usd: it is neither a text nor a"),
        ("2026-13-05#EC2", {}, "attribute range: '2026-13-05' is no day such as"),
        ("week 7#EC2", {}, "attribute range: 'week 7' is no day such as"),
        ("2026-10-05#EC2", {"kind": "Gift"}, "attribute kind: 'Gift' is no type of charge: usage"),
    ],
)
def test_a_wrong_item_is_named_and_nothing_of_it_is_kept(
    load: Load, theirs: Theirs, tmp_path: Path, place: str, more: dict[str, Any], said: str
) -> None:
    theirs.put("2026-10-04#Amazon EC2")
    if place.endswith("#"):
        more = {**more, "product": ""}
    theirs.put(place, **more)
    code, _, err = load(f"dynamodb://{THEIRS}")
    assert code == 1
    assert f"dynamodb://{THEIRS}, item owner = 'DAILY', range = '{place}', {said}" in err
    assert "Correct [[aggregates]] in costbot.toml, or the item." in err
    assert DuckLake(tmp_path / "new").status().bills == ()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("dynamodb://not-there", "dynamodb://not-there: there is no such table."),
        ("dynamodb://billing-daily", "dynamodb://billing-daily: there is no such table."),
        ("dynamodb://", "dynamodb://: this is no address of a table. Write it as dynamodb://t"),
        ("dynamodb://a/b", "dynamodb://a/b: this is no address of a table."),
    ],
)
def test_an_address_that_leads_nowhere_is_said(load: Load, address: str, said: str) -> None:
    code, _, err = load(address)
    assert code == 1 and said in err


def test_a_table_that_nobody_described_is_said(load: Load, theirs: Theirs, tmp_path: Path) -> None:
    (tmp_path / "costbot.toml").unlink()
    theirs.put("2026-10-05#Amazon EC2")
    _, _, err = load(f"dynamodb://{THEIRS}")
    assert "costbot does not know what its items say. Describe it in costbot.toml" in err


def test_the_partition_key_has_to_be_the_tables_own(
    load: Load, theirs: Theirs, tmp_path: Path
) -> None:
    (tmp_path / "costbot.toml").write_text(DESCRIBED + 'partition = { pk = "DAILY" }')
    _, _, err = load(f"dynamodb://{THEIRS}")
    assert "pk is not the table's partition key, which is owner." in err


async def test_what_costbot_published_is_the_same_bill_elsewhere(
    load: Load, tmp_path: Path
) -> None:
    put(tmp_path / "data", ["2026-09", "2026-10"])
    published(tmp_path / "data")
    code, _, err = load(f"dynamodb://{TABLE}")
    assert code == 0, err
    ours, theirs = DuckLake(tmp_path / "data"), DuckLake(tmp_path / "new")
    for query in (
        CostQuery(ALL, group_by=(Dimension("service"), Dimension("region"), Dimension("day"))),
        CostQuery(OCTOBER, group_by=(Dimension("account"), Dimension("charge"))),
        CostQuery(ALL, filters=(Filter(Dimension("purchase"), "=", ("Standard",)),)),
    ):
        assert await asking.ask(theirs, query) == await asking.ask(ours, query)
    assert theirs.vocabulary().account_names == ours.vocabulary().account_names
    assert load(f"dynamodb://{TABLE}")[1] == f"Nothing is new at dynamodb://{TABLE}.\n"


async def test_a_bill_in_sums_alone_comes_without_its_regions(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_module, "MOST_ROWS", 3)
    put(tmp_path / "data", ["2026-10"])
    published(tmp_path / "data")
    assert load(f"dynamodb://{TABLE}")[0] == 0
    query = CostQuery(ALL, group_by=(Dimension("service"), Dimension("account")))
    ours, theirs = DuckLake(tmp_path / "data"), DuckLake(tmp_path / "new")
    assert await asking.ask(theirs, query) == await asking.ask(ours, query)


def test_a_bill_that_is_replaced_while_it_is_read_waits(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "data", ["2026-10"])
    published(tmp_path / "data")
    rows = Served.rows

    def torn(served: Served, wanted: Any, columns: frozenset[str]) -> list[dict[str, Any]]:
        put(tmp_path / "data", ["2026-10"], cost="2", later=1)
        published(tmp_path / "data", later=1)
        return rows(served, wanted, columns)[:1]

    monkeypatch.setattr(Served, "rows", torn)
    _, out, _ = load(f"dynamodb://{TABLE}")
    assert "it is replaced at this moment; it is loaded next time" in out
    assert DuckLake(tmp_path / "new").status().bills == ()
    monkeypatch.setattr(Served, "rows", rows)
    assert "loaded" in load(f"dynamodb://{TABLE}")[1]


def test_the_example_of_the_page_is_a_right_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "dynamodb.md").read_text()
    example = page[page.index("    [[aggregates]]") :].split("\n\n")[0]
    file = tmp_path / "costbot.toml"
    file.write_text("\n".join(line.removeprefix("    ") for line in example.splitlines()))
    (found,) = read(file).values()
    assert found.places["day"] == Place("sk", "#", 2)
    assert found.partition == {"pk": "COSTS"} and found.only == {"sk": "DAY#"}


MISTAKES = [
    ("[aggregates]\ntable = 'a'", "it is written as a list"),
    ("[[aggregates]]\nday = 'a'", "table: it is missing"),
    (DESCRIBED.replace('cost = "usd"', ""), 'cost: it is missing. Write cost = "amount"'),
    (DESCRIBED.replace("currency = {", "provider = {"), 'or currency = { value = "…" }'),
    (DESCRIBED.replace("account =", "acount ="), "Write account"),
    (DESCRIBED.replace("part = 1", "part = 0"), "day, part: 0 is no number from 1 on"),
    (DESCRIBED.replace('split = "#", ', ""), "day: attribute or split is missing"),
    (DESCRIBED.replace('"usd"', '{ value = "1" }'), "cannot be the same for all items"),
    (DESCRIBED + "partition = { a = 'x', b = 'y' }", "partition: it has two keys"),
    (DESCRIBED + "only = { a = 7 }", "only: 7 is no text"),
    (DESCRIBED + DESCRIBED, "'billing-daily' is there twice"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_in_the_description_is_said_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "costbot.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        read(file)
    assert said in str(error.value) and str(error.value).startswith("costbot.toml, [[aggregates]]")
