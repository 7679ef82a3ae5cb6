"""The words that hold a question together, and how a value is written so that it is none."""

import re
from datetime import date

from analytics import periods
from analytics.calendar import NUMBERS
from domain.errors import UserError
from handlers.grammar.names import MEASURES

BY = frozenset({"by", "per", "across", "each", "every"})
VERSUS = frozenset({"vs", "versus", "against", "compared", "comparing", "compare"})
TOP = frozenset(
    {"top", "limit", "biggest", "largest", "highest", "costliest", "priciest", "dearest", "first"}
)
#: Answers are in the order of their cost anyway.
ORDER = frozenset({"order", "ordered", "sort", "sorted", "rank", "ranked"})
LEAST = frozenset({"cheapest", "least", "smallest", "lowest", "bottom"})
INCLUDING = frozenset({"with", "including", "include", "includes", "incl", "plus"})
AMOUNT = frozenset(
    {"over", "above", "under", "below", "exceeding", "more", "less", "greater", "than", "least"}
)
NOT = frozenset(
    {"without", "excluding", "exclude", "excl", "except", "minus", "no", "not", "ignoring"}
)
ONLY = frozenset({"only", "just", "solely"})
UNTAGGED = frozenset({"untagged", "unallocated"})
NONE = frozenset({"none", "null", "empty", "missing", "untagged", "unset", "nothing"})
PERIOD_STARTS = frozenset(
    {"last", "past", "previous", "since", "this", "between", "trailing", "next"}
)
ARTICLES = frozenset({"a", "an", "the", "any", "all", "our", "my", "aws", "tag", "tags"})
_FILLER_TEXT = """
show me give get tell please the a an our my we us i is was were are be it what what's whats which
how much many most did do does have has spend spent spending cost costs costing charges bill bills
total totals overall sum money for of on in at and with where when filter filtered having from to
split group grouped broken down breakdown over all aws like looks expensive costly
can could would you see want know need there during within who pay paid paying expense expenses
amount dollars usd been also spends desc descending
"""
FILLERS = frozenset(_FILLER_TEXT.split())
_OTHERS = INCLUDING | AMOUNT | LEAST | {"or", "then", "before"}
RESERVED = BY | VERSUS | TOP | NOT | ONLY | UNTAGGED | FILLERS | PERIOD_STARTS | _OTHERS

_SAFE = re.compile(r"[A-Za-z0-9](?:[\w.:/@-]*[A-Za-z0-9_-])?", re.ASCII)
_AMOUNT = re.compile(r"[$€£]?\d[\d.,]*[kKmM%]?|[$€£]")
_ANY_DAY = date(2026, 1, 15)


def number(text: str) -> int | None:
    """A number from one up, in digits or letters; the largest there is for one that is huge."""
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    return NUMBERS.get(text.lower())


def is_amount(text: str) -> bool:
    return _AMOUNT.fullmatch(text) is not None


def quoted(text: str) -> str:
    """A text in quotes; a quote inside is doubled."""
    return '"' + text.replace('"', '""') + '"'


def as_word(value: str) -> str:
    """A value as it is typed: bare where nothing else could be meant, in quotes otherwise."""
    lower = value.lower()
    bare = _SAFE.fullmatch(value) and lower not in RESERVED | NONE | MEASURES.keys()
    return value if bare and not _is_period(lower) else quoted(value)


def _is_period(lower: str) -> bool:
    try:
        return periods.read(lower, _ANY_DAY) is not None
    except UserError:
        return True
