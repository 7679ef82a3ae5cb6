"""Routing: which places a finding is for, who owns it, what is silenced, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.finding import Finding

#: The cost category a label is of is written before its name, as the lake writes tag keys.
COST_CATEGORY = "cost_category/"


def plain_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by their plain names: `tag:Team` and `user:team` are team; values stay as they are."""
    found: dict[str, str] = {}
    for name, value in labels.items():
        found.setdefault(plain_label(name), value)
    return found


def plain_label(name: str) -> str:
    return name.strip().casefold().removeprefix("tag:").removeprefix("user:")


#: The label of a finding that belongs to one room, such as a digest, or a budget set there.
ROOM = "room"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding as something found it, and the places where the routes want it shown.

    A place that has no copy yet gets its first one not before `not_before`. `held_back` are rooms
    that have had enough for the day: there it is told by the digest alone.
    """

    finding: Finding
    places: tuple[str, ...] = ()
    not_before: datetime | None = None
    held_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mute:
    """What must not alert until a moment: findings with all of `labels`, of `kind` unless ""."""

    kind: str
    labels: Mapping[str, str]
    until: datetime
    who: str
    by: str
    why: str = ""
    number: int = 0

    def covers(self, finding: Finding, now: datetime) -> bool:
        """Whether the finding is silenced at this moment."""
        return now < self.until and self.matches(finding)

    def matches(self, finding: Finding) -> bool:
        """Whether it is about such findings; case does not matter."""
        if self.kind not in ("", finding.kind):
            return False
        found = plain_labels(finding.labels)
        wanted = plain_labels(self.labels).items()
        return all(found.get(name, "").casefold() == value.casefold() for name, value in wanted)


class Mutes(Protocol):
    """What people have silenced."""

    async def add(self, mute: Mute) -> Mute:
        """Keep it; what comes back has its number."""
        ...

    async def remove(self, number: int, who: str = "costbot", by: str = "") -> bool:
        """Whether there was one; the audit log says who ended it."""
        ...

    async def active(self, now: datetime) -> tuple[Mute, ...]:
        """Those that have not ended, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a finding goes and why: `rule` names the route, `steps` say how it was reached.

    Until `hold_until` no first copy appears anywhere. `held_back` are rooms over their daily
    number, which get the digest instead.
    """

    places: tuple[str, ...]
    rule: str
    owner: str = ""
    steps: tuple[str, ...] = ()
    escalate_to: tuple[str, ...] = ()
    escalate_after_minutes: int | None = None
    hold_until: datetime | None = None
    held_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A route as it is written: when it fires, where to, and what else it says."""

    name: str
    when: str
    to: tuple[str, ...]
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A route that was looked at: whether it fired, and which conditions held or did not."""

    rule: str
    fired: bool
    why: str


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """How many alerts a room has had today, and how many it may have."""

    room: str
    had: int
    limit: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with everything that led to it, for people.

    `owner` are the links of the owner chain that were followed, the last of which gave the owner.
    `quiet`, `mute` and `unpaged` are "" where nothing holds, silences or keeps it from a pager.
    """

    verdict: Verdict
    tried: tuple[Tried, ...] = ()
    owner: tuple[str, ...] = ()
    quiet: str = ""
    mute: str = ""
    rooms: tuple[RoomLeft, ...] = ()
    unpaged: str = ""


class Routes(Protocol):
    """Which places a finding is for."""

    async def decide(self, finding: Finding, now: datetime) -> Verdict: ...

    async def decide_all(
        self, asked: Sequence[tuple[Finding, datetime]], now: datetime
    ) -> tuple[Verdict, ...]:
        """What is decided for each finding at a moment of its own, with the mutes of `now`."""
        ...

    async def explain(self, finding: Finding, now: datetime) -> Explanation:
        """The same verdict, with each route that was looked at."""
        ...

    async def sightings(self, found: Sequence[Finding], now: datetime) -> tuple[Sighting, ...]:
        """What to report: each finding with its owner and its places, counted together.

        The most severe come first when a room has room for a few more only.
        """
        ...

    def rules(self) -> tuple[RuleLine, ...]:
        """The routes in the order in which they are tried."""
        ...


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What a room was spared on a day, from `first` to `last`: findings that its digest tells."""

    room: str
    first: datetime
    last: datetime
    findings: tuple[Finding, ...]


class Rooms(Protocol):
    """What was shown where, counted."""

    async def first_shown(self, destination: str, start: datetime, end: datetime) -> int:
        """How many findings got, or will get, their first copy there between two moments."""
        ...

    async def places(self, finding_id: str, now: datetime) -> frozenset[str]:
        """Where it is shown already, so that seeing it again makes no new message."""
        ...

    async def held_back(self, start: datetime, end: datetime) -> tuple[HeldBack, ...]:
        """Per room, what was held back between two moments, the oldest first."""
        ...
