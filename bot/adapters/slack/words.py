"""Slack's markup undone: what a person typed, as plain words."""

import re

# https://docs.slack.dev/messaging/formatting-message-text/: links and mentions come in angle
# brackets, and only & < > are escaped, so a bracket that a person typed is never a token.
_TOKEN = re.compile(r"<([^<>]*)>")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_TYPED = str.maketrans("“”„‟‘’‚‛\u00a0\u202f\n\r\t", "\"\"\"\"''''     ")


def plain(text: str, me: str | None = None) -> str:
    """`text` with mentions of `me` left out, links as their label, escapes and quotes undone."""
    words = _TOKEN.sub(lambda token: _token(token[1], me), text)
    for escape, character in _ESCAPES:
        words = words.replace(escape, character)
    return words.translate(_TYPED).strip().strip("`").strip()


def _token(token: str, me: str | None) -> str:
    head, _, label = token.partition("|")
    if head.startswith("@"):
        return "" if head[1:] == me else "@" + (label or head[1:]).lstrip("@")
    if head.startswith("#"):
        return "#" + (label or head[1:])
    if head.startswith("!"):
        return label or "@" + head[1:].partition("^")[0]
    return label or head.removeprefix("mailto:").removeprefix("tel:")
