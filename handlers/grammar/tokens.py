"""Tokens: the words, quoted values, operators and commas of a question, and where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from handlers.grammar.problem import Puzzle

#: What people's keyboards put around a value. A doubled quote inside straight ones is one quote.
_QUOTED = (
    r'"(?P<double>(?:[^"]|"")*)"(?!")',
    r"'(?P<single>(?:[^']|'')*)'(?![\w'])",
    r"[“”„](?P<smart>[^“”„\"]*)[“”\"]",
    r"[‘’‚](?P<smart_single>[^‘’‚']*)[‘’'](?!\w)",
    r"«(?P<angle>[^«»]*)»",
    r"`(?P<code>[^`]*)`",
)
_TOKEN = re.compile(
    r"(?P<blank>[\s()\u200b\u200e\u200f\u2060\ufeff]+)"
    rf"|(?P<quoted>{'|'.join(_QUOTED)})"
    r"|(?P<op>!=|<>|≠|!~|=~|==|=|~|<=|>=|<|>)"
    r"|(?P<comma>[,;|&+]|!)"
    r"|(?P<open>[\"“”„«`])"
    r"|(?P<word>[^\s()\u200b\u200e\u200f\u2060\ufeff,;|&+=~≠<>!\"“”„«»`]+)"
    r"|(?P<stray>.)",
    re.DOTALL,
)
_OPS = {"<>": "!=", "≠": "!=", "==": "=", "=~": "~"}

Kind = Literal["word", "quoted", "op", "comma", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what is meant, without quotes; `start` and `end` are places in the question."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case; nothing for a quoted value, which is never a keyword."""
        return self.text.lower() if self.kind in ("word", "comma") else ""


def tokens(text: str) -> list[Token]:
    """The tokens of a question, closed by one of kind "end"."""
    return [*_scan(text), Token("end", "", len(text), len(text))]


def _scan(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        match found.lastgroup if found["quoted"] is None else "quoted":
            case "quoted":
                yield Token("quoted", _unquoted(found), start, end)
            case "op":
                yield Token("op", _OPS.get(found["op"], found["op"]), start, end)
            case "comma" if found["comma"] != "!":
                yield Token("comma", found["comma"], start, end)
            case "word":
                yield from _word(found["word"], start)
            case "open":
                rest = text[end:].strip()
                message = f"A quote is not closed: {text[start : start + 20]}"
                raise Puzzle(message, start, len(text), (f'"{rest}"',) if rest else ())
            case _:
                continue


def _word(word: str, start: int) -> Iterator[Token]:
    """A word without the mark that ends its sentence; `..` belongs to a range of days."""
    said = word.rstrip("?")
    said = said[:-1] if said.endswith(".") and not said.endswith("..") else said
    said = said.rstrip(":") if said.lower() != "tag:" else said
    if said:
        yield Token("word", said, start, start + len(said))


def _unquoted(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return found["double"].replace('""', '"')
    if found["single"] is not None:
        return found["single"].replace("''", "'")
    names = ("smart", "smart_single", "angle", "code")
    return next(found[name] for name in names if found[name] is not None)
