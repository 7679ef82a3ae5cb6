"""Requests to Cost Explorer: remembered, shared, counted, and never more than the day allows.

https://docs.aws.amazon.com/cost-management/latest/userguide/ce-api-best-practices.html
AWS asks $0.01 for each page of an answer, renews its numbers up to three times a day, and slows
down who asks too often.
"""

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.access import Access
from domain.collected import Replies, Spending
from domain.errors import PermanentError, TemporaryError
from integrations.aws import failures
from integrations.aws.clients import client
from integrations.calls import within

REGION = "us-east-1"
#: Dollars for a page.
PRICE = Decimal("0.01")
WHAT = "cost explorer"
#: A page.
DEADLINE_SECONDS = 30.0
ATTEMPTS = 5
#: A list that leads to ever more pages is no answer.
MOST_PAGES = 500
#: How long an answer is as good as AWS's own numbers, and one about days that do not change.
FRESH, SETTLED = timedelta(hours=8), timedelta(days=7)
#: AWS may restate a month until two weeks after its end.
RESTATED = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Told:
    """All pages of an answer as one; `pages` is how many were paid for it now, 0 for none."""

    content: Mapping[str, Any]
    pages: int

    @property
    def fee(self) -> Decimal:
        return self.pages * PRICE


class Explorer:
    """`limit` is what may be spent on a UTC day, in dollars, by all replicas together."""

    def __init__(
        self,
        access: Access,
        spending: Spending,
        replies: Replies,
        limit: Decimal,
        now: Callable[[], datetime],
    ) -> None:
        self._access = access
        self._spending = spending
        self._replies = replies
        self.limit = limit
        self._now = now
        self._asking: dict[str, asyncio.Task[Mapping[str, Any]]] = {}
        self._client: Any = None

    async def spent(self) -> Decimal:
        """What was spent today, in dollars."""
        return await self._spending.on(WHAT, self._now().date()) * PRICE

    async def ask(
        self, operation: str, asked: Mapping[str, Any], until: date | None = None
    ) -> Told:
        """The answer to `operation`, such as GetCostAndUsage; `until` is its last day's end.

        Equal requests that come while one is on its way share its answer. Raises PermanentError at
        the day's ceiling and for what AWS refuses, TemporaryError when it does not answer.
        """
        key = _key(self._access, operation, asked)
        known = await self._replies.get(key, self._now())
        if known is not None:
            return Told(known, 0)
        asking = self._asking.get(key)
        if asking is not None:
            return Told(await asyncio.shield(asking), 0)
        paid: list[int] = []
        asking = asyncio.create_task(self._fetched(key, operation, asked, until, paid))
        self._asking[key] = asking
        asking.add_done_callback(lambda task: self._answered(key, task))
        return Told(await asyncio.shield(asking), len(paid))

    def _answered(self, key: str, task: asyncio.Task[Mapping[str, Any]]) -> None:
        """Who asked may have gone: then nobody else looks at what went wrong."""
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()

    async def _fetched(
        self,
        key: str,
        operation: str,
        asked: Mapping[str, Any],
        until: date | None,
        paid: list[int],
    ) -> Mapping[str, Any]:
        whole: dict[str, Any] = {}
        page: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            answer = await self._page(operation, {**asked, **page}, paid)
            for name, value in answer.items():
                whole[name] = [*whole.get(name, []), *value] if isinstance(value, list) else value
            named = next((name for name in ("NextPageToken", "NextToken") if answer.get(name)), "")
            if not named:
                break
            page = {named: answer[named]}
        else:
            raise TemporaryError("Cost Explorer's answer does not end")
        content = json.loads(json.dumps(_without(whole), default=str))
        await self._replies.keep(key, content, self._now() + self._fresh(until))
        return content

    async def _page(
        self, operation: str, asked: Mapping[str, Any], paid: list[int]
    ) -> Mapping[str, Any]:
        """One page; AWS's word to slow down is followed, longer each time, by a random share."""
        for attempt in range(ATTEMPTS):
            await self._pay()
            paid.append(1)
            try:
                return await within(DEADLINE_SECONDS, "Cost Explorer", self._sent, operation, asked)
            except TemporaryError as error:
                if attempt == ATTEMPTS - 1:
                    raise
                await _rest((min(error.retry_after, 20.0) or 1.0) * 2**attempt)
        raise TemporaryError("Cost Explorer did not answer")

    async def _pay(self) -> None:
        """Counted before it is asked: a crash may count too much, and never too little."""
        today, most = self._now().date(), int(self.limit / PRICE)
        if not await self._spending.take(WHAT, today, 1, most):
            raise PermanentError(
                f"the day's ceiling for Cost Explorer is reached: ${self.limit:,.2f} for {most:,} "
                "requests. It begins anew at 00:00 UTC; COSTBOT_COST_EXPLORER_LIMIT raises it"
            )

    def _sent(self, operation: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        with failures.told():
            if self._client is None:
                self._client = client("ce", REGION, self._access)
            method = self._client.meta.method_to_api_mapping
            name = next(python for python, api in method.items() if api == operation)
            return getattr(self._client, name)(**asked)

    def _fresh(self, until: date | None) -> timedelta:
        if until is not None and until + RESTATED <= self._now().date():
            return SETTLED
        return FRESH


async def _rest(seconds: float) -> None:
    """A random share of it: many that were told to slow down must not come back at once."""
    await asyncio.sleep(random.uniform(0, seconds))  # noqa: S311


def _without(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer without what only its transport needed."""
    gone = ("ResponseMetadata", "NextPageToken", "NextToken")
    return {name: value for name, value in answer.items() if name not in gone}


def _key(access: Access, operation: str, asked: Mapping[str, Any]) -> str:
    """Equal questions have equal keys, in whatever order they were written."""
    whole = json.dumps([access.role_arn, operation, asked], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()
