"""The lexicon: which words of a bill a person means, exactly or by a part that is unique."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from analytics.calendar import NUMBERS
from domain.ports import Vocabulary
from domain.query import Dimension
from handlers.grammar.names import (
    CHARGES,
    DIMENSION_OF,
    OFFERED,
    SERVICE_ALIASES,
    plain,
    singular,
    squeezed,
)
from handlers.grammar.tagkeys import TagKeys, grouped, unique

#: A list this long has been cut: the bill may know more values.
_CUT_LIST = 2000
_CUT_TAG = 200

#: A word this short begins too many names by chance.
_LETTERS = 4
_WORD_START = re.compile(r"(?<![^\W_])[^\W_]|(?<=[a-z])[A-Z]")

#: Looked through for a word that stands alone, in this order; a resource must be named as one.
BARE = ("charge", "service", "region")
BESIDES = ("usage_type", "category", "purchase", "operation")


class Lexicon:
    """Looks up dimensions and values, forgiving case, spaces, punctuation and plurals."""

    def __init__(self, vocabulary: Vocabulary, owner_tags: Sequence[str] = ()) -> None:
        self._vocabulary = vocabulary
        self._by_name: dict[Dimension, dict[str, list[str]]] = {}
        self._by_word: dict[Dimension, list[tuple[str, str]]] = {}
        self._keys = TagKeys(vocabulary.tag_keys, owner_tags)

    @property
    def tag_keys(self) -> tuple[str, ...]:
        return self._vocabulary.tag_keys

    def dimension(self, said: str) -> Dimension | None:
        """What can be split by: a dimension, `tag:<key>`, a tag's own key, or the owner's tag."""
        if said.lower().startswith("tag:"):
            return self.tag(said[4:])
        name = squeezed(said)
        found = DIMENSION_OF.get(name) or DIMENSION_OF.get(singular(name))
        if found is not None:
            return Dimension(found)
        known = self._keys.meant(said)
        return Dimension("tag", known[0]) if len(known) == 1 else None

    def tag(self, key: str) -> Dimension | None:
        """The tag a key means; a key that the bill does not have stands for itself."""
        known = self._keys.meant(key)
        if len(known) > 1 or not key:
            return None
        return Dimension("tag", known[0] if known else key)

    def rival_keys(self, said: str) -> tuple[str, ...]:
        """The keys a name could mean, when it could mean several."""
        known = self._keys.meant(said.removeprefix("tag:"))
        return known if len(known) > 1 else ()

    def rivals(self, key: str) -> tuple[str, ...]:
        """Other keys written for the same thing."""
        return self._keys.rivals(key)

    def owner(self) -> Dimension | None:
        """The tag that says whose cost it is, where the bill has one."""
        key = self._keys.owner()
        return Dimension("tag", key) if key is not None else None

    def offered(self) -> tuple[str, ...]:
        """What can be split by, the likeliest first."""
        owner = self.owner()
        tags = [owner.key] if owner is not None and owner.key is not None else []
        tags += [key for key in self.tag_keys if key not in tags]
        return (*OFFERED[:3], *tags[:4], *OFFERED[3:])

    def lists(self, dimension: Dimension) -> bool:
        """Whether values of the bill are known."""
        return bool(self.values(dimension))

    def lists_all(self, dimension: Dimension) -> bool:
        """Whether every value is known, so that another one is a mistake."""
        most = _CUT_TAG if dimension.name == "tag" else _CUT_LIST
        return 0 < len(self.values(dimension)) < most

    def values(self, dimension: Dimension) -> tuple[str, ...]:
        if dimension.name == "charge":
            return tuple(sorted({kind.value for kind in CHARGES.values()}))
        return self._vocabulary.values.get(str(dimension), ())

    def names(self, dimension: Dimension) -> tuple[str, ...]:
        """What people would call the values: an account has a name besides its id."""
        values = self.values(dimension)
        if dimension.name != "account":
            return values
        return tuple(self._vocabulary.account_names.get(value, value) for value in values)

    def exact(self, dimension: Dimension, said: str) -> tuple[str, ...]:
        """The values that are called that, case, spaces and punctuation aside."""
        if said in self.values(dimension):
            return (said,)
        named, name = self._named(dimension), squeezed(said)
        if dimension.name == "charge":
            kind = CHARGES.get(name) or CHARGES.get(singular(name))
            return (kind.value,) if kind else ()
        if dimension.name == "service":
            for one in dict.fromkeys((name, singular(name))):
                stems = (plain(one), *SERVICE_ALIASES.get(one, ()))
                if found := unique(value for stem in stems for value in named.get(stem, ())):
                    return found
            return ()
        found = unique(named.get(name, ())) if name else ()
        return () if dimension.name == "tag" and len(found) > 1 else found

    def like(self, dimension: Dimension, said: str) -> tuple[str, ...]:
        """The values that contain it; a region is named in full, a tag's value but for its case."""
        name = squeezed(said)
        if dimension.name == "tag":
            return unique(self._named(dimension).get(name, ())) if name else ()
        if len(name) < 3 or dimension.name in ("region", "charge"):
            return ()
        named = self._named(dimension).items()
        return unique(value for key, values in named if name in key for value in values)

    def bare(self, said: str) -> list[tuple[Dimension, tuple[str, ...]]]:
        """What is called that: one thing, or several when a team is called like an account."""
        owner = self.owner()
        ranks = (
            [
                next(iter(self._called(said, map(Dimension, BARE))), None),
                *self._called(said, (Dimension("account"), *([owner] if owner else []))),
            ],
            self._called(said, map(Dimension, BESIDES))[:1],
            self._called(said, (Dimension("tag", key) for key in self.tag_keys)),
        )
        found = next((dict(pair for pair in rank if pair) for rank in ranks if any(rank)), {})
        return list(found.items())

    def bare_like(self, said: str) -> list[tuple[Dimension, str]]:
        """The services and accounts with a word in their names that begins like this."""
        name = squeezed(said)
        if len(name) < _LETTERS or name.isdecimal() or name in NUMBERS:
            return []
        pair = (Dimension("service"), Dimension("account"))
        return [(of, value) for of in pair for value in unique(self._beginning(of, name))]

    def tagged(self) -> dict[str, Dimension]:
        """The known values of tags, with the first tag that has each one."""
        found: dict[str, Dimension] = {}
        for key in self.tag_keys:
            for value in self.values(Dimension("tag", key)):
                found.setdefault(value, Dimension("tag", key))
        return found

    def called(self, dimension: Dimension, value: str) -> str:
        """How a value is shown to a person."""
        if dimension.name == "account":
            return self._vocabulary.account_names.get(value, value)
        return value

    def typed(self, dimension: Dimension, value: str) -> str:
        """What to type for a value: the name of an account, where only one is called that."""
        name = self.called(dimension, value)
        return name if self.exact(dimension, name) == (value,) else value

    def _called(
        self, said: str, dimensions: Iterable[Dimension]
    ) -> list[tuple[Dimension, tuple[str, ...]]]:
        pairs = ((dimension, self.exact(dimension, said)) for dimension in dimensions)
        return [pair for pair in pairs if pair[1]]

    def _beginning(self, dimension: Dimension, name: str) -> Iterator[str]:
        """The values in whose names a word begins like `name`; ids are no words."""
        if dimension not in self._by_word:
            self._by_word[dimension] = sorted(
                (squeezed(called[word.start() :]), value)
                for value in self.values(dimension)
                if not (called := self.called(dimension, value)).isdecimal()
                for word in _WORD_START.finditer(called)
            )
        words = self._by_word[dimension]
        for rest, value in words[bisect_left(words, (name, "")) :]:
            if not rest.startswith(name):
                return
            yield value

    def _named(self, dimension: Dimension) -> dict[str, list[str]]:
        """The values by their reduced names, made once."""
        if dimension not in self._by_name:
            reduce = plain if dimension.name == "service" else squeezed
            self._by_name[dimension] = grouped(
                (name, value)
                for value in self.values(dimension)
                for name in {reduce(value), squeezed(self.called(dimension, value))}
            )
        return self._by_name[dimension]
