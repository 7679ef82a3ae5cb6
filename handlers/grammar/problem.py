"""A word that cannot be understood: where it stands and what might stand there instead."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

#: Nobody mistypes a word this long; comparing it with every name would take time.
_LONGEST_TYPO = 40

#: A word this short looks like part of many names; its typo has at most one letter less.
_SHORT = 4


class Puzzle(Exception):  # noqa: N818 - it becomes a UserError once its repairs are tried
    """`start` to `end` of the question is not understood; `instead` are replacements to try.

    `whole` are questions to offer in the place of this one.
    """

    def __init__(
        self, message: str, start: int, end: int, instead: Sequence[str], whole: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.instead = tuple(instead)
        self.whole = tuple(whole)


def nearest(word: str, names: Iterable[str], count: int = 3) -> list[str]:
    """The names that look most like a word, best first."""
    if len(word) > _LONGEST_TYPO:
        return []
    most = 2 * _LONGEST_TYPO if len(word) > _SHORT else len(word) + 1
    by_lower = {name.lower(): name for name in names if len(name) <= most}
    found = get_close_matches(
        word.lower(), by_lower, n=count, cutoff=0.7 if len(word) > _SHORT else 0.6
    )
    return [by_lower[name] for name in found]


def shown(word: str) -> str:
    """A word for a message: quoted, and cut when it is very long."""
    return f"'{word}'" if len(word) <= _LONGEST_TYPO else f"'{word[:_LONGEST_TYPO]}…'"


def choices(names: Sequence[str], most: int = 8) -> str:
    """A list for a message: the first names, and how many more there are."""
    more = f", and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shown(name).strip("'") for name in names[:most]) + more
