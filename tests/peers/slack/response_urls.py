"""response_url: a secret address that takes five answers within half an hour."""

from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.peers.slack.model import Channel, Message, Person
from tests.peers.slack.rules import RefusedError, check_content

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer

USES = 5
SECONDS = 30 * 60
ARGUMENTS = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original",
    "thread_ts", "unfurl_links", "unfurl_media", "metadata", "mrkdwn",
}  # fmt: skip


@dataclass
class Permit:
    """What one response_url may do: answer `person` in `channel`, about `original`."""

    person: Person
    channel: Channel
    until: float
    original: Message | None = None
    uses: int = 0


class ResponseUrls:
    """Hands out response_urls and carries out what is posted to them."""

    def __init__(self, peer: "SlackPeer") -> None:
        self.peer = peer
        self.posts: list[dict[str, Any]] = []
        self.faults: list[web.Response] = []
        self._permits: dict[str, Permit] = {}

    def make(self, person: Person, channel: Channel, original: Message | None = None) -> str:
        key = token_hex(12)
        self._permits[key] = Permit(person, channel, self.peer.now() + SECONDS, original)
        return f"{self.peer.url}/actions/{self.peer.workspace.team}/{key}"

    async def handle(self, request: web.Request) -> web.Response:
        if self.faults:
            return self.faults.pop(0)
        permit = self._permits.get(request.match_info["key"])
        try:
            if permit is None or self.peer.now() > permit.until:
                raise RefusedError("expired_url")
            permit.uses += 1
            if permit.uses > USES:
                raise RefusedError("used_url")
            if request.content_type != "application/json":
                raise RefusedError("invalid_payload", "send JSON")
            body = await request.json()
            self.posts.append(body)
            self._carry_out(permit, body)
        except RefusedError as refusal:
            self.peer.complain(f"response_url: {refusal}")
            gone = refusal.code in ("expired_url", "used_url")
            answer = {"ok": False, "error": refusal.code}
            return web.json_response(answer, status=404 if gone else 200)
        self.peer.changed()
        return web.json_response({"ok": True})

    def _carry_out(self, permit: Permit, body: dict[str, Any]) -> None:
        if unknown := set(body) - ARGUMENTS:
            raise RefusedError("invalid_arguments", f"unknown {sorted(unknown)}")
        if body.get("delete_original"):
            self._delete(permit)
            return
        text, blocks = check_content(body, self.peer.charts)
        kind = body.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise RefusedError("invalid_arguments", f"response_type {kind}")
        only_for = permit.person.id if kind == "ephemeral" else None
        if body.get("replace_original") and permit.original is not None:
            self._replace(permit.original, text, blocks, only_for)
            return
        self.peer.workspace.post(
            permit.channel,
            self.peer.bot.id,
            text,
            blocks=blocks,
            only_for=only_for,
            thread=body.get("thread_ts"),
            unfurls=body.get("unfurl_links", True),
        )

    def _delete(self, permit: Permit) -> None:
        if permit.original is None or permit.original.deleted:
            raise RefusedError("message_not_found", "there is no original to delete")
        permit.original.deleted = True

    def _replace(
        self, original: Message, text: str, blocks: list[dict[str, Any]], only_for: str | None
    ) -> None:
        if original.deleted:
            raise RefusedError("message_not_found")
        if (original.only_for is None) != (only_for is None):
            raise RefusedError("invalid_arguments", "an edit cannot change who sees a message")
        original.text, original.blocks = text, blocks
        original.edits += 1
