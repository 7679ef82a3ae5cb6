"""The cursor: where in a question the parser is, and the phrases that begin there."""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from analytics import periods
from analytics.periods import NamedPeriod
from domain.errors import UserError
from domain.query import Dimension
from handlers.grammar.keywords import FILLERS, RESERVED, as_word
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.names import MEASURES, singular, squeezed
from handlers.grammar.problem import Puzzle, choices, nearest, shown
from handlers.grammar.tokens import Token, tokens

#: "between 1 october 2026 and 15 october 2026" is the longest way to say some days.
_PERIOD_WORDS = 9
_NAME_WORDS = 3
OPS = {
    "is not": "!=",
    "isn't": "!=",
    "is": "=",
    "in": "=",
    "not in": "!=",
    "equals": "=",
    "contains": "~",
    "containing": "~",
}


class Cursor:
    """Looks ahead without moving; only `take` moves."""

    def __init__(self, text: str, today: date, lexicon: Lexicon) -> None:
        self.text = text
        self.today = today
        self.lexicon = lexicon
        self.tokens = tokens(text)
        self.at = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    @property
    def ended(self) -> bool:
        return self.here.kind == "end"

    def ahead(self, places: int) -> Token:
        return self.tokens[min(self.at + places, len(self.tokens) - 1)]

    def take(self, count: int = 1) -> Token:
        """Move on; the last token taken."""
        self.at = min(self.at + count, len(self.tokens) - 1)
        return self.tokens[self.at - 1]

    def skip(self, words: Collection[str]) -> None:
        while self.here.lower in words and not self.ended:
            self.take()

    def puzzle(
        self,
        message: str,
        instead: tuple[str, ...] = (),
        count: int = 1,
        whole: tuple[str, ...] = (),
    ) -> Puzzle:
        """A complaint about the next `count` tokens."""
        return Puzzle(message, self.here.start, self.ahead(count - 1).end, instead, whole)

    def phrases(self, most: int, skip: int = 0) -> Iterator[tuple[str, int]]:
        """The texts that begin here, longest first, with how many tokens each one is."""
        words = self.tokens[self.at + skip : self.at + skip + most]
        usable = next(
            (n for n, token in enumerate(words) if token.kind not in ("word", "comma")), len(words)
        )
        for count in range(usable, 0, -1):
            if words[0].kind == words[count - 1].kind == "word":
                yield self.text[words[0].start : words[count - 1].end], count

    def period(
        self, read: Callable[[str, date], NamedPeriod | None] = periods.read, apart: bool = False
    ) -> tuple[NamedPeriod, int] | None:
        """The days that begin here; `apart` when "october to september" are no range."""
        for said, count in self.phrases(_PERIOD_WORDS):
            if apart and "to" in said.lower().split():
                continue
            try:
                found = read(said, self.today)
            except UserError as error:
                instead = ("mtd", "last 30d", "last month")
                raise self.puzzle(str(error), instead, count) from error
            if found is not None:
                return found, count
        return None

    def compares_to(self) -> bool:
        """Whether a "to" that follows can only be the one between two things compared."""
        words = [token.lower for token in self.tokens[self.at :]]
        others = {"with", "against", "vs", "versus"} & set(words)
        return words.count("to") == 1 and words[0] != "from" and not others

    def measure(self) -> tuple[str, int] | None:
        """The name of a measure that begins here."""
        found = ((" ".join(said.lower().split()), n) for said, n in self.phrases(2))
        return next(((said, count) for said, count in found if said in MEASURES), None)

    def name(self) -> tuple[Dimension, int] | None:
        """The dimension that begins here; raises Puzzle for a tag that the bill does not have."""
        if self.here.kind == "quoted" and self.ahead(1).kind == "op":
            found = self.lexicon.dimension(self.here.text)
            return (found, 1) if found else None
        if self.here.lower in ("tag", "tag:", "tags"):
            return self._tag()
        if self.here.lower.startswith("tag:"):
            return self._known_tag(self.here.text[4:], 1), 1
        if self.here.lower in RESERVED - FILLERS:
            return None
        for said, count in self.phrases(_NAME_WORDS):
            if count == 1 and self.here.lower in FILLERS:
                return None
            if found := self.lexicon.dimension(said):
                return found, count
            if singular(squeezed(said)) == "costcategory":
                message = "AWS cost categories are not loaded. A service's own is its category."
                raise self.puzzle(message, ("category",), count)
            if rivals := self.lexicon.rival_keys(said):
                message = f"{shown(said)} could be {choices(rivals)}. Write tag: and the one meant."
                raise self.puzzle(message, tuple(f"tag:{as_word(key)}" for key in rivals), count)
        return None

    def _tag(self) -> tuple[Dimension, int]:
        """`tag env` or `tag:"cost center"`"""
        key = self.ahead(1)
        if key.kind == "quoted" or (key.kind == "word" and key.lower not in RESERVED):
            return self._known_tag(key.text, 2), 2
        keys = self.lexicon.tag_keys
        message = f"Which tag? The bill has: {choices(keys)}." if keys else "The bill has no tags."
        raise self.puzzle(message, tuple(f"tag:{as_word(key)}" for key in keys[:3]))

    def _known_tag(self, key: str, count: int) -> Dimension:
        keys = self.lexicon.tag_keys
        found = self.lexicon.tag(key)
        if found is not None and (found.key in keys or not keys):
            return found
        rivals = self.lexicon.rival_keys(key)
        if rivals:
            message = f"{shown(key)} could be {choices(rivals)}. Write the one meant exactly."
        else:
            message = f"The bill has no tag {shown(key)}. It has: {choices(keys)}."
        instead = rivals or (*nearest(key, keys), *keys[:2])
        raise self.puzzle(message, tuple(f"tag:{as_word(near)}" for near in instead), count)

    def operator(self, after: int) -> tuple[str, int] | None:
        """The comparison that follows `after` tokens: a sign, or words such as "is not"."""
        sign = self.ahead(after)
        if sign.kind == "op":
            return sign.text, 1
        found = ((said.lower(), n) for said, n in self.phrases(2, skip=after))
        return next(((OPS[said], count) for said, count in found if said in OPS), None)

    def starts_clause(self) -> bool:
        """Whether something new begins here, rather than one more value of a list."""
        if self.here.kind != "word":
            return self.here.kind != "quoted"
        if self.here.lower in RESERVED or self.measure() or self.ahead(1).kind == "op":
            return True
        return self._names_filter() or self._names_days()

    def _names_filter(self) -> bool:
        """A name of several words and a comparison: usage type=…"""
        try:
            name = self.name()
        except Puzzle:
            return False
        return name is not None and self.operator(name[1]) is not None

    def _names_days(self) -> bool:
        try:
            return self.period() is not None
        except Puzzle:
            return True
