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
import socket
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

import pytest

from bot.delivery import Delivery
from domain.delivery import Destination, Receipt, Receipts, Showing, Stage
from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from domain.finding import Finding, Severity
from domain.money import Money
from domain.ports import Sighting
from store.state import FindingStore, Outbox
from tests.peers.state import in_memory

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


def nobody() -> str:
    """An address of this machine where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


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
    """Try as delivery does, on the peer's clock: in doubt since the first attempt that was."""
    for _ in range(tries):
        try:
            return await stand.destination.upsert(finding, known)
        except TemporaryError as problem:
            taken = not isinstance(problem, NotTakenError)
            mine, wait = known.mine, max(1.0, problem.retry_after)
            if taken:
                since = mine.unsure_since or known.now
                mine = replace(mine, unsure_since=since, unsure_until=known.now)
        stand.tick(wait)
        known = replace(known, mine=mine, now=known.now + timedelta(seconds=wait))
    raise AssertionError(f"not delivered in {tries} tries")


def dearer(finding: Finding, amount: str) -> Finding:
    """The same finding, of which more is known."""
    impact = Money(Decimal(amount), "USD")
    return replace(finding, impact=impact, revision=finding.revision + 1)


class DestinationContract:
    """What differs between vendors is said by the attributes.

    `exactly_once` is False where there are no means to find what a lost reply left: then it is
    there at least once. What a destination cannot show is set to None where it plugs in, with the
    reason.

    `finding` needs `writes_each` writes. `wish` is what a person asks for first, `news` later:
    whatever is brought up to date.
    """

    exactly_once = True
    finding = FINDING
    writes_each = 1
    wish: Mapping[str, str] = MappingProxyType({})
    news: Mapping[str, str] = MappingProxyType({})

    def known(self, stand: Stand, **more: Any) -> Receipts:
        """What the first attempt knows."""
        return receipts(stand.place, **more, **self.wish)

    async def test_it_is_made_once_and_then_brought_up_to_date(self, stand: Stand) -> None:
        first = await stand.destination.upsert(self.finding, self.known(stand))
        before = stand.writes()
        known = receipts(stand.place, NOW + timedelta(hours=1), first, **self.news)
        stand.tick(3600)
        second = await stand.destination.upsert(dearer(self.finding, "340"), known)
        assert (stand.effects(), second.ref) == (1, first.ref)
        assert first.ref and first.destination == stand.place
        assert stand.writes() > before

    async def test_the_same_finding_at_the_same_time_is_there_once(self, stand: Stand) -> None:
        one = stand.destination.upsert(self.finding, self.known(stand))
        two = stand.destination.upsert(self.finding, self.known(stand))
        refs = {receipt.ref for receipt in await asyncio.gather(one, two)}
        assert (stand.effects(), len(refs)) == (1, 1)

    async def test_two_workers_of_delivery_show_it_once(self, stand: Stand) -> None:
        database = in_memory(NOW)
        findings = FindingStore(database)
        (found,) = await findings.report([Sighting(self.finding, ())], NOW)
        asked = {stand.place: dict(self.wish)}
        await findings.change(found.id, lambda it: it.noted(NOW, "Ann", "asked for it"), asked)
        ways = {stand.destination.scheme: stand.destination}
        workers = [Delivery(Outbox(database), ways) for _ in range(2)]
        await asyncio.gather(*(worker.settle() for worker in workers))
        (copy,) = await findings.showings(found.id)
        database.close()
        assert (copy.stage, copy.reason) == (Stage.SHOWN, "")
        assert (stand.effects(), stand.writes()) == (1, self.writes_each)

    async def test_a_lost_reply_leaves_one(self, stand: Stand) -> None:
        stand.drop(after=True)
        receipt = await deliver(stand, self.finding, self.known(stand))
        assert receipt.ref
        assert stand.effects() == 1 or (not self.exactly_once and stand.effects() == 2)

    async def test_one_attempt_is_one_write(self, stand: Stand) -> None:
        """For each effect that is needed; one that fails ends the attempt."""
        await stand.destination.upsert(self.finding, self.known(stand))
        assert stand.writes() == self.writes_each
        stand.drop(after=False)
        other = replace(self.finding, key="another")
        with pytest.raises(DeliveryError):
            await stand.destination.upsert(other, self.known(stand))
        assert stand.writes() == self.writes_each + 1

    async def test_showing_again_what_is_there_writes_nothing(self, stand: Stand) -> None:
        first = await stand.destination.upsert(self.finding, self.known(stand))
        again = self.known(stand, receipt=first, now=NOW + timedelta(minutes=1))
        second = await stand.destination.upsert(self.finding, again)
        assert (second.ref, second.memo) == (first.ref, first.memo)
        assert (stand.effects(), stand.writes()) == (1, self.writes_each)

    async def test_an_attempt_ends_in_its_time(self, stand: Stand) -> None:
        stand.stall(3 * stand.patience)
        began = time.monotonic()
        with pytest.raises(TemporaryError) as caught:
            await stand.impatient.upsert(self.finding, self.known(stand))
        assert time.monotonic() - began < 2 * stand.patience
        assert not isinstance(caught.value, NotTakenError)
        assert stand.writes() == 1

    async def test_an_attempt_that_has_ended_sends_nothing_more(self, stand: Stand) -> None:
        """The answer comes when nobody waits for it any more, and the next attempt has begun."""
        stand.stall(1.3 * stand.patience)
        with pytest.raises(TemporaryError):
            await stand.impatient.upsert(self.finding, self.known(stand))
        await asyncio.sleep(0.6 * stand.patience)
        assert stand.writes() == 1

    async def test_when_asked_to_wait_the_time_is_passed_on(self, stand: Stand) -> None:
        stand.fail(429, Retry_After="7")
        with pytest.raises(NotTakenError) as caught:
            await stand.destination.upsert(self.finding, self.known(stand))
        assert caught.value.retry_after >= 7
        assert (stand.effects(), stand.writes()) == (0, 1)

    @pytest.mark.parametrize("status", [408, 500, 502, 503])
    async def test_trouble_over_there_is_temporary(self, stand: Stand, status: int) -> None:
        """And so is 408: a request that did not arrive in time may arrive the next time."""
        stand.fail(status)
        with pytest.raises(TemporaryError):
            await stand.destination.upsert(self.finding, self.known(stand))
        assert stand.writes() == 1

    @pytest.mark.parametrize("after", [False, True])
    async def test_after_a_broken_line_nobody_knows(self, stand: Stand, after: bool) -> None:
        stand.drop(after=after)
        with pytest.raises(TemporaryError) as caught:
            await stand.destination.upsert(self.finding, self.known(stand))
        assert not isinstance(caught.value, NotTakenError)
        assert stand.writes() == 1

    async def test_where_nobody_answers_nothing_was_taken(self, stand: Stand) -> None:
        with pytest.raises(NotTakenError):
            await stand.absent.upsert(self.finding, self.known(stand))

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
    async def test_a_refusal_is_permanent(self, stand: Stand, status: int) -> None:
        stand.fail(status)
        with pytest.raises(PermanentError):
            await stand.destination.upsert(self.finding, self.known(stand))
        assert (stand.effects(), stand.writes()) == (0, 1)

    @pytest.mark.parametrize(
        "trouble", ["none", "401", "403", "429", "500", "before", "after", "stall", "absent"]
    )
    async def test_no_secret_and_no_address_is_told(
        self, stand: Stand, trouble: str, caplog: Any
    ) -> None:
        """Not even in what the vendor's library says about itself when it is asked to say all."""
        caplog.set_level(logging.DEBUG)
        if trouble.isdecimal():
            stand.fail(int(trouble))
        elif trouble == "stall":
            stand.stall(3 * stand.patience)
        elif trouble in ("before", "after"):
            stand.drop(after=trouble == "after")
        destinations = {"absent": stand.absent, "stall": stand.impatient}
        destination = destinations.get(trouble, stand.destination)
        told = ""
        try:
            await destination.upsert(self.finding, self.known(stand))
            assert trouble == "none"
        except DeliveryError as error:
            told = "".join(traceback.format_exception(error))
            assert "://" not in str(error)
        assert not any(secret in told + caplog.text for secret in stand.secrets)
