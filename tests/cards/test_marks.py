"""Marks of a chart: seen where something can draw them, and never off the axis."""

from cards import html, slack, teams, text
from cards.model import Card, Chart, Mark, Series
from tests.cards.surfaces import PICTURE

DAYS = tuple(f"{n} Oct" for n in range(1, 19))
CHART = Chart(
    "line",
    "Cost",
    DAYS,
    (Series("A day", tuple(map(float, range(18)))), Series("Trend", (9.0,) * 18)),
    "USD",
    "It stepped up.",
    (Mark(11, "12 Oct: <b>+$5</b>"), Mark(-1, "too early"), Mark(18, "too late")),
)
CARD = Card("t", (CHART,))
PLAIN = Card("t", (Chart("line", "Cost", DAYS, CHART.series, "USD", "It stepped up."),))


def test_a_page_draws_a_line_and_its_words_escaped_for_what_is_on_the_axis():
    drawn = html.render(CARD)
    assert drawn.count('class="mark"') == 1 and "12 Oct: &lt;b&gt;+$5" in drawn
    assert "too early" not in drawn and "too late" not in drawn


def test_a_terminal_points_at_the_place_under_the_line():
    lines = text.render(CARD).split("\n")
    (row,) = [line for line in lines if "^" in line]
    (above,) = [line for line in lines if line.startswith("A day")]
    assert above[row.index("^")] == "▆" and row.endswith("12 Oct: <b>+$5</b>")


def test_slack_and_teams_show_the_picture_which_has_the_marks_in_it():
    blocks = [block["type"] for block in slack.render(CARD, lambda _: PICTURE)]
    assert blocks == ["header", "image"]
    assert "data_visualization" in [b["type"] for b in slack.render(PLAIN, lambda _: PICTURE)]
    body = teams.render(CARD, lambda _: PICTURE)["body"]
    assert "Image" in [one["type"] for one in body]
    plain = teams.render(PLAIN, lambda _: PICTURE)["body"]
    assert "Chart.Line" in [one["type"] for one in plain]


def test_without_a_picture_they_draw_the_numbers_themselves():
    assert "data_visualization" in [block["type"] for block in slack.render(CARD)]
    assert "Chart.Line" in [one["type"] for one in teams.render(CARD)["body"]]
