"""Words such as `kind=spike service="Amazon EC2" 2d`, as routes and mutes read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.errors import UserError
from domain.query import DIMENSIONS, TIME_DIMENSIONS, Dimension
from domain.routing import plain_label
from handlers.grammar import keywords
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.problem import Puzzle
from handlers.grammar.tokens import Token, tokens
from handlers.kinds import Use

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LASTS = re.compile(r"(\d{1,4})(m|min|h|d|w)", re.IGNORECASE)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """`name=value` pairs by plain name, and the words that were none."""

    values: dict[str, str]
    rest: tuple[str, ...]


def read(text: str) -> Pairs:
    """The pairs of a text; UserError for one that is not whole."""
    try:
        found = [token for token in tokens(text) if token.kind not in ("comma", "end")]
    except Puzzle as puzzle:
        raise UserError(puzzle.message) from None
    values: dict[str, str] = {}
    rest: list[str] = []
    for name, value in _paired(found):
        if value is None:
            rest.append(name)
        elif values.setdefault(name, value) != value:
            raise UserError(f"{name} is given twice: {values[name]} and {value}. Name one.")
    return Pairs(values, tuple(rest))


def _paired(found: list[Token]) -> Iterator[tuple[str, str | None]]:
    """(name, value), and (word, None) for a word that stands alone."""
    place = 0
    while place < len(found):
        following = [token.kind for token in found[place + 1 : place + 3]]
        if found[place].kind == "op":
            raise UserError(f"Nothing stands before {found[place].text}. Write service=ec2.")
        if following[:1] != ["op"]:
            if found[place].lower != "and":
                yield found[place].text, None
            place += 1
            continue
        if found[place + 1].text != "=" or len(following) < 2 or following[1] == "op":
            said = f"{found[place].text}{found[place + 1].text}"
            raise UserError(f"I read name=value here, and not {said}. Write service=ec2.")
        yield plain_label(found[place].text), found[place + 2].text
        place += 3


def labels(values: dict[str, str], use: Use) -> dict[str, str]:
    """The values as the bill calls them, where it knows one thing by that name: ec2, Data Lake."""
    vocabulary = use.lake.vocabulary()
    lexicon = Lexicon(vocabulary, use.owner_tags)
    found: dict[str, str] = {}
    for name, value in values.items():
        plain = name in DIMENSIONS and name not in TIME_DIMENSIONS and name != "tag"
        dimension = Dimension(name) if plain else lexicon.tag(name)
        known = lexicon.exact(dimension, value) if dimension is not None else ()
        found[name] = known[0] if len(known) == 1 else value
    return found


def lasting(word: str, now: datetime) -> datetime | None:
    """When a time such as 2d, 4h or 2026-12-01 ends, in UTC; None for a word that is none."""
    if (found := _LASTS.fullmatch(word)) and int(found[1]):
        return now + int(found[1]) * _UNITS[found[2][0].lower()]
    if _DAY.fullmatch(word):
        try:
            day = datetime.fromisoformat(word).date()
        except ValueError:
            raise UserError(f"There is no day {word}.") from None
        return datetime.combine(day, time(0), UTC)
    return None


def written(values: dict[str, str]) -> str:
    """The pairs as they are typed."""
    return " ".join(
        f"{keywords.as_word(name)}={keywords.as_word(value)}" for name, value in values.items()
    )
