"""A forecast's gaps and bands on every surface."""

import math

from cards import plot, slack, svg, teams
from cards.model import Card, Chart, Series
from cards.pictures.codec import decode, encode

NAN = math.nan
CHART = Chart(
    "line",
    "Usage per day",
    tuple(f"{n} Nov" for n in range(1, 25)),
    (
        Series("Actual", (*[5.0] * 20, *[NAN] * 4)),
        Series("Forecast", (*[NAN] * 20, 6.0, 7.0, 8.0, 9.0), (*[NAN] * 20, 5.0, 5.0, 5.0, 5.0),
               (*[NAN] * 20, 7.0, 9.0, 11.0, 13.0)),
    ),
    "USD",
    "Usage and its forecast.",
)  # fmt: skip


def test_a_platform_that_knows_no_bands_shows_the_picture():
    sent = slack.render(Card("t", (CHART,)), lambda _chart: "https://costbot.example/p.png")
    assert [
        block["type"] for block in sent if block["type"] in ("image", "data_visualization")
    ] == ["image"]
    card = teams.render(Card("t", (CHART,)), lambda _chart: "https://costbot.example/p.png")
    assert "Chart.Line" not in str(card)
    assert "https://costbot.example/p.png" in str(card)


def test_a_band_alone_is_reason_enough_for_the_picture():
    around = Series("Cost", (2.0, 3.0), (1.0, 2.0), (3.0, 4.0))
    chart = Chart("line", "t", ("1 Nov", "2 Nov"), (around,), "USD", "s")
    sent = slack.render(Card("t", (chart,)), lambda _chart: "https://costbot.example/p.png")
    assert "image" in [block["type"] for block in sent]


def test_without_pictures_the_days_to_come_are_numbers_and_the_others_dashes():
    assert "$9.00" in str(teams.render(Card("t", (CHART,))))
    assert "–" in str(teams.render(Card("t", (CHART,))))


def test_a_gap_is_empty_in_a_terminal():
    forecast = plot.plot(CHART, 80).splitlines()[1]
    assert "$6.00 to $9.00" in forecast
    assert forecast.removeprefix("Forecast").startswith(" " * 20)


def test_the_page_draws_the_band_under_the_line():
    drawn = svg.draw(CHART)
    assert drawn.index('class="series-1 band"') < drawn.index('<polyline class="series-1"')
    assert "nan" not in drawn.lower()
    assert "$13.00" in drawn, "the axis reaches the band's edge"


def test_a_picture_is_asked_for_with_its_bands():
    assert encode(decode(encode(CHART))) == encode(CHART)
    assert decode(encode(CHART)).series[1].high[-1] == 13.0
