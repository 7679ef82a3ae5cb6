"""The peer itself: starts and stops, keeps issues, and fails on demand."""

import asyncio
import base64
from collections import deque
from typing import Any, Literal

from aiohttp import web

from tests.peers.jira import server
from tests.peers.jira.model import PRIORITIES, WORKFLOW, Fault, Issue, Person

EMAIL = "costbot@company.example"
TOKEN = "not-a-real-jira-token"
Side = Literal["read", "write"]


class JiraPeer:
    """Use as an async context manager. `problems` lists what a real Jira would have refused.

    `lag` is how many seconds a new issue stays hidden from searches; `tick` moves the clock.
    """

    def __init__(self, cloud: bool = True, lag: float = 0.0) -> None:
        self.cloud, self.lag = cloud, lag
        self.prefix = "" if cloud else "/jira"
        self.now = 0.0
        self.projects = {"OPS": "Operations", "FIN": "Finance"}
        self.screen = {"summary", "description", "labels", "priority", "assignee"}
        self.required: dict[str, str] = {}
        self.priorities = dict(PRIORITIES)
        self.workflow = dict(WORKFLOW)
        self.bot = Person("557058:c0573007" if cloud else "costbot", "costbot")
        self.people = {self.bot.id: self.bot}
        self.issues: list[Issue] = []
        self.calls: list[tuple[str, str]] = []
        self.bodies: list[Any] = []
        self.problems: list[str] = []
        self.faults: deque[Fault] = deque()
        self.token = TOKEN
        #: Writes wait until it is set, as it is.
        self.gate = asyncio.Event()
        self.gate.set()

    async def __aenter__(self) -> "JiraPeer":
        self._runner = web.AppRunner(server.application(self), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{self.prefix}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def authorization(self) -> str:
        if not self.cloud:
            return f"Bearer {self.token}"
        return "Basic " + base64.b64encode(f"{EMAIL}:{self.token}".encode()).decode()

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.calls if method != "GET"]

    def tick(self, seconds: float) -> None:
        self.now += seconds

    def person(self, name: str) -> Person:
        made = Person(f"acc-{name.lower()}" if self.cloud else name.lower(), name)
        return self.people.setdefault(made.id, made)

    def issue(self, key: str) -> Issue | None:
        return next((one for one in self.issues if one.key == key and not one.deleted), None)

    def fail(self, status: int, on: Side = "write", times: int = 1, **headers: str) -> None:
        """Refuse coming requests; `Retry_After="1"` becomes a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.extend(Fault(on, status, headers=named) for _ in range(times))

    def drop(self, on: Side = "write", *, after: bool = False, path: str = "") -> None:
        """Break the line before or after the effect of a coming request."""
        self.faults.append(Fault(on, 0, after=after, path=path))

    def stall(self, seconds: float, on: Side = "write") -> None:
        self.faults.append(Fault(on, seconds=seconds))

    def fault(self, method: str, path: str) -> Fault | None:
        """The first planned fault that fits, used up."""
        side = "read" if method == "GET" else "write"
        for fault in self.faults:
            if fault.on == side and fault.path in path:
                self.faults.remove(fault)
                return fault
        return None
