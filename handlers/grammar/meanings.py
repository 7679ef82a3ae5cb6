"""What a word of the bill means where it stands alone: ec2, eu-west-1, a team, nat."""

from typing import Literal

from domain.query import Dimension
from handlers.grammar.cursor import Cursor
from handlers.grammar.names import USAGE_ALIASES, singular, squeezed
from handlers.grammar.values import Values

Op = Literal["=", "!=", "~"]
_PHRASE_WORDS = 6


def phrases(cursor: Cursor) -> list[tuple[str, int]]:
    """The texts that begin here, longest first; a quoted one is one."""
    here = cursor.here
    if here.kind == "quoted":
        return [(here.text, 1)]
    return list(cursor.phrases(_PHRASE_WORDS))


def meanings(cursor: Cursor, said: str) -> list[tuple[Dimension, Op, Values]]:
    """Values of the bill, or something AWS bills inside other services, such as NAT."""
    if found := cursor.lexicon.bare(said):
        return [(dimension, "=", values) for dimension, values in found]
    name = squeezed(said)
    inside = USAGE_ALIASES.get(name) or USAGE_ALIASES.get(singular(name))
    return [(Dimension("usage_type"), "~", (inside,))] if inside else []


def kind_ahead(cursor: Cursor) -> Dimension | None:
    """The dimension of the value that stands here on its own."""
    found = (meant for said, _ in phrases(cursor) for meant in meanings(cursor, said))
    return next((dimension for dimension, _, _ in found), None)


def could_be(cursor: Cursor, dimension: Dimension) -> bool:
    """Whether the words here name a value of the dimension, or part of one."""
    lexicon = cursor.lexicon
    texts = (said for said, _ in phrases(cursor))
    return any(lexicon.exact(dimension, said) or lexicon.like(dimension, said) for said in texts)
