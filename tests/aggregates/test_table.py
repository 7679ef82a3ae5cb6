"""The table against an AWS that answers from a list: what is left out, refused, or too fast."""

from typing import Any

import pytest

from domain.errors import NotTakenError, PermanentError, TemporaryError
from integrations.aws.aggregates import Table, table
from integrations.aws.aggregates.table import ATTEMPTS, BATCH, Item
from tests.integrations.aws.stubs import Stubs

NAME = "costbot-aggregates"


def item(number: int) -> Item:
    return {"pk": {"S": "p"}, "sk": {"S": f"{number}"}}


def puts(*numbers: int) -> list[dict[str, Any]]:
    return [{"PutRequest": {"Item": item(number)}} for number in numbers]


def batch(asked: list[dict[str, Any]], left: list[dict[str, Any]] | str) -> Any:
    answer = left if isinstance(left, str) else {"UnprocessedItems": {NAME: left} if left else {}}
    return ("batch_write_item", {"RequestItems": {NAME: asked}}, answer)


def test_what_dynamodb_leaves_out_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    first, second = puts(*range(BATCH)), puts(BATCH, BATCH + 1)
    stubs = Stubs(
        monkeypatch,
        table,
        {
            "dynamodb": [
                batch(first, first[3:5]),
                batch(first[3:5], first[4:5]),
                batch(first[4:5], []),
                batch(second, "ProvisionedThroughputExceededException"),
                batch(second, []),
            ]
        },
    )
    written = Table(NAME, sleep=waits.append).put(map(item, range(BATCH + 2)))
    assert written == BATCH + 2
    stubs.done()
    assert len(waits) == 3 and all(0 <= wait <= 0.2 for wait in waits)


def test_the_waits_grow_and_are_never_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicas that were refused together do not come back together."""
    waits: list[float] = []
    asked = puts(1)
    calls = [batch(asked, asked)] * ATTEMPTS
    Stubs(monkeypatch, table, {"dynamodb": calls})
    monkeypatch.setattr(table.random, "uniform", lambda _low, high: high)
    with pytest.raises(TemporaryError, match=f"did not take 1 items of {NAME}"):
        Table(NAME, sleep=waits.append).put([item(1)])
    assert waits[:4] == [0.05, 0.1, 0.2, 0.4] and max(waits) == 5.0


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("AccessDeniedException", PermanentError, f"dynamodb:Query on the table {NAME}"),
        ("ResourceNotFoundException", PermanentError, f"there is no table {NAME} in us-east-1"),
        ("ProvisionedThroughputExceededException", NotTakenError, "asks to wait"),
        ("ExpiredTokenException", PermanentError, "credentials"),
    ],
)
def test_a_refusal_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, code: str, kind: type[Exception], said: str
) -> None:
    asked = {
        "TableName": NAME,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "bills"}},
        "ConsistentRead": True,
    }
    Stubs(monkeypatch, table, {"dynamodb": [("query", asked, code)]})
    with pytest.raises(kind, match=said):
        [*Table(NAME).items("bills")]


def test_making_a_table_that_is_not_allowed_names_the_permission(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = {
        "TableName": NAME,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    }
    calls: Any = [
        ("describe_table", {"TableName": NAME}, "ResourceNotFoundException"),
        ("create_table", made, "AccessDeniedException"),
    ]
    Stubs(monkeypatch, table, {"dynamodb": calls})
    with pytest.raises(PermanentError, match=f"dynamodb:CreateTable on the table {NAME}"):
        Table(NAME).ensure()


def test_a_table_that_another_replica_makes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    key = [
        {"AttributeName": name, "KeyType": kind} for name, kind in (("pk", "HASH"), ("sk", "RANGE"))
    ]

    def described(status: str) -> Any:
        return (
            "describe_table",
            {"TableName": NAME},
            {"Table": {"TableStatus": status, "KeySchema": key}},
        )

    live = {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}}
    calls: Any = [
        described("CREATING"),
        described("CREATING"),
        described("ACTIVE"),
        ("describe_time_to_live", {"TableName": NAME}, live),
    ]
    waits: list[float] = []
    stubs = Stubs(monkeypatch, table, {"dynamodb": calls})
    Table(NAME, sleep=waits.append).ensure()
    stubs.done()
    assert len(waits) == 2


def test_every_page_is_read_as_it_is_at_this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {
        "TableName": NAME,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
        "ExpressionAttributeValues": {":pk": {"S": "p"}, ":sk": {"S": "day#"}},
        "ConsistentRead": True,
    }
    last = {"pk": {"S": "p"}, "sk": {"S": "1"}}
    calls: Any = [
        ("query", asked, {"Items": [item(0), item(1)], "LastEvaluatedKey": last}),
        ("query", asked | {"ExclusiveStartKey": last}, {"Items": [], "LastEvaluatedKey": last}),
        ("query", asked | {"ExclusiveStartKey": last}, {"Items": [item(2)]}),
    ]
    stubs = Stubs(monkeypatch, table, {"dynamodb": calls})
    assert [*Table(NAME).items("p", "day#")] == [item(0), item(1), item(2)]
    stubs.done()
