"""Modals and home pages: which views are open, and what makes one impossible."""

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.peers.slack.rules import RefusedError

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer

TRIGGER_SECONDS = 3


class Views:
    """Trigger ids live 3 seconds and open one view; a view has a title, and inputs a submit."""

    def __init__(self, peer: "SlackPeer") -> None:
        self.peer = peer
        self.open: dict[str, dict[str, Any]] = {}
        self._triggers: dict[str, float] = {}
        self._numbers = count(1)

    def trigger(self) -> str:
        key = f"{next(self._numbers)}.trigger"
        self._triggers[key] = self.peer.now()
        return key

    def show(self, view: dict[str, Any], arguments: dict[str, Any]) -> None:
        if "trigger_id" in arguments:
            made = self._triggers.pop(arguments["trigger_id"], None)
            if made is None:
                raise RefusedError("invalid_trigger_id", "unknown or used")
            if self.peer.now() - made > TRIGGER_SECONDS:
                raise RefusedError("expired_trigger_id")
        self._check(view)
        view["id"] = arguments.get("view_id") or f"V{next(self._numbers):08}"
        if "view_id" in arguments and arguments["view_id"] not in self.open:
            raise RefusedError("not_found")
        self.open[view["id"]] = view

    def _check(self, view: dict[str, Any]) -> None:
        blocks = view.get("blocks", [])
        if view.get("type") not in ("modal", "home") or len(blocks) > 100:
            raise RefusedError("invalid_arguments", "no such view, or more than 100 blocks")
        if view["type"] == "modal":
            title = view.get("title", {}).get("text", "")
            if not 0 < len(title) <= 24:
                raise RefusedError("invalid_arguments", "a modal's title has 1 to 24 characters")
            if any(b.get("type") == "input" for b in blocks) and "submit" not in view:
                raise RefusedError("invalid_arguments", "inputs need a submit button")
        if len(view.get("private_metadata", "")) > 3000:
            raise RefusedError("invalid_arguments", "private_metadata has 3,000 characters")
