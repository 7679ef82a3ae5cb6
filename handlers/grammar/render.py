"""A question back into words that `parse` reads as the same question."""

from collections.abc import Sequence
from dataclasses import replace

from analytics import periods
from domain.query import CostQuery, Dimension, Filter, Measure
from handlers.grammar.keywords import as_word
from handlers.grammar.question import Question


def render(question: Question | CostQuery) -> str:
    """The canonical words; relative days ("last 7d") stay relative, a bare query gets dates."""
    asked = question if isinstance(question, Question) else _dated(question)
    query = asked.query
    parts = [_measure(query.measure)] if asked.measure_said else []
    if query.group_by:
        parts += [f"top {query.limit}"] if query.limit else []
        parts.append("by " + ", ".join(map(_name, query.group_by)))
    if query.filters:
        parts.append("where " + " and ".join(map(_filter, query.filters)))
    parts.append(asked.period.words)
    parts += [f"vs {asked.compare.words}"] if asked.compare else []
    return " ".join(parts)


def filters_said(filters: Sequence[Filter], measure: Measure = Measure.UNBLENDED) -> str:
    """Filters, and a measure that is not the usual one, as words."""
    parts = [_measure(measure)] if measure is not Measure.UNBLENDED else []
    parts += [" and ".join(map(_filter, filters))] if filters else []
    return " ".join(parts)


def with_group(question: Question, dimensions: Sequence[Dimension]) -> str:
    """The words that ask the same split differently."""
    return render(replace(question, query=replace(question.query, group_by=tuple(dimensions))))


def with_period(question: Question, words: str) -> str:
    """The words that ask the same about other days, such as "last 7d"."""
    return render(replace(question, period=replace(question.period, words=words)))


def with_compare(question: Question, words: str | None) -> str:
    """The words that ask the same against other days ("previous"), or against none."""
    named = replace(question.period, words=words) if words else None
    return render(replace(question, compare=named))


def _dated(query: CostQuery) -> Question:
    compare = periods.dates(query.compare) if query.compare else None
    return Question(query, periods.dates(query.period), compare, measure_said=True)


def _measure(measure: Measure) -> str:
    """`list` alone is also what people say for "show"."""
    return "list price" if measure is Measure.LIST else measure.value


def _name(dimension: Dimension) -> str:
    if dimension.key is None:
        return dimension.label
    return f"tag:{as_word(dimension.key)}"


def _filter(wanted: Filter) -> str:
    """None is the word none; the text "none" goes into quotes."""
    values = ("none" if value is None else as_word(value) for value in wanted.values)
    return f"{_name(wanted.dimension)}{wanted.op}{','.join(values)}"
