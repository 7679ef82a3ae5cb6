"""The peer itself: starts and stops, knows its rooms, and delivers signed activities to a bot."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.peers.teams import server
from tests.peers.teams.room import Person, Room
from tests.peers.teams.signing import Keyring, claims

APP_ID = "5f0c1d7e-0000-4000-8000-00000000b07a"
PASSWORD = "not-a-real-app-secret"
TENANT = "72f988bf-0000-4000-8000-0000000000aa"
#: Teams gives a bot 15 s for a turn.
TURN_SECONDS = 15.0


@dataclass(frozen=True)
class Delivered:
    """What the bot answered to one delivery."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Fault:
    """How the connector treats one coming request; status 0 drops the line.

    `lost` carries the request out and then drops the line: nobody hears of the effect.
    """

    status: int | None = None
    seconds: float = 0.0
    code: str = "ServiceError"
    lost: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class TeamsPeer:
    """Use as an async context manager. `problems` must be empty in the end: see `server`."""

    def __init__(self, app_id: str = APP_ID, password: str = PASSWORD, tenant: str = TENANT):
        self.app_id, self.password, self.tenant = app_id, password, tenant
        self.bot_id, self.bot_name = f"28:{app_id}", "costbot"
        self.keyring = Keyring()
        self.rooms: dict[str, Room] = {}
        self.faults: deque[Fault] = deque()
        self.openid_fault: Fault | None = None
        self.token_fault: Fault | None = None
        self.needs_token = True
        self.strict = True
        self.tokens: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        #: What took effect: method, room and message.
        self.writes: list[tuple[str, str, str]] = []
        self.problems: list[str] = []
        self.bot_url = ""
        self._changed = asyncio.Event()

    async def __aenter__(self) -> "TeamsPeer":
        self._runner = web.AppRunner(server.application(self), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.service_url = f"{self.url}/amer/"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    @property
    def openid_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    def count(self, path: str, method: str | None = None) -> int:
        """How often the bot called addresses with `path` in them."""
        return sum(path in called and method in (None, verb) for verb, called in self.calls)

    def person(self, name: str) -> Person:
        return Person(name, f"29:1-{name.lower()}", f"aad-{name.lower()}")

    def channel(self, name: str, *people: Person) -> Room:
        return self._room("channel", f"19:{name}@thread.tacv2", people)

    def group(self, name: str, *people: Person) -> Room:
        return self._room("groupChat", f"19:{name}@thread.v2", people)

    def personal(self, person: Person) -> Room:
        return self._room("personal", f"a:1-{person.name.lower()}", (person,))

    def _room(self, kind: str, room_id: str, people: tuple[Person, ...]) -> Room:
        return self.rooms.setdefault(room_id, Room(self, kind, room_id, list(people)))

    def token(self, service_url: str | None = None, **changes: Any) -> str:
        """A token as Microsoft sends it with every activity."""
        return self.keyring.sign(claims(self.app_id, service_url or self.service_url, **changes))

    async def deliver(self, activity: Any, authorization: str | None = "signed") -> Delivered:
        """Send an activity to the bot, with a good token unless told otherwise."""
        if authorization == "signed":
            authorization = f"Bearer {self.token()}"
        return await self.post(json.dumps(activity).encode(), authorization)

    async def post(
        self, body: bytes, authorization: str | None, content_type: str = "application/json"
    ) -> Delivered:
        headers = {"Content-Type": content_type}
        if authorization is not None:
            headers["Authorization"] = authorization
        async with self._session.post(
            f"{self.bot_url}/api/messages",
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=TURN_SECONDS),
        ) as response:
            return Delivered(response.status, await response.read(), dict(response.headers))

    def fail(self, status: int, times: int = 1, **headers: str) -> None:
        """Let the coming connector calls fail; `Retry_After="1"` becomes a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.extend(Fault(status, headers=named) for _ in range(times))

    def lose(self, times: int = 1) -> None:
        """Let the coming connector calls have their effect and lose the answer."""
        self.faults.extend(Fault(lost=True) for _ in range(times))

    def slow(self, seconds: float, times: int = 1) -> None:
        self.faults.extend(Fault(seconds=seconds) for _ in range(times))

    def changed(self) -> None:
        self._changed.set()

    async def until(self, what: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait for something to become true of what people see, and return it."""
        async with asyncio.timeout(seconds):
            while not (found := what()):
                self._changed.clear()
                await self._changed.wait()
        return found
