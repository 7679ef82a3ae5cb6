"""The grammar: the words of a cost question into a query, and a query back into words."""

from handlers.grammar.parser import parse
from handlers.grammar.question import Question
from handlers.grammar.render import filters_said, render, with_compare, with_group, with_period
from handlers.grammar.scope import scope
from handlers.grammar.tagkeys import owner_tag, rival_keys

__all__ = [
    "Question",
    "filters_said",
    "owner_tag",
    "parse",
    "render",
    "rival_keys",
    "scope",
    "with_compare",
    "with_group",
    "with_period",
]
