"""What the four surfaces make of a card, in one shape: the words shown, the buttons, the links."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from cards import html, slack, teams, text
from cards.model import Action, Card

PICTURE = "https://pictures.example/chart.png"
SURFACES = ("slack", "teams", "text", "html")


@dataclass
class Shown:
    """`words` are the texts as a person reads them; `live` is everything that acts or points."""

    words: list[str] = field(default_factory=list[str])
    buttons: list[tuple[str, Action]] = field(default_factory=list[tuple[str, Action]])
    links: list[str] = field(default_factory=list[str])
    live: set[str] = field(default_factory=set[str])

    @property
    def all_words(self) -> str:
        return "\n".join(self.words)


def show(card: Card, surface: str, picture: str | None = None) -> Shown:
    """The card as the surface shows it, read back by that platform's own rules."""
    address = (lambda _: picture) if picture else None
    if surface == "slack":
        return _slack(slack.render(card, address))
    if surface == "teams":
        return _teams(teams.render(card, address))
    if surface == "html":
        return _html(html.render(card, address))
    drawn = text.render(card, width=2000)
    return Shown([drawn], [(button.label, button.action) for button in text.choices(card)])


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


#: Slack draws these and nothing else of ours; `mrkdwn` would be parsed.
_SLACK_PLAIN = {
    "header", "rich_text", "rich_text_section", "rich_text_preformatted", "text", "table",
    "raw_text", "context", "actions", "plain_text", "data_visualization", "bar", "line", "pie",
    "image",
}  # fmt: skip


def _slack(blocks: list[dict[str, Any]]) -> Shown:
    shown = Shown()
    for node in _nodes(blocks):
        kind = node.get("type")
        if kind == "button":
            shown.buttons.append(
                (_unescaped(node["text"]["text"]), slack.parse_action(node["value"]))
            )
        elif kind == "link":
            shown.links.append(node["url"])
            shown.words.append(node["text"])
        elif kind == "plain_text":
            assert node["emoji"] is False
            shown.words.append(_slack_text(node["text"]))
        elif kind in ("text", "raw_text"):
            shown.words.append(node["text"])
        elif kind is not None and kind not in _SLACK_PLAIN:
            shown.live.add(kind)
        for key in ("label", "name", "alt_text", "title"):
            shown.words += [node[key]] if isinstance(node.get(key), str) else []
    return shown


def _slack_text(text: str) -> str:
    """A text object's words; a control character that Slack would parse makes it live."""
    for forbidden in ("<", ">"):
        assert forbidden not in text, text
    assert "&" not in text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    return _unescaped(text)


_TEAMS_PLAIN = {
    "AdaptiveCard", "Container", "RichTextBlock", "TextRun", "Table", "TableRow", "TableCell",
    "ActionSet", "Column", "ColumnSet", "Image", "Chart.Line", "Chart.Donut", "Chart.VerticalBar",
    "Chart.VerticalBar.Grouped",
}  # fmt: skip


#: What the vendor's own renderer replaces in a run, if the inside is a moment.
_DATE = re.compile(r"\{{2}(DATE|TIME)\(.*\)\}{2}")


def _teams(card: dict[str, Any]) -> Shown:
    shown = Shown()
    for node in _nodes(card):
        kind = node.get("type")
        if kind == "Action.Execute" or _opens(node):
            shown.buttons.append((node["title"], teams.parse_action(node["data"])))
        elif kind == "Action.OpenUrl":
            shown.links.append(node["url"])
        elif kind == "RichTextBlock":
            runs = [run if isinstance(run, str) else run["text"] for run in node["inlines"]]
            shown.words.append("".join(runs))
            shown.live |= {"date" for run in runs if _DATE.search(run)}
        elif kind is not None and kind not in _TEAMS_PLAIN:
            shown.live.add(kind)
        if kind != "TextRun":
            for key in ("legend", "x", "title", "altText"):
                shown.words += [node[key]] if isinstance(node.get(key), str) else []
    if "entities" in json.dumps(card["msteams"]):
        shown.live.add("mention")
    return shown


def _opens(node: dict[str, Any]) -> bool:
    """Whether Teams asks for a dialog when this button is pressed."""
    if node.get("type") != "Action.Submit":
        return False
    assert node["data"]["msteams"] == {"type": "task/fetch"}
    return True


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _nodes(inner)


_TAGS = {
    "article", "h2", "p", "br", "strong", "code", "a", "dl", "div", "dt", "dd", "table", "thead",
    "tbody", "tfoot", "tr", "th", "td", "button", "figure", "figcaption", "img", "svg", "line",
    "rect", "polyline", "text", "ul", "li",
}  # fmt: skip
_ATTRIBUTES = {
    "class", "type", "data-action", "href", "rel", "scope", "src", "alt", "role", "aria-label",
    "viewbox", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "points", "fill", "text-anchor",
}  # fmt: skip


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = Shown()
        self.open: list[str] = []
        self._action: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        strange = {tag} - _TAGS | given.keys() - _ATTRIBUTES
        self.shown.live |= strange
        self.open += [] if tag in ("br", "img") else [tag]
        self.shown.links += [given["href"]] if "href" in given else []
        self.shown.words += [given[name] for name in ("alt", "aria-label") if name in given]
        self._action = given.get("data-action") if tag == "button" else self._action

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown.words.append(data)
        if self.open and self.open[-1] == "button" and self._action is not None:
            self.shown.buttons.append((data, html.parse_action(self._action)))

    def handle_comment(self, data: str) -> None:
        self.shown.live.add("comment")

    def handle_decl(self, decl: str) -> None:
        self.shown.live.add("declaration")

    def unknown_decl(self, data: str) -> None:
        self.shown.live.add("declaration")

    def handle_pi(self, data: str) -> None:
        self.shown.live.add("instruction")


def _html(fragment: str) -> Shown:
    page = _Page()
    page.feed(fragment)
    page.close()
    assert page.open == [], f"not closed: {page.open}"
    return page.shown
