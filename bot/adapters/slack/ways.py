"""Finds the way back to a person in what Slack sent."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.replies import ToChannel, ToPerson, ToResponseUrl, response_url


@dataclass(frozen=True, slots=True)
class Ways:
    """Makes replies over one HTTP session and one Web API client."""

    session: aiohttp.ClientSession
    client: AsyncWebClient
    api_url: str

    def respond(self, body: dict[str, Any]) -> ToResponseUrl:
        """By the response_url that came along; PermanentError when it is not Slack's."""
        url = response_url(body.get("response_url", ""), self.api_url)
        container: dict[str, Any] = body.get("container") or {}
        clicked = None
        if container.get("message_ts"):
            clicked = "private" if container.get("is_ephemeral") else "public"
        return ToResponseUrl(
            self.session, url, self.client.proxy, clicked, container.get("thread_ts")
        )

    def channel(self, channel: str, thread: str | None = None) -> ToChannel:
        return ToChannel(self.client, channel, thread)

    def person(self, channel: str, person: str, thread: str | None = None) -> ToPerson:
        """Where somebody sent a form that was opened in `channel`; "" when that is not known."""
        return ToPerson(self.client, channel, person, thread)
