"""Showing findings in places: what is wanted where, what is there, and who can bring it about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.finding import Finding


class Stage(StrEnum):
    """How far one copy is."""

    WANTED = "wanted"
    SHOWN = "shown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a copy is: `ref` is the place's own id for it, `url` an address for people.

    `memo` is the destination's own note about what it showed last; nobody else reads it. `repeat`
    says that an earlier copy may be there besides, which could not be looked for; it is counted,
    not kept.
    """

    destination: str
    ref: str = ""
    url: str = ""
    memo: str = ""
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Showing:
    """One place where a finding should be shown, such as `slack:C0123` or `jira:OPS`.

    `wish` holds what a person asked for, such as the priority of a ticket. `unsure_since` is when
    the first attempt began whose outcome nobody knows: its effect may be there. By `unsure_until`
    the last of such attempts had ended; what it had sent may have its effect even later. `reason`
    says why the last attempt failed.
    """

    destination: str
    receipt: Receipt
    stage: Stage = Stage.WANTED
    wish: Mapping[str, str] = field(default_factory=dict[str, str])
    unsure_since: datetime | None = None
    unsure_until: datetime | None = None
    reason: str = ""

    @property
    def scheme(self) -> str:
        return scheme(self.destination)

    @property
    def address(self) -> str:
        """What follows the scheme: a channel, a project; "" where there is none."""
        return self.destination.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Letter:
    """A copy that was given up after so many attempts; its `showing.reason` says why."""

    finding: Finding
    showing: Showing
    attempts: int


@dataclass(frozen=True, slots=True)
class Receipts:
    """What one attempt knows: its own copy, the other copies, and the moment (UTC)."""

    mine: Showing
    now: datetime
    others: tuple[Showing, ...] = ()


class Destination(Protocol):
    """A kind of place where findings are shown. One file each; the contract suite is its test.

    `scheme` is how its addresses begin.
    """

    @property
    def scheme(self) -> str: ...

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        """Show the finding, or bring its copy up to date, with one write at most.

        Safe to call again with the same arguments. When `receipts.mine.unsure_since` is set, look
        for the effect of that attempt before writing. Raises TemporaryError (NotTakenError where
        it is certain that nothing was taken) or PermanentError; ends within its own deadline.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a bot needs to write somewhere unasked, as the last event from there told it.

    `place` is the address without its scheme, such as `19:abc@thread.tacv2`; `kind` is
    "channel", "groupChat" or "personal".
    """

    place: str
    service_url: str
    bot_id: str
    tenant: str
    kind: str


class Conversations(Protocol):
    """The memory of where the bot may write unasked: one entry per place, the newest wins."""

    async def remember(self, conversation: Conversation) -> None: ...

    async def find(self, place: str) -> Conversation | None: ...

    async def forget(self, place: str) -> None:
        """Nothing happens when the place is unknown."""
        ...


def scheme(destination: str) -> str:
    """`jira` of `jira:OPS`; `sim` of `sim://ok`."""
    return destination.partition(":")[0]
