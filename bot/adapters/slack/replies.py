"""The ways back to a person: a response_url, or a message in a channel; and why one can fail."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.adapters.slack.drawings import Blocks
from bot.adapters.slack.refusals import BlocksRefusedError, confirmed, refusal, unreachable
from domain.errors import PermanentError


@dataclass(frozen=True, slots=True)
class Message:
    """What to show. `public` and `replaces` are the answer's; `question` is what it answers."""

    text: str
    blocks: Blocks = field(default_factory=Blocks)
    public: bool = False
    replaces: bool = False
    question: str | None = None


class Reply(Protocol):
    """One way back; `private` tells who would see an answer, before it is sent."""

    def private(self, public: bool, replaces: bool) -> bool: ...

    async def send(self, message: Message) -> None: ...

    async def withdraw(self) -> None:
        """Take away the message that was clicked, if only one person saw it."""
        ...


@dataclass(frozen=True, slots=True)
class ToResponseUrl:
    """Answers a command or a click; only the person who asked sees it unless it is public.

    `clicked` tells who saw the message whose button was clicked; None when there is none.
    """

    session: aiohttp.ClientSession
    url: URL
    proxy: str | None = None
    clicked: Literal["private", "public"] | None = None
    thread: str | None = None

    def private(self, public: bool, replaces: bool) -> bool:
        return not public and not (replaces and self.clicked == "public")

    async def send(self, message: Message) -> None:
        private = self.private(message.public, message.replaces)
        body: dict[str, Any] = {
            "response_type": "ephemeral" if private else "in_channel",
            "replace_original": message.replaces,
            "text": message.text,
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if message.blocks:
            body["blocks"] = message.blocks
        if self.thread and not message.replaces:
            body["thread_ts"] = self.thread
        await self._post(body)

    async def withdraw(self) -> None:
        if self.clicked == "private":
            await self._post({"delete_original": True})

    async def _post(self, body: dict[str, Any]) -> None:
        try:
            async with self.session.post(
                self.url, json=body, allow_redirects=False, proxy=self.proxy
            ) as response:
                text = await response.text(errors="replace")
                if response.status != 200 or '"ok":false' in text.replace(" ", ""):
                    raise refusal(response.status, response.headers, text)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreachable(error) from None


@dataclass(frozen=True, slots=True)
class ToChannel:
    """Answers a mention or a direct message where it was said."""

    client: AsyncWebClient
    channel: str
    thread: str | None = None

    def private(self, public: bool, replaces: bool) -> bool:
        return False

    async def send(self, message: Message) -> None:
        question = {"question": (message.question or "")[:500]}
        await confirmed(
            self.client.chat_postMessage(
                channel=self.channel,
                thread_ts=self.thread,
                text=message.text,
                mrkdwn=False,
                blocks=message.blocks or None,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": "costbot_answer", "event_payload": question},
            )
        )

    async def withdraw(self) -> None:
        """Nothing was clicked here."""


@dataclass(frozen=True, slots=True)
class ToPerson:
    """Answers a form, which comes without a way back: to the person alone, where it was opened.

    Where the bot may not answer, it answers in its own conversation with the person.
    """

    client: AsyncWebClient
    channel: str
    person: str
    thread: str | None = None

    def private(self, public: bool, replaces: bool) -> bool:
        return not public

    async def send(self, message: Message) -> None:
        own = ToChannel(self.client, self.person)
        if not self.channel:
            await own.send(message)
            return
        try:
            await self._send(message)
        except BlocksRefusedError:
            raise
        except PermanentError:
            await own.send(message)

    async def _send(self, message: Message) -> None:
        if message.public or self.channel.startswith("D"):
            await ToChannel(self.client, self.channel, self.thread).send(message)
            return
        await confirmed(
            self.client.chat_postEphemeral(
                channel=self.channel,
                user=self.person,
                thread_ts=self.thread,
                text=message.text,
                blocks=message.blocks or None,
            )
        )

    async def withdraw(self) -> None:
        """Nothing was clicked here."""


def response_url(text: str, api_url: str) -> URL:
    """`text` as an address that is Slack's own; PermanentError for any other.

    A signed request is believed about what it asks, not about where answers may be sent to.
    With a Slack of one's own on this machine (SLACK_API_URL), that one and no other.
    """
    try:
        url, api = URL(text), URL(api_url)
    except ValueError:
        raise PermanentError("the response_url is no address") from None
    if is_local(api_url):
        good = (url.scheme, url.host, url.port) == (api.scheme, api.host, api.port)
    else:
        # https://docs.slack.dev/govslack/: GovSlack has its own domain.
        gov = (api.host or "").endswith(".slack-gov.com") or api.host == "slack-gov.com"
        host = "hooks.slack-gov.com" if gov else "hooks.slack.com"
        good = url.scheme == "https" and url.host == host and url.port == 443
    if not good or url.user is not None or url.password is not None:
        raise PermanentError("the response_url is not one of Slack's")
    return url


def is_local(api_url: str) -> bool:
    """Whether SLACK_API_URL names a Slack on this machine, as tests and trials use."""
    return URL(api_url).host in ("127.0.0.1", "::1", "localhost")
