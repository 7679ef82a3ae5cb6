"""A chart made ready for drawing: ragged input tidied, small parts folded, roles found."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from cards.model import Chart, Series

#: Told apart with normal sight and with each of the three kinds of colour blindness.
PALETTE = ("#2B62D9", "#F28C28", "#0F9F8C", "#A61E5F", "#63B9F2", "#3D2C7D")
GREY = "#BFC3C9"
DARK_GREY = "#8A93A5"
BELOW = "#0F9F8C"  # amounts under zero: credits, and what became cheaper
KEEP = len(PALETTE)

_COMPARED = re.compile(
    r"(previous|prior|before|budget|expected|last (month|year|week|quarter))\b", re.I
)
_OTHER = re.compile(r"(others?|rest)( \(.*\))?$|\d+ (others?|more)$", re.I)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]{2})$")
_MONTH = re.compile(r"(\d{4}-\d{2}|[A-Z][a-z]{2} \d{4})$")


class Role(Enum):
    MAIN = "main"
    COMPARED = "compared"
    FORECAST = "forecast"
    TREND = "trend"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One series with its colour; a value that is not finite is a gap (NaN)."""

    name: str
    values: tuple[float, ...]
    color: str
    role: Role
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    @property
    def dashed(self) -> bool:
        return self.role in (Role.COMPARED, Role.FORECAST)


@dataclass(frozen=True, slots=True)
class Label:
    """A category on a time axis; `year` is set where it has to be said."""

    text: str
    year: str = ""


def is_other(name: str) -> bool:
    return _OTHER.match(name.strip()) is not None


def lines(chart: Chart) -> tuple[Line, ...]:
    """The series with values for every category, at most six and one for the others."""
    size = len(chart.categories)
    whole = [
        Series(one.name, _values(one.values, size), *(_band(one, size))) for one in chart.series
    ]
    drawn = fold(whole) if size else []
    roles = [_role(series.name) for series in drawn]
    if Role.MAIN not in roles:
        roles = [Role.MAIN] * len(drawn)
    colors = iter(PALETTE)
    return tuple(
        Line(series.name, series.values, _color(role, colors), role, series.low, series.high)
        for series, role in zip(drawn, roles, strict=True)
    )


def fold(series: Sequence[Series], keep: int = KEEP) -> list[Series]:
    """The `keep` largest in their order, then the sum of the rest as "Other (n)"."""
    named = [one for one in series if not is_other(one.name)]
    rest = [one for one in series if is_other(one.name)]
    if len(named) > keep:
        size = {id(one): sum(abs(v) for v in one.values if math.isfinite(v)) for one in named}
        largest = {id(one) for one in sorted(named, key=lambda one: -size[id(one)])[:keep]}
        rest = [one for one in named if id(one) not in largest] + rest
        named = [one for one in named if id(one) in largest]
    if len(rest) > 1:
        summed = tuple(_add(values) for values in zip(*(one.values for one in rest), strict=True))
        rest = [Series(f"Other ({len(rest)})", summed)]
    return named + rest


def fold_categories(chart: Chart, keep: int) -> Chart:
    """The same chart with its smallest categories summed into one, so that rows stay readable."""
    values = [_values(series.values, len(chart.categories)) for series in chart.series]
    columns = [
        Series(name, column)
        for name, column in zip(chart.categories, zip(*values, strict=True), strict=True)
    ]
    drawn = fold(columns, keep)
    return Chart(
        chart.kind,
        chart.title,
        tuple(column.name for column in drawn),
        tuple(
            Series(series.name, tuple(column.values[place] for column in drawn))
            for place, series in enumerate(chart.series)
        ),
        chart.unit,
        chart.summary,
    )


def is_time(categories: Sequence[str]) -> bool:
    """Whether the categories are days or months, as ISO writes them or as people do."""
    return is_days(categories) or _all(_MONTH, categories)


def is_days(categories: Sequence[str]) -> bool:
    return _all(_DAY, categories)


def labels(categories: Sequence[str]) -> list[Label]:
    """Days as "3 Nov", months as "Nov"; the year at the first one and at each change."""
    found: list[Label] = []
    said = ""
    for name in categories:
        text, year = _spoken(name)
        found.append(Label(text, year if year != said else ""))
        said = year
    several = len({label.year for label in found if label.year}) > 1
    return found if several else [Label(label.text) for label in found]


def _all(kind: re.Pattern[str], categories: Sequence[str]) -> bool:
    return bool(categories) and all(kind.match(category) for category in categories)


def _spoken(name: str) -> tuple[str, str]:
    """What is written for a category, and the year that goes under it where it is known."""
    month, _, year = name.partition(" ")
    if re.match(r"\d{4}$", year):
        return month, year
    try:
        day = date.fromisoformat(name if name.count("-") == 2 else f"{name}-01")
    except ValueError:
        return name, ""
    return (f"{day.day} {day:%b}" if name.count("-") == 2 else f"{day:%b}"), str(day.year)


def _values(values: Sequence[float], size: int) -> tuple[float, ...]:
    tidy = [float(value) if math.isfinite(value) else math.nan for value in values[:size]]
    return tuple(tidy + [math.nan] * (size - len(tidy)))


def _band(one: Series, size: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Both edges with a value for every category, or none."""
    if not one.low or not one.high:
        return (), ()
    return _values(one.low, size), _values(one.high, size)


def _add(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return math.fsum(known) if known else math.nan


def _role(name: str) -> Role:
    if is_other(name):
        return Role.OTHER
    if _COMPARED.match(name):
        return Role.COMPARED
    if name == "Trend":
        return Role.TREND
    return Role.FORECAST if name.lower().startswith("forecast") else Role.MAIN


def _color(role: Role, colors: Iterator[str]) -> str:
    match role:
        case Role.MAIN:
            return next(colors)
        case Role.COMPARED:
            return DARK_GREY
        case Role.FORECAST:
            return PALETTE[0]
        case Role.TREND:
            return PALETTE[1]
        case Role.OTHER:
            return GREY
