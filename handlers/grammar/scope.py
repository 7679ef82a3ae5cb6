"""The filters of a question in plain words, for a title: for Amazon S3 in eu-west-1."""

from collections.abc import Callable, Sequence

from domain.query import Filter
from handlers.grammar.question import Question

Name = Callable[[str, str], str]
_PLURAL = {"credit": "credits", "refund": "refunds", "commitment": "commitment fees"}


def scope(question: Question, name: Name) -> str:
    """What the question is limited to, "" when to nothing.

    `name(dimension, value)` is how a value is called, such as an account's name for its id.
    """
    filters = question.query.filters
    ordered = sorted(filters, key=lambda f: (f.op != "=", f.dimension.name not in _BARE))
    parts = [_said(wanted, name) for wanted in ordered]
    if len(parts) > 1 and parts[1].startswith("in "):
        parts[:2] = [" ".join(parts[:2])]
    return ", ".join(parts)


_BARE = ("service", "region", "account")


def _said(wanted: Filter, name: Name) -> str:
    dimension = wanted.dimension
    known = [name(str(dimension), value) for value in wanted.values if value is not None]
    none = f"no {dimension.label}" if None in wanted.values else ""
    if dimension.name == "charge":
        known = [_PLURAL.get(value, value) for value in known]
    several = "s" if len(known) > 1 else ""
    match dimension.name, wanted.op:
        case _, "!=" if not known:
            return f"with a {dimension.label}"
        case _, "=" if not known:
            return f"without a {dimension.label}"
        case _, "~":
            return f"{dimension.label} containing {_either([*known, none])}"
        case "tag", op:
            return f"{dimension.label}{op}{_either([*known, none])}"
        case _, "!=":
            return f"without {_either([*known, none])}"
        case "charge", _:
            return f"only {_both([*known, none])}"
        case "service", _:
            return f"for {_both([*known, none])}"
        case "region", _:
            return f"in {_both([*known, none])}"
        case _:
            return f"for {dimension.label}{several} {_both([*known, none])}"


def _both(values: Sequence[str]) -> str:
    return _listed(values, "and")


def _either(values: Sequence[str]) -> str:
    return _listed(values, "or")


def _listed(values: Sequence[str], joint: str) -> str:
    *first, last = [value for value in values if value]
    return f"{', '.join(first)} {joint} {last}" if first else last
