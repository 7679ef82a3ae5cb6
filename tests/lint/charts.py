"""The charts that only Teams draws, which no published schema describes.

https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards
"""

from tests.lint.shapes import Rule, boolean, items, number, one_of, shape, string

_COMMON: dict[str, Rule] = {
    "title": string(),
    "showTitle": boolean,
    "colorSet": one_of("categorical", "sequential", "diverging"),
    "fallback": lambda value, at: iter(()),
    "id": string(),
    "spacing": string(),
    "separator": boolean,
    "height": string(),
    "targetWidth": string(),
}
_AXES: dict[str, Rule] = {"xAxisTitle": string(), "yAxisTitle": string()}
_PART = shape({"legend": string(), "value": number}, {"color": string()})
_POINT = shape({"x": string(), "y": number}, {"color": string()})
_LINE = shape({"legend": string(), "values": items(_POINT, 1, 1000)}, {"color": string()})


def _chart(name: str, data: Rule, more: dict[str, Rule] | None = None) -> dict[str, Rule]:
    required: dict[str, Rule] = {"type": one_of(name), "data": items(data, 1, 1000)}
    return {name: shape(required, _COMMON | (more or {}))}


CHARTS: dict[str, Rule] = {
    **_chart("Chart.Donut", _PART),
    **_chart("Chart.Pie", _PART),
    **_chart("Chart.Line", _LINE, _AXES),
    **_chart("Chart.VerticalBar", _POINT, _AXES),
    **_chart("Chart.VerticalBar.Grouped", _LINE, _AXES | {"stacked": boolean}),
    **_chart("Chart.HorizontalBar", _POINT, _AXES),
}
