"""The contract of a destination, as tests: subclass `DestinationContract`, supply `stand`.

    class TestJiraCloud(DestinationContract):
        @pytest.fixture
        async def stand(self) -> AsyncIterator[Stand]:
            async with JiraPeer() as peer:
                yield JiraStand(peer)

`Stand` is a destination in front of a strict peer of its vendor, whose clock stands still.
"""

import asyncio
import logging
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

import pytest

from domain.delivery import Destination, Receipt, Receipts, Showing
from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from domain.finding import Finding, Severity
from domain.money import Money

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FINDING = Finding(
    kind="spike",
    key="service=Amazon EC2:2026-11-20",
    title="Amazon EC2 costs three times as much as usual",
    severity=Severity.HIGH,
    seen_at=NOW,
    impact=Money(Decimal("120.00"), "USD"),
    facts=(("Account", "payments"),),
    number=12,
)


class Stand(Protocol):
    """A destination and its peer. `place` is an address of it, such as `jira:OPS`.

    `absent` is one whose vendor cannot be reached, `impatient` one whose attempts end after
    `patience` seconds, which is short in tests. `secrets` must appear nowhere.
    """

    destination: Destination
    absent: Destination
    impatient: Destination
    place: str
    patience: float
    secrets: tuple[str, ...]

    def effects(self) -> int:
        """How many tickets, pages or messages there are."""
        ...

    def writes(self) -> int:
        """How many requests came that are meant to change something."""
        ...

    def fail(self, status: int, **headers: str) -> None:
        """Answer the next write so, without effect; `Retry_After="7"` becomes a header."""
        ...

    def drop(self, *, after: bool) -> None:
        """Break the line of the next write, before or after its effect."""
        ...

    def stall(self, seconds: float) -> None:
        """Let the next write wait."""
        ...

    def tick(self, seconds: float) -> None:
        """Move the peer's clock."""
        ...


def receipts(
    place: str,
    now: datetime = NOW,
    receipt: Receipt | None = None,
    unsure_since: datetime | None = None,
    others: tuple[Showing, ...] = (),
    **wish: str,
) -> Receipts:
    mine = Showing(place, receipt or Receipt(place), wish=wish, unsure_since=unsure_since)
    return Receipts(mine, now, others)


async def deliver(stand: Stand, finding: Finding, known: Receipts, tries: int = 30) -> Receipt:
    """Try as delivery does, on the peer's clock: an unknown outcome is as old as its attempt."""
    for _ in range(tries):
        try:
            return await stand.destination.upsert(finding, known)
        except TemporaryError as problem:
            taken = not isinstance(problem, NotTakenError)
            unsure = known.now if taken else known.mine.unsure_since
            wait = max(1.0, problem.retry_after)
        stand.tick(wait)
        mine = replace(known.mine, unsure_since=unsure)
        known = replace(known, mine=mine, now=known.now + timedelta(seconds=wait))
    raise AssertionError(f"not delivered in {tries} tries")


def dearer(finding: Finding, amount: str) -> Finding:
    """The same finding, of which more is known."""
    impact = Money(Decimal(amount), "USD")
    return replace(finding, impact=impact, revision=finding.revision + 1)


class DestinationContract:
    """`exactly_once` is False where the vendor gives no means to find what a lost reply left."""

    exactly_once = True

    async def test_it_is_made_once_and_then_brought_up_to_date(self, stand: Stand) -> None:
        first = await stand.destination.upsert(FINDING, receipts(stand.place))
        before = stand.writes()
        known = receipts(stand.place, NOW + timedelta(hours=1), first)
        second = await stand.destination.upsert(dearer(FINDING, "340"), known)
        assert (stand.effects(), second.ref) == (1, first.ref)
        assert first.ref and first.destination == stand.place
        assert stand.writes() > before

    async def test_the_same_finding_at_the_same_time_is_there_once(self, stand: Stand) -> None:
        one = stand.destination.upsert(FINDING, receipts(stand.place))
        two = stand.destination.upsert(FINDING, receipts(stand.place))
        refs = {receipt.ref for receipt in await asyncio.gather(one, two)}
        assert (stand.effects(), len(refs)) == (1, 1)

    async def test_a_lost_reply_leaves_one(self, stand: Stand) -> None:
        stand.drop(after=True)
        await deliver(stand, FINDING, receipts(stand.place))
        assert stand.effects() == 1 or not self.exactly_once

    async def test_one_attempt_is_one_write(self, stand: Stand) -> None:
        await stand.destination.upsert(FINDING, receipts(stand.place))
        assert stand.writes() == 1
        stand.drop(after=False)
        other = replace(FINDING, key="another")
        with pytest.raises(DeliveryError):
            await stand.destination.upsert(other, receipts(stand.place))
        assert stand.writes() == 2

    async def test_an_attempt_ends_in_its_time(self, stand: Stand) -> None:
        stand.stall(3 * stand.patience)
        began = time.monotonic()
        with pytest.raises(TemporaryError) as caught:
            await stand.impatient.upsert(FINDING, receipts(stand.place))
        assert time.monotonic() - began < 2 * stand.patience
        assert not isinstance(caught.value, NotTakenError)

    async def test_when_asked_to_wait_the_time_is_passed_on(self, stand: Stand) -> None:
        stand.fail(429, Retry_After="7")
        with pytest.raises(NotTakenError) as caught:
            await stand.destination.upsert(FINDING, receipts(stand.place))
        assert caught.value.retry_after >= 7
        assert (stand.effects(), stand.writes()) == (0, 1)

    @pytest.mark.parametrize("status", [500, 502, 503])
    async def test_trouble_over_there_is_temporary(self, stand: Stand, status: int) -> None:
        stand.fail(status)
        with pytest.raises(TemporaryError):
            await stand.destination.upsert(FINDING, receipts(stand.place))

    @pytest.mark.parametrize("after", [False, True])
    async def test_after_a_broken_line_nobody_knows(self, stand: Stand, after: bool) -> None:
        stand.drop(after=after)
        with pytest.raises(TemporaryError) as caught:
            await stand.destination.upsert(FINDING, receipts(stand.place))
        assert not isinstance(caught.value, NotTakenError)

    async def test_where_nobody_answers_nothing_was_taken(self, stand: Stand) -> None:
        with pytest.raises(NotTakenError):
            await stand.absent.upsert(FINDING, receipts(stand.place))

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
    async def test_a_refusal_is_permanent(self, stand: Stand, status: int) -> None:
        stand.fail(status)
        with pytest.raises(PermanentError):
            await stand.destination.upsert(FINDING, receipts(stand.place))
        assert stand.writes() == 1

    @pytest.mark.parametrize("trouble", ["401", "403", "429", "500", "before", "after", "absent"])
    async def test_no_secret_and_no_address_is_told(
        self, stand: Stand, trouble: str, caplog: Any
    ) -> None:
        caplog.set_level(logging.DEBUG)
        if trouble.isdecimal():
            stand.fail(int(trouble))
        elif trouble != "absent":
            stand.drop(after=trouble == "after")
        destination = stand.absent if trouble == "absent" else stand.destination
        with pytest.raises(DeliveryError) as caught:
            await destination.upsert(FINDING, receipts(stand.place))
        told = "".join(traceback.format_exception(caught.value))
        assert "://" not in str(caught.value)
        assert not any(secret in told + caplog.text for secret in stand.secrets)
