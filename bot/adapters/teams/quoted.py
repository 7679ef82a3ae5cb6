"""The message that a person picked for a message extension, as plain arguments of a click."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from cards.escape import line, web_address
from cards.limits import utf16
from cards.model import Action
from cards.shorten import shorten

#: The commands of the manifest.
COMMANDS = ("ticket", "page")
_TEXT, _NAME, _ID = 1000, 100, 200
#: More of a message is not looked at: Teams itself takes 28 KB.
_READ = 100_000
_UNSAID = {"script", "style", "head", "title"}
_BREAKS = {"p", "div", "br", "li", "tr", "td", "th", "h1", "h2", "h3", "blockquote", "pre", "hr"}


def click_of(value: Any, room: str) -> Action:
    """What picking the command for this message is; ValueError where there is no such command."""
    command = value.get("commandId") if isinstance(value, dict) else None
    if command not in COMMANDS:
        raise ValueError("no such command")
    payload = _object(value.get("messagePayload"))
    body = _object(payload.get("body"))
    content = str(body.get("content") or "")[:_READ]
    told = content if body.get("contentType") == "text" else plain(content)
    link = payload.get("linkToMessage")
    number = payload.get("id")
    args = {
        "do": str(command),
        "text": shorten(line(told), _TEXT, utf16),
        "url": (web_address(link) or "") if isinstance(link, str) else "",
        "author": shorten(line(_author(payload)), _NAME, utf16),
        "place": f"teams:{room}",
        "message": number if isinstance(number, str) and len(number) <= _ID else "",
    }
    return Action("message", args)


def plain(html: str) -> str:
    """The words of HTML, as a reader sees them; whatever is no markup stays."""
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.found)


def _author(payload: Mapping[str, Any]) -> str:
    sender = _object(payload.get("from"))
    for kind in ("user", "application"):
        name = _object(sender.get(kind)).get("displayName")
        if isinstance(name, str) and name:
            return name
    return ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unsaid += tag in _UNSAID
        if tag in _BREAKS:
            self.found.append("\n")
        self.found += [text for name, text in attrs if tag == "img" and name == "alt" and text]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSAID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._unsaid = max(0, self._unsaid - (tag in _UNSAID))
        if tag in _BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.found.append(data)
