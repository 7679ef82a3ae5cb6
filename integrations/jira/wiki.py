"""Jira's wiki text: what comes from a bill as plain words, and the few marks that are ours.

Version 2 of the API takes wiki text on Cloud and Data Center alike.
"""

import re
import unicodedata

#: A backslash makes these plain in both of Jira's readers: BackslashEscapeRendererComponent of
#: atlassian-renderer (Data Center), escapeHandler of editor-wikimarkup-transformer (Cloud).
_MARKS = re.compile(r"([-#*_+?^~|%{}\[\]()!@])")
#: A backslash itself cannot be escaped (two of them break the line), nor an entity's ampersand:
#: they are shown by a character that looks the same and means nothing.
_BACKSLASH, _LIKE_BACKSLASH = "\\", "\N{FULLWIDTH REVERSE SOLIDUS}"
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LIKE_AMPERSAND = "\N{FULLWIDTH AMPERSAND}"
#: Addresses become links by themselves: `https[:]//` is how they are written harmlessly.
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*):(?=//)|\b(mailto|tel|file|callto|skype):")
_WWW = re.compile(r"(?i)\b(www)\.")
#: `:D` and `:P` are faces; those with brackets are gone with their brackets.
_FACE = re.compile(r":(?=[DPdp]\b)")
_LIKE_COLON = "\N{RATIO}"
#: At the beginning of a line these are a heading and a quotation.
_BEGINNING = re.compile(r"^(h[1-6]|bq)\.")
_LIKE_STOP = "\N{ONE DOT LEADER}"
#: What Jira itself adds to a link when it gives a text back.
_LINK = re.compile(r"\[[^\[\]|]*\|([^\[\]|]+)(?:\|[^\[\]]*)?\]")
_OURS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][A-Za-z0-9._~/?#&=%:,@+-]*)?")


def line(text: str, length: int) -> str:
    """The text in one line of at most `length` characters, with nothing invisible in it."""
    shown = "".join(map(_shown, text[: length * 8]))
    words = " ".join(shown.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def plain(text: str, length: int = 300) -> str:
    """One line that Jira shows as it is: no markup, link, mention, macro or picture comes of it."""
    shown = line(text, length).replace(_BACKSLASH, _LIKE_BACKSLASH)
    shown = _ENTITY.sub(_LIKE_AMPERSAND, shown)
    shown = _SCHEME.sub(lambda found: f"{found[1] or found[2]}[:]", shown)
    shown = _FACE.sub(_LIKE_COLON, _WWW.sub(r"\1[.]", shown))
    shown = _BEGINNING.sub(rf"\1{_LIKE_STOP}", shown)
    return _MARKS.sub(r"\\\1", shown)


def link(label: str, url: str) -> str:
    """A link to an address of ours; only the label where the address is not plain https."""
    return (
        f"[{plain(label, 60)}|{url}]"
        if len(url) <= 1000 and _OURS.fullmatch(url)
        else plain(label, 60)
    )


def words(text: str) -> str:
    """Letters and digits of a wiki text: the same before and after Jira stored it.

    Cloud keeps a document and makes wiki text of it anew when asked, with marks of its own.
    """
    return re.sub(r"[\W_]+", "", _LINK.sub(r"\1", text))


def _shown(character: str) -> str:
    if character.isspace() or character in "\u2028\u2029\x85":
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn"):
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cf" else character
