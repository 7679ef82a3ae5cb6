"""Whatever happens in whatever order: nothing is lost, done is done, one worker at a time."""

import asyncio
import tempfile
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.delivery import Receipt
from domain.ports import Sighting
from store.state import Database, Failure, FindingStore, Job, Outbox
from store.state.migrate import prepare_now
from tests.peers.postgres import Postgres
from tests.state.stage import Clock, spike

LEASE = timedelta(minutes=1)
PLACES = ("jira:OPS", "jira:WEB")


class Machine(RuleBasedStateMachine):
    """Two workers that may die at any moment, and a vendor that remembers what it was sent."""

    def address(self) -> str:
        return f"sqlite:///{tempfile.mkdtemp()}/state.sqlite"

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.database = Database(self.address(), lambda: self.clock.at, lambda: self.clock.steady)
        prepare_now(self.database)
        self.findings, self.outbox = FindingStore(self.database), Outbox(self.database)
        self.jobs: list[tuple[Job, float]] = []
        self.wanted: set[tuple[str, str]] = set()
        self.done: set[tuple[str, str]] = set()

    def run(self, work):  # type: ignore[no-untyped-def]
        return self.loop.run_until_complete(work)

    def copy(self, job: Job) -> tuple[str, str]:
        return job.finding.id, job.destination

    @rule(key=st.sampled_from("abc"), places=st.sets(st.sampled_from(PLACES), min_size=1))
    def report(self, key: str, places: set[str]) -> None:
        found = spike(key, self.clock.at)
        self.run(self.findings.report([Sighting(found, tuple(places))], self.clock.at))
        self.wanted |= {(found.id, place) for place in places}

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        taken = self.run(self.outbox.claim("jira", limit, LEASE))
        held = {self.copy(job) for job, until in self.jobs if until > self.clock.steady}
        assert not held & {self.copy(job) for job in taken}, "two workers hold one copy"
        assert len({self.copy(job) for job in taken}) == len(taken)
        self.jobs += [(job, self.clock.steady + LEASE.total_seconds()) for job in taken]

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        job, until = self.jobs.pop(data.draw(st.integers(0, len(self.jobs) - 1)))
        held = self.run(self.outbox.delivered(job, Receipt(job.destination, "1")))
        if until >= self.clock.steady:
            assert held, "a lease that holds counts"
        if held:
            self.done.add(self.copy(job))

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), unknown=st.booleans(), seconds=st.integers(0, 90))
    def fail(self, data: st.DataObject, unknown: bool, seconds: int) -> None:
        job, _ = self.jobs.pop(data.draw(st.integers(0, len(self.jobs) - 1)))
        wait = timedelta(seconds=seconds)
        self.run(self.outbox.failed(job, Failure("x", unknown, wait, counts=False)))

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        """A worker is killed: nobody ever hears of its attempt again."""
        self.jobs.pop(data.draw(st.integers(0, len(self.jobs) - 1)))

    @rule(seconds=st.integers(1, 200))
    def wait(self, seconds: int) -> None:
        self.clock.on(timedelta(seconds=seconds))

    @rule(hours=st.integers(-30, 30))
    def set_the_clock(self, hours: int) -> None:
        self.clock.at += timedelta(hours=hours)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Whatever was wanted is there, and shown, held or still to be had."""
        if not hasattr(self, "wanted"):
            return
        for finding_id, place in self.wanted:
            copies = self.run(self.findings.showings(finding_id))
            (copy,) = (one for one in copies if one.destination == place)
            if (finding_id, place) in self.done:
                assert copy.receipt.ref == "1", "done is done"

    def teardown(self) -> None:
        if not hasattr(self, "wanted"):
            return
        self.clock.on(timedelta(hours=3))
        for _ in range(len(self.wanted) * 3 + 5):
            for job in self.run(self.outbox.claim("jira", 10, LEASE)):
                self.run(self.outbox.delivered(job, Receipt(job.destination, "1")))
                self.done.add(self.copy(job))
        assert self.wanted <= self.done, "everything is shown in the end"
        self.database.close()
        self.loop.close()


def _tried(machine: type[Machine], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


def test_on_sqlite() -> None:
    _tried(Machine, 20)


def test_on_postgresql(postgres_server: Postgres) -> None:
    class OnPostgres(Machine):
        def address(self) -> str:
            return postgres_server.database()

    _tried(OnPostgres, 8)
