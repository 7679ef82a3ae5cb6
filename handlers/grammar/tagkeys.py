"""Tag keys: which key of the bill a name means, which one says whose cost it is, and its rivals."""

from collections.abc import Iterable, Sequence

from domain.ports import Vocabulary
from handlers.grammar.names import singular, squeezed


def owner_tag(vocabulary: Vocabulary, owner_tags: Sequence[str]) -> str | None:
    """The key that says whose cost it is, None where the bill has none of the `owner_tags`."""
    return TagKeys(vocabulary.tag_keys, owner_tags).owner()


def rival_keys(vocabulary: Vocabulary, key: str) -> tuple[str, ...]:
    """The other keys that people wrote for the same thing: Team and teams beside team.

    What carries only a rival counts as having no value for `key`, so an answer should say so.
    """
    return TagKeys(vocabulary.tag_keys).rivals(key)


class TagKeys:
    """Looks up keys, forgiving case, punctuation, plurals and a prefix such as user:"""

    def __init__(self, keys: Sequence[str], owner_tags: Sequence[str] = ()) -> None:
        self._keys = tuple(keys)
        self._owner_tags = tuple(owner_tags)
        self._by_name = grouped((squeezed(key), key) for key in keys)
        self._by_end = grouped((squeezed(key.rpartition(":")[2]), key) for key in keys)

    def meant(self, said: str) -> tuple[str, ...]:
        """Exactly that key, else those that differ in case, else in plural or prefix."""
        name = squeezed(said)
        if said in self._keys:
            return (said,)
        if not name:
            return ()
        names = (name, singular(name))
        for known in (self._by_name, self._by_end):
            if found := unique(key for said in names for key in known.get(said, ())):
                return found
        owned = {squeezed(tag) for tag in self._owner_tags}.intersection(names)
        owner = self.owner() if owned else None
        return (owner,) if owner is not None else ()

    def owner(self) -> str | None:
        """The first of the owner's tags that the bill has, written one way or another."""
        for tag in self._owner_tags:
            if tag in self._keys:
                return tag
            name = squeezed(tag)
            for known in (self._by_name, self._by_end):
                if found := known.get(name) if name else None:
                    return found[0]
        return None

    def rivals(self, key: str) -> tuple[str, ...]:
        name = singular(squeezed(key))
        return tuple(k for k in self._keys if k != key and name and singular(squeezed(k)) == name)


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Values by name; several values can go by one name."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
