"""A chart as one line of JSON and back, with gaps as null."""

import json
import math
from typing import Any

from cards.model import Chart, Mark, Series


def encode(chart: Chart) -> str:
    """The same chart always gives the same text."""
    return json.dumps(
        {
            "kind": chart.kind,
            "title": chart.title,
            "categories": chart.categories,
            "series": [_written(one) for one in chart.series],
            "unit": chart.unit,
            "summary": chart.summary,
            "marks": [[mark.at, mark.label] for mark in chart.marks],
        },
        separators=(",", ":"),
        allow_nan=False,
    )


def decode(text: str) -> Chart:
    """The chart; ValueError for anything else."""
    try:
        return _chart(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a chart: {error!r}") from error


def _chart(found: dict[str, Any]) -> Chart:
    kind = found["kind"]
    if kind not in ("line", "bar", "stacked", "share", "waterfall"):
        raise ValueError(f"no kind of chart: {kind!r}")
    series = tuple(
        Series(
            str(one["name"]), *(_values(one.get(name, [])) for name in ("values", "low", "high"))
        )
        for one in found["series"]
    )
    categories = tuple(str(name) for name in found["categories"])
    words = (str(found["unit"]), str(found["summary"]))
    marks = tuple(Mark(int(at), str(label)) for at, label in found.get("marks", ()))
    return Chart(kind, str(found["title"]), categories, series, *words, marks)


def _written(one: Series) -> dict[str, Any]:
    parts = {"values": one.values} | ({"low": one.low, "high": one.high} if one.low else {})
    gaps = {name: [v if math.isfinite(v) else None for v in part] for name, part in parts.items()}
    return {"name": one.name, **gaps}


def _values(found: list[Any]) -> tuple[float, ...]:
    return tuple(math.nan if value is None else float(value) for value in found)
