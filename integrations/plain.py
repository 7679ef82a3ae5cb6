"""Text from bills and people made fit for vendors: nothing invisible, nothing too long."""

import re
import unicodedata

_WEB = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]*)?"
)


def line(text: str, limit: int) -> str:
    """One line of at most `limit` characters, without control, format and lone half characters."""
    # Four times the limit is looked at: a heap of blanks or controls is not worth more.
    shown = " ".join("".join(map(_shown, text[: 4 * limit])).split())
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def lines(text: str, limit: int) -> str:
    """The same, where line breaks stay."""
    kept = "\n".join(line(part, limit) for part in text[: 4 * limit].splitlines())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """The address when it is plainly http or https and at most 2,000 characters long, else ""."""
    return url if len(url) <= 2000 and _WEB.fullmatch(url) else ""


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    category = unicodedata.category(character)
    if category in ("Zl", "Zp", "Zs") or character in "\t\n\r\x0b\x0c\x85":
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Cn") else character
