"""Looks back in a channel for messages that carry a mark of ours."""

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.refusals import confirmed

log = logging.getLogger(__name__)

#: Clocks differ, and Slack dates a message when it takes it: look back further than needed.
MARGIN = timedelta(minutes=15)
#: As many as Slack advises: https://docs.slack.dev/reference/methods/conversations.history
PAGE = 200
#: A room with more messages than these since then is told of in the log; a rare second message
#: there is better than one that never comes.
PAGES = 25


async def marked(
    client: AsyncWebClient, channel: str, event: str, since: datetime
) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """What Slack calls each message with metadata of this type, and that metadata; newest first.

    Looks at the newest PAGE x PAGES messages and no further.
    """
    cursor = None
    for _ in range(PAGES):
        found = await confirmed(
            client.conversations_history(
                channel=channel,
                oldest=f"{(since - MARGIN).timestamp():.6f}",
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
        )
        for message in found.get("messages") or ():
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == event:
                yield str(message["ts"]), metadata.get("event_payload") or {}
        cursor = (found.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
    log.warning(
        "the last %d messages of %s were looked through, older ones not", PAGE * PAGES, channel
    )
