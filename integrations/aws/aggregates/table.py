"""One DynamoDB table: made on demand, queried page by page, written in batches that are finished.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
Items go in and out in DynamoDB's own form, such as {"day": {"S": "2026-10-05"}}.
"""

import random
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import Any

from domain.access import Access
from domain.errors import NotTakenError, PermanentError, TemporaryError
from integrations.aws import failures
from integrations.aws.clients import PATIENT, client
from integrations.aws.permissions import ACTIONS
from integrations.calls import still_wanted

Item = dict[str, dict[str, Any]]

PK, SK, EXPIRES = "pk", "sk", "expires"
#: What one BatchWriteItem takes.
BATCH = 25
#: How often what DynamoDB left out of a batch is sent again; each wait is up to twice as long.
ATTEMPTS = 10
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0
_MADE_SECONDS = 60.0


class MissingTableError(PermanentError):
    """There is no table of this name."""


class Table:
    """A table with the keys `pk` and `sk`, both text. It blocks, and raises DeliveryError."""

    def __init__(
        self,
        name: str,
        access: Access | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._access = access or Access()
        self._sleep = sleep

    @cached_property
    def dynamo(self) -> Any:
        """The client, which threads may share."""
        with failures.told():
            return client("dynamodb", access=self._access, attempts=PATIENT)

    def close(self) -> None:
        if "dynamo" in self.__dict__:
            self.dynamo.close()

    @contextmanager
    def told(self) -> Generator[None]:
        """Errors of ours, with the table in them."""
        from botocore.exceptions import ClientError

        with failures.told():
            try:
                yield
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                if code == "ResourceNotFoundException":
                    said = f"there is no table {self.name} in {self.dynamo.meta.region_name}"
                    raise MissingTableError(
                        f"{said}: check its name and AWS_DEFAULT_REGION"
                    ) from None
                if code == "AccessDeniedException" and error.operation_name in ACTIONS:
                    needed = f"{ACTIONS[error.operation_name]} on the table {self.name}"
                    raise PermanentError(failures.PERMISSION.format(needed=needed)) from None
                raise

    def keys(self) -> tuple[str, ...] | None:
        """The names of its keys, once it can be used; None where there is no table."""
        try:
            with self.told():
                schema: list[Mapping[str, str]] = self._described()["KeySchema"]
        except MissingTableError:
            return None
        return tuple(key["AttributeName"] for key in schema)

    def ensure(self) -> None:
        """Make the table where there is none, and refuse one that is somebody else's."""
        keys = self.keys()
        if keys is None:
            self._make()
            keys = (PK, SK)
        if keys != (PK, SK):
            said = f"the table {self.name} has the keys {', '.join(keys)}, not {PK} and {SK}"
            raise PermanentError(f"{said}: name another one, costbot makes it")
        with self.told():
            self._forget_by_itself()

    def pages(self, **asked: Any) -> Iterator[list[Item]]:
        """The items of a Query, page by page, in the order of their sort keys."""
        yield from self._paged(self.dynamo.query, asked)

    def scanned(self, **asked: Any) -> Iterator[list[Item]]:
        """Every item, page by page, in no order."""
        yield from self._paged(self.dynamo.scan, asked)

    def items(self, pk: str, begins: str = "", **more: Any) -> Iterator[Item]:
        """The items under a key as they are at this moment, those whose sort key begins so."""
        where, values = "pk = :pk", {":pk": {"S": pk}}
        if begins:
            where += " AND begins_with(sk, :sk)"
            values[":sk"] = {"S": begins}
        asked = {"KeyConditionExpression": where, "ExpressionAttributeValues": values, **more}
        for page in self.pages(ConsistentRead=True, **asked):
            yield from page

    def put(self, items: Iterable[Item]) -> int:
        """Write all of them, in batches; how many there were."""
        return self._batches({"PutRequest": {"Item": item}} for item in items)

    def delete(self, keys: Iterable[Item]) -> int:
        return self._batches({"DeleteRequest": {"Key": key}} for key in keys)

    def put_if(self, item: Item, condition: str, **more: Any) -> bool:
        """Write one item where the condition holds; False where it does not."""
        asked = {"Item": item, "ConditionExpression": condition, **more}
        return self._conditional(self.dynamo.put_item, asked)

    def update_if(self, key: Item, update: str, condition: str, **more: Any) -> bool:
        asked = {"Key": key, "UpdateExpression": update, "ConditionExpression": condition, **more}
        return self._conditional(self.dynamo.update_item, asked)

    def _conditional(self, call: Callable[..., Any], asked: Mapping[str, Any]) -> bool:
        from botocore.exceptions import ClientError

        still_wanted()
        with self.told():
            try:
                call(TableName=self.name, **asked)
            except ClientError as error:
                if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                    return False
                raise
        return True

    def _paged(self, call: Callable[..., Any], asked: Mapping[str, Any]) -> Iterator[list[Item]]:
        more: dict[str, Any] = {}
        while True:
            still_wanted()
            with self.told():
                page = call(TableName=self.name, **asked, **more)
            yield page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _batches(self, requests: Iterator[Mapping[str, Any]]) -> int:
        done = 0
        while batch := [*islice(requests, BATCH)]:
            self._written(batch)
            done += len(batch)
        return done

    def _written(self, batch: list[Mapping[str, Any]]) -> None:
        """DynamoDB may leave out any of a batch; it asks for longer waits, each by a random share.

        docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
        """
        left = batch
        for attempt in range(ATTEMPTS):
            still_wanted()
            try:
                with self.told():
                    answer = self.dynamo.batch_write_item(RequestItems={self.name: left})
                left = answer.get("UnprocessedItems", {}).get(self.name, [])
            except NotTakenError:
                if attempt == ATTEMPTS - 1:
                    raise
            if not left:
                return
            longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
            self._sleep(random.uniform(0, longest))  # noqa: S311
        raise TemporaryError(f"DynamoDB did not take {len(left)} items of {self.name}")

    def _described(self) -> Mapping[str, Any]:
        """The table, once whoever makes it is done."""
        waited = 0.0
        while True:
            still_wanted()
            described = self.dynamo.describe_table(TableName=self.name)["Table"]
            if described["TableStatus"] != "CREATING":
                return described
            if waited >= _MADE_SECONDS:
                raise TemporaryError(f"DynamoDB still makes the table {self.name}")
            self._sleep(0.5)
            waited += 0.5

    def _make(self) -> None:
        """On demand: nothing is paid for while nobody asks. Another replica may be first."""
        from botocore.exceptions import ClientError

        with self.told():
            try:
                self.dynamo.create_table(
                    TableName=self.name,
                    BillingMode="PAY_PER_REQUEST",
                    KeySchema=[
                        {"AttributeName": PK, "KeyType": "HASH"},
                        {"AttributeName": SK, "KeyType": "RANGE"},
                    ],
                    AttributeDefinitions=[
                        {"AttributeName": PK, "AttributeType": "S"},
                        {"AttributeName": SK, "AttributeType": "S"},
                    ],
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceInUseException":
                    raise
            self._described()

    def _forget_by_itself(self) -> None:
        """Switch on that items end at the time they carry; a simulator without that keeps them."""
        from botocore.exceptions import ClientError

        try:
            known = self.dynamo.describe_time_to_live(TableName=self.name)
            if known["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED":
                wish = {"Enabled": True, "AttributeName": EXPIRES}
                self.dynamo.update_time_to_live(TableName=self.name, TimeToLiveSpecification=wish)
        except ClientError as error:
            if error.response["Error"]["Code"] != "UnknownOperationException":
                raise
