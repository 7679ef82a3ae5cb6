"""What people do in Jira and PagerDuty moves the finding, and with it every other copy.

A webhook is forged until its signature is right; the same news has one effect; news that is older
than what was heard, or than what was done here since, has none.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDictProxy

from bot.adapters.body import read as read_body
from domain import changes
from domain.errors import UserError
from domain.finding import Finding, Status
from domain.remote import RemoteChange

if TYPE_CHECKING:
    from store.state import Memory

log = logging.getLogger(__name__)

#: How far two machines' clocks may be apart before news counts as older than what was done here.
SKEW = timedelta(seconds=5)
NAMES = {"jira": "Jira", "pagerduty": "PagerDuty"}


@dataclass(frozen=True, slots=True)
class Sender:
    """One system that sends webhooks.

    `verify` says whether a body is its own, `read` what it says; `own` is costbot's own id there,
    whose doings are no news; `label` is the mark that a copy of a finding carries there.
    """

    scheme: str
    verify: Callable[[CIMultiDictProxy[str], bytes], bool]
    read: Callable[[bytes], RemoteChange | None]
    own: Callable[[], str] = lambda: ""
    label: Callable[[Finding], str] = lambda _: ""


class Webhooks:
    """Applies verified news to the findings of a memory."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    async def apply(self, change: RemoteChange, sender: Sender) -> bool:
        """Move the finding; whether anything came of it."""
        if change.who_id and change.who_id == sender.own():
            return False
        about, mark = await self._about(change, sender), f"{sender.scheme}:{change.id}"
        if about is None or await self._memory.marks.known(mark):
            return False
        moved = await self._once(change, *about)
        # Marked when it is done: cut short before, it is sent again and must not pass for handled.
        await self._memory.marks.first(mark)
        return moved

    async def _once(self, change: RemoteChange, found: Finding, destination: str) -> bool:
        if (change.status, change.assignee) == (None, None):
            return False
        heard = self._memory.heard
        if change.status and not await heard.newest(found.id, destination, change.at):
            log.info("older news of %s from %s", found.id, change.destination)
            return False
        try:
            await self._memory.findings.change(found.id, lambda known: moved(known, change))
        except UserError as error:
            log.info("news of %s from %s: %s", found.id, change.destination, error)
            return False
        return True

    async def _about(self, change: RemoteChange, sender: Sender) -> tuple[Finding, str] | None:
        """The finding that the news is of, by its reference or by the mark that it carries."""
        known = await self._memory.heard.about(sender.scheme, change.ref)
        if known is not None:
            if change.url:
                await self._memory.heard.placed(known[0].id, known[1], change.ref, change.url)
            return known
        for found, destination in await self._memory.heard.unplaced(sender.scheme):
            if sender.label(found) and sender.label(found) in change.labels:
                await self._memory.heard.placed(found.id, destination, change.ref, change.url)
                return found, destination
        return None


def attach(app: web.Application, memory: "Callable[[], Awaitable[Memory]]", sender: Sender) -> None:
    """`POST /webhooks/<scheme>`; the memory may still be opening."""

    async def receive(request: web.Request) -> web.Response:
        body = await read_body(request)
        if not sender.verify(request.headers, body):
            return web.Response(status=401, text="The signature is missing or wrong.")
        change = sender.read(body)
        if change is not None:
            await Webhooks(await memory()).apply(change, sender)
        # What means nothing here is still taken: a refusal would switch the webhook off.
        return web.Response(status=202)

    app.router.add_post(f"/webhooks/{sender.scheme}", receive)


def moved(known: Finding, change: RemoteChange) -> Finding:
    """The finding after the news; what was done here since stays as it is."""
    who = f"{change.who or 'Somebody'} in {NAMES.get(change.destination, change.destination)}"
    doer = changes.Doer(who, change.at, f"{change.destination}:{change.who_id}")
    if any((line.at, line.by) == (doer.at, doer.by) for line in known.log):
        return known  # This very step is in its history already.
    after = known
    status = change.status
    if status not in (None, known.status) and not _older(change, known.moved_at):
        after = _step(known, doer, status)
    if change.assignee is not None and not _older(change, changes.assigned_at(known)):
        after = changes.assigned(after, doer, change.assignee)
    return after


def _step(known: Finding, doer: changes.Doer, status: Status) -> Finding:
    match status:
        case Status.RESOLVED:
            return changes.resolved(known, doer)
        case Status.ACKNOWLEDGED if not known.status.closed:
            return changes.acknowledged(known, doer)
        case Status.ACKNOWLEDGED | Status.OPEN if known.status is Status.RESOLVED:
            return changes.released(known, doer, "opened it again")
        case Status.OPEN if known.status is Status.ACKNOWLEDGED:
            return changes.released(known, doer)
        case _:
            return known


def _older(change: RemoteChange, than: datetime | None) -> bool:
    return than is not None and change.at + SKEW < than
