"""Slack's channels as a destination: one message for each finding, edited when it changes."""

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import repeats
from bot.adapters.slack import history
from bot.adapters.slack.drawings import Drawing, Drawings
from bot.adapters.slack.refusals import GoneError, confirmed
from cards.model import Card
from cards.shorten import shorten
from domain.delivery import Receipt, Receipts, Showing
from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from domain.finding import Finding

log = logging.getLogger(__name__)

Draw = Callable[[Finding, Receipts], Awaitable[Card]]

EVENT = "costbot_finding"
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,30}")


class SlackRoom:
    """A destination; its addresses are channel ids, such as `slack:C0123ABCD`.

    What Slack refuses has no effect, so an attempt may go on after a refusal: with a simpler
    drawing, or with a new message where a person deleted the old one. Of all that an attempt
    sends, Slack takes one thing at most.

    A message carries the finding's id as metadata. After an attempt of unknown outcome it is looked
    for in the channel's history. Where costbot may not read that (a channel it is no member of), it
    posts again and says so: a second message is better than none. A look that fails is a
    NotTakenError, which has to leave `unsure_since` as it was.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        draw: Draw,
        drawings: Drawings,
        seconds: float = 20.0,
        link_seconds: float = 3.0,
    ) -> None:
        self._client = client
        self._draw = draw
        self._drawings = drawings
        self._seconds = seconds
        self._link_seconds = link_seconds

    @property
    def scheme(self) -> str:
        return "slack"

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        mine = receipts.mine
        channel = _channel(mine.address)
        attempt: _Attempt | None = None
        try:
            async with asyncio.timeout(self._seconds):
                card = await self._draw(finding, receipts)
                best = await self._drawings.best(card)
                attempt = _Attempt(self._client, self._drawings, channel, finding, card, best)
                ts = await attempt.shown(mine)
        except TimeoutError:
            sending = attempt is not None and attempt.sending
            kind = TemporaryError if sending else NotTakenError
            raise kind("Slack did not confirm a message in time") from None
        url = mine.receipt.url if ts == mine.receipt.ref else ""
        url = url or await self._link(channel, ts)
        return Receipt(mine.destination, ts, url, attempt.digest, attempt.repeat)

    async def close(self) -> None:
        """The connection is the surface's, which closes it."""

    async def _link(self, channel: str, ts: str) -> str:
        """The message's address; "" when it cannot be had now, for it is there all the same."""
        try:
            async with asyncio.timeout(self._link_seconds):
                call = self._client.chat_getPermalink(channel=channel, message_ts=ts)
                return str((await confirmed(call)).get("permalink") or "")
        except (DeliveryError, TimeoutError) as error:
            log.warning("the address of a message in Slack is not known yet: %s", error)
            return ""


@dataclass(slots=True)
class _Attempt:
    """One attempt to show one card; `sending` while nobody knows what Slack made of it.

    `repeat` is whether a message is posted beside one that could not be looked for.
    """

    client: AsyncWebClient
    drawings: Drawings
    channel: str
    finding: Finding
    card: Card
    best: Drawing
    sending: bool = False
    repeat: bool = False

    @property
    def digest(self) -> str:
        drawn = json.dumps([self.best.text, self.best.blocks], sort_keys=True)
        return hashlib.sha256(drawn.encode()).hexdigest()[:32]

    async def shown(self, mine: Showing) -> str:
        """Edit the message that is there, or post one; what Slack calls it."""
        # After an unsure edit nobody knows what the message shows.
        memo = "" if mine.unsure_since else mine.receipt.memo
        if mine.receipt.ref and await self._edited(mine.receipt.ref, memo, mine):
            return mine.receipt.ref
        if mine.unsure_since is not None:
            async for ts, drawn in self._left_behind(mine.unsure_since):
                if await self._edited(ts, drawn, mine):
                    return ts
        if self.repeat:
            self.card = repeats.noted(self.card, "Slack")
            self.best = await self.drawings.best(self.card)
        return await self._send(lambda drawing: self._post(drawing, mine))

    async def _edited(self, ts: str, drawn: str, mine: Showing) -> bool:
        """Whether the message now shows the card; False when it is gone."""
        if drawn == self.digest:
            return True
        try:
            await self._send(lambda drawing: self._edit(ts, drawing, mine))
        except GoneError:
            log.info("the message of %s is gone from Slack", self.finding.name)
            return False
        return True

    async def _left_behind(self, since: datetime) -> AsyncIterator[tuple[str, str]]:
        """Messages of this finding, as it stands, that an earlier attempt left in the channel."""
        try:
            async for ts, payload in history.marked(self.client, self.channel, EVENT, since):
                same = (payload.get("finding"), payload.get("occurrence"))
                if same == (self.finding.id, self.finding.occurrence):
                    yield ts, str(payload.get("drawn") or "")
        except PermanentError as error:
            self.repeat = True
            log.warning("Slack does not let costbot look before it posts again: %s", error)
        except TemporaryError as error:
            raise NotTakenError(str(error), error.retry_after) from None

    async def _send(self, send: Callable[[Drawing], Awaitable[str]]) -> str:
        self.sending = True
        try:
            ts = await self.drawings.send(self.card, send, self.best)
        except DeliveryError:
            self.sending = False
            raise
        self.sending = False
        return ts

    async def _edit(self, ts: str, drawing: Drawing, mine: Showing) -> str:
        await confirmed(
            self.client.chat_update(
                channel=self.channel,
                ts=ts,
                text=drawing.text,
                parse="none",
                blocks=drawing.blocks,
                metadata=self._mark(mine),
            )
        )
        return ts

    async def _post(self, drawing: Drawing, mine: Showing) -> str:
        answer = await confirmed(
            self.client.chat_postMessage(
                channel=self.channel,
                text=drawing.text,
                mrkdwn=False,
                blocks=drawing.blocks or None,
                unfurl_links=False,
                unfurl_media=False,
                metadata=self._mark(mine),
            )
        )
        if not answer.get("ts"):
            raise TemporaryError("Slack took a message and did not say which")
        return str(answer["ts"])

    def _mark(self, mine: Showing) -> dict[str, Any]:
        marked = {
            "finding": self.finding.id,
            "occurrence": self.finding.occurrence,
            "destination": mine.destination,
            "drawn": self.digest,
        }
        return {"event_type": EVENT, "event_payload": marked}


def _channel(address: str) -> str:
    if _CHANNEL.fullmatch(address):
        return address
    raise PermanentError(
        f"'{shorten(address, 80, len)}' is no id of a Slack channel. Use the id, such as "
        "slack:C0123ABCD: it stands at the end of the channel's details in Slack"
    )
