"""What to say about words that make no sense here, and what to try instead."""

from collections.abc import Iterable, Sequence

from analytics.calendar import MONTHS, WEEKDAYS
from analytics.periods import UNITS
from domain.query import Dimension, Measure
from handlers.grammar.cursor import Cursor
from handlers.grammar.keywords import FILLERS, as_word, number
from handlers.grammar.names import (
    DIMENSION_NAMES,
    HINTS,
    SERVICE_ALIASES,
    USAGE_ALIASES,
    singular,
)
from handlers.grammar.problem import Puzzle, choices, nearest, shown

_DAYS = ("mtd", "yesterday", "last 7d", "last 30d", "last month", "this quarter", "ytd")
_BEFORE = ("previous", "last month", "last year")
_CAUSE_WORDS = """
why go goes going went up rise rose risen rising increase increased jump jumped spike spiked grow
grew grown higher happened
"""
_CAUSES = frozenset(_CAUSE_WORDS.split())

#: Words for what is not answered: what to say, and what to try.
_AVERAGE = ("I do not work out averages. Split by day to see how days differ.", "by day")
_HOUR = ("A day is the shortest time I know.", "by day")
_OTHERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("average", "avg", "mean", "median"), _AVERAGE),
    **dict.fromkeys(("hour", "hourly", "hours", "minute"), _HOUR),
}
_WORDS = ("group by", "versus", "compare", "compared to", "where", "without", "top")
#: Words of commands that stand inside a question: what to say, and the whole commands to try.
_AHEAD = ("Days to come are a question of their own: begin with forecast.", "forecast")
_UNUSUAL = ("I look for unusual cost every day. What I found is in findings.", "findings")
_AGREED = ("Budgets are a command of their own: begin with budget.", "budget")
_DEED = ("That is a command of its own, and stands first. See help.", "help")
_COMMANDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("forecast", "forecasts", "predict", "projected", "tomorrow"), _AHEAD),
    **dict.fromkeys(("anomaly", "anomalies", "unusual"), _UNUSUAL),
    **dict.fromkeys(("budget", "budgets"), _AGREED),
    **dict.fromkeys(("alert", "alerts", "report", "subscribe", "mute", "ticket", "page"), _DEED),
}
#: What days begin with.
_TIMES = ("last", "this", "previous", "since", "today", *WEEKDAYS, *MONTHS)
_LATELY = (*_DAYS, "last week", "last year", "last quarter", "this week", "this month", "past week")


def split(cursor: Cursor) -> Puzzle:
    """After "by": not a dimension."""
    offered = cursor.lexicon.offered()
    if cursor.here.kind not in ("word", "quoted"):
        return cursor.puzzle(f"Split by what? Try one of: {choices(offered)}.", offered[:3])
    said = cursor.here.text
    names = (*offered, *DIMENSION_NAMES, *cursor.lexicon.tag_keys)
    instead = (*nearest(said, names), *offered[:2])
    message = f"I cannot split by {shown(said)}. Try one of: {choices(offered)}."
    return cursor.puzzle(message, tuple(map(_name, instead)))


def name(cursor: Cursor) -> Puzzle:
    """Before a sign: not a dimension."""
    offered = cursor.lexicon.offered()
    if cursor.here.kind == "op":
        sign = cursor.here.text
        return cursor.puzzle(f"Filter by what? Write a name before {sign}, such as region{sign}…")
    said = cursor.here.text
    names = (*offered, *DIMENSION_NAMES, *cursor.lexicon.tag_keys)
    message = f"I cannot filter by {shown(said)}. Try one of: {choices(offered)}."
    return cursor.puzzle(message, tuple(map(_name, nearest(said, names))))


def _name(said: str) -> str:
    """A name as it is typed; a tag's key that is more than a word needs its quotes."""
    known = said in DIMENSION_NAMES or said in ("charge type", "usage type")
    return said if known or as_word(said) == said else f"tag:{as_word(said)}"


def _owner_name(cursor: Cursor) -> str | None:
    """The owner's tag, as it is typed where nothing else could be meant."""
    tag = cursor.lexicon.owner()
    return _name(tag.key) if tag is not None and tag.key is not None else None


def operator(cursor: Cursor, sign: str, count: int) -> Puzzle:
    name = cursor.text[cursor.here.start : cursor.ahead(count - 2).end]
    message = f"I cannot filter with {sign}. Use = (is), != (is not) or ~ (contains)."
    return cursor.puzzle(message, tuple(f"{name}{better}" for better in ("=", "!=")), count)


def days(cursor: Cursor, count: int) -> Puzzle:
    message = "Days are not filtered: name them, such as 2026-10-05, last 7d or since monday."
    return cursor.puzzle(message, (cursor.ahead(count).text, "last 7d"), count + 1)


def compare(cursor: Cursor) -> Puzzle:
    message = (
        f"I cannot compare with {shown(cursor.here.text)}. "
        "Try: previous, last month, last year, or any days such as 2026-09."
    )
    return cursor.puzzle(message, (*nearest(cursor.here.text, _BEFORE, 1), *_BEFORE))


def two_periods(cursor: Cursor, count: int) -> Puzzle:
    said = cursor.text[cursor.here.start : cursor.ahead(count - 1).end]
    message = f"{shown(said)} is a second period. Write vs before it to compare the two."
    return cursor.puzzle(message, (f"vs {said}",), count)


def excluded(cursor: Cursor, word: str) -> Puzzle:
    what = f"not {shown(cursor.here.text)}" if cursor.here.text else "nothing"
    message = (
        f"After '{word}' I expect a charge type (credits, refunds, tax, support, usage), "
        f"a service, a region, an account or a tag, {what}."
    )
    near = [*nearest(cursor.here.text, _values(cursor)), "credits", "tax"]
    return cursor.puzzle(message, tuple(map(as_word, near)))


def owner(cursor: Cursor) -> Dimension:
    """The tag that says whose cost it is, for "untagged" without a key."""
    found = cursor.lexicon.owner()
    if found is None:
        raise cursor.puzzle("Untagged by which tag? Write one, such as: untagged team.")
    return found


def several(
    cursor: Cursor, said: str, found: Sequence[tuple[Dimension, str]], count: int
) -> Puzzle:
    """A word that is part of several names."""
    names = [_told(cursor, dimension, value) for dimension, value in found]
    instead = [
        f"{_name(dimension.label)}={as_word(cursor.lexicon.typed(dimension, value))}"
        for dimension, value in found[:3]
    ]
    message = f"{shown(said)} could be {len(found)} things: {choices(names)}. Say which one."
    return cursor.puzzle(message, tuple(instead), count)


def _told(cursor: Cursor, dimension: Dimension, value: str) -> str:
    """A value by its name; what it is of where that does not show."""
    name = cursor.lexicon.called(dimension, value)
    return name if dimension.name == "service" else f"{dimension.label} {name}"


def inside(cursor: Cursor, said: str, count: int) -> Puzzle:
    message = f"{shown(said)} is billed inside other services, so it can only be asked for alone."
    return cursor.puzzle(message, (), count)


def no_days(cursor: Cursor) -> Puzzle:
    """After "last", "since" and the like: no days that can be counted."""
    both = cursor.text[cursor.here.start : cursor.ahead(1).end]
    message = f"I do not know the days {shown(both)}. Try one of: {choices(_DAYS)}."
    return cursor.puzzle(message, (*nearest(both, _LATELY, 2), *_DAYS[3:5]), 2)


def word(cursor: Cursor, commands: Iterable[str]) -> Puzzle:
    """A word that means nothing: the nearest that does, or the tag it may be a value of."""
    said = cursor.here.text
    if cursor.here.kind in ("op", "comma"):
        return cursor.puzzle(f"I do not know what {said} stands for here.")
    if cursor.here.lower in _CAUSES:
        return _cause(cursor)
    if other := _OTHERS.get(cursor.here.lower):
        return cursor.puzzle(other[0], other[1:])
    if command := _COMMANDS.get(cursor.here.lower):
        return cursor.puzzle(command[0], (), whole=command[1:])
    first = tuple(commands) if cursor.at == 0 else ()
    offered = cursor.lexicon.offered()
    known = (
        *first,
        *_WORDS,
        *_TIMES,
        *_DAYS,
        *offered,
        *DIMENSION_NAMES,
        *Measure,
        *_values(cursor),
    )
    near = nearest(said, known)
    if singular(cursor.ahead(1).lower) in UNITS:
        near.sort(key=lambda found: found not in _TIMES)
    tag = _owner_name(cursor)
    named, tagged = _values(cursor), cursor.lexicon.tagged()
    instead = [as_word(found) if found in named else found for found in near]
    instead += [
        f"{_name(tagged[value].label)}={as_word(value)}" for value in nearest(said, tagged, 2)
    ]
    hint = HINTS.get(singular(said.lower()))
    instead += [hint] if hint else []
    instead += [f"top {said}"] if number(said) and cursor.ahead(1).kind == "word" else []
    message = (
        f"I do not know {shown(said)}. It is no service, region or account of this bill. "
        f"To filter by a tag, write for example: where {tag or 'env'}={as_word(said[:20])}."
    )
    return cursor.puzzle(message, tuple(instead))


def _cause(cursor: Cursor) -> Puzzle:
    """ec2 went up why: causes are a question of their own."""
    words = (
        cursor.text[token.start : token.end]
        for token in cursor.tokens
        if token.kind != "end" and token.lower not in _CAUSES | FILLERS
    )
    about = " ".join(["why", *words])
    message = "Causes are a question of their own: begin with why."
    return cursor.puzzle(message, (), whole=tuple(dict.fromkeys((about, "why", "movers"))))


def cheapest(cursor: Cursor, skip: int) -> Puzzle:
    """The end of the list that nobody saves money at."""
    after = cursor.ahead(skip + 1).lower
    count = skip + 1 + (after in ("expensive", "costly"))
    number = f"top {cursor.here.text}" if skip else "top"
    message = "I list the dearest first and leave out the cheapest. Ask for the top of the list."
    return cursor.puzzle(message, (number,), count)


def amount(cursor: Cursor, count: int) -> Puzzle:
    """over 1000"""
    message = "I cannot keep charges by their amount. The dearest come first: ask for the top 10."
    return cursor.puzzle(message, ("top 10",), count)


def same_days(cursor: Cursor, label: str, count: int) -> Puzzle:
    message = f"With {label}, most days would be compared with themselves."
    return cursor.puzzle(message, ("previous",), count)


def first_days(cursor: Cursor, count: int) -> Puzzle:
    """first 5 days"""
    message = "The first days of what? Say it, such as: first week of october."
    return cursor.puzzle(message, (), count, ("first week of this month",))


def _values(cursor: Cursor) -> tuple[str, ...]:
    """The values people name without saying of what."""
    lexicon = cursor.lexicon
    named = (lexicon.names(Dimension(name)) for name in ("service", "region", "account"))
    listed = (value for values in named for value in values)
    charges = ("credits", "refunds", "tax", "support", "usage", "marketplace")
    return (*charges, *SERVICE_ALIASES, *USAGE_ALIASES, *listed)[:2000]
