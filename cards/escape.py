"""Text from a bill made fit to show: nothing invisible, nothing that reorders, web links only."""

import re
import unicodedata

UNSHOWABLE = "\N{REPLACEMENT CHARACTER}"
_LINE_BREAKS = {0x0A, 0x0D, 0x85, 0x2028, 0x2029}
#: Embeddings, overrides and isolates: they make one text read as another.
_REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_WEB = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]*)?"
)


class _Shown(dict[int, str]):
    """What is shown for each character; looked up once per character."""

    def __missing__(self, code: int) -> str:
        self[code] = shown = _shown(chr(code))
        return shown


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if ord(character) in _LINE_BREAKS:
        return "\n"
    if character == "\t":
        return " "
    if category in ("Cc", "Cs") or unicodedata.bidirectional(character) in _REORDERING:
        return UNSHOWABLE
    return "" if category == "Cf" else character


_SHOWN = _Shown()


def clean(text: str) -> str:
    """The text as people may see it: lines stay lines, controls are shown, the invisible is gone.

    Zero-width characters are removed, which splits joined emoji; direction overrides, NUL and
    other controls become U+FFFD, so that a name that plays tricks looks like one.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_SHOWN)


def line(text: str) -> str:
    """The clean text in one line, single spaces between words."""
    return " ".join(clean(text).split())


def web_address(url: str) -> str | None:
    """The address when it is plainly http or https, with no user name in it, else None."""
    return url if len(url) <= 2000 and _WEB.fullmatch(url) else None


def slack_entities(text: str) -> str:
    """The three characters that Slack parses in text objects, as it asks for them.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
