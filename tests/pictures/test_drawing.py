"""What the pictures look like, as far as a machine can tell."""

import io
import itertools
import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cards.model import Chart, Series
from cards.pictures import EXAMPLES, codec, draw
from cards.pictures.amounts import compact, percent, ticks
from cards.pictures.canvas import Canvas, readable
from cards.pictures.series import GREY, PALETTE, Role, fold_categories, labels, lines


def _picture(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(draw(chart, scale=1.0))).convert("RGBA")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_drawn_without_a_warning(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = _picture(EXAMPLES[name])
    assert picture.width == 440
    assert 100 < picture.height < 520
    assert len(picture.getcolors(1 << 20) or []) > 20


def test_outside_the_round_card_is_clear_so_that_dark_and_light_rooms_both_fit() -> None:
    picture = _picture(EXAMPLES["share"])
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((220, 6)) == (255, 255, 255, 255)


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert draw(EXAMPLES["bar services"], 1.0) == draw(EXAMPLES["bar services"], 1.0)


def test_a_dollar_sign_never_starts_a_formula() -> None:
    title = "$\\frac{a}{b$ $x$ \\unknown{"
    assert _picture(replace(EXAMPLES["bar days"], title=title)).width == 440


def test_control_and_direction_characters_are_taken_out() -> None:
    assert readable("gnp\u202e.exe\u2066\x00\x1b[1m\u200b\n two") == "gnp.exe[1m two"
    assert readable("日本 👍\ufe0f") == "□□ □"
    assert len(readable("Z" + "\u0338" * 50)) <= 2


def test_long_text_ends_in_an_ellipsis_inside_its_room() -> None:
    canvas = Canvas(1.0)
    short = canvas.fit("arn:aws:" + "x" * 400, 120)
    assert short.endswith("…")
    assert 90 < canvas.width(short) <= 120


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "USD", "$0"),
        (-0.0, "USD", "$0"),
        (12.4, "USD", "$12.40"),
        (912.5, "USD", "$913"),
        (999.6, "USD", "$1.0k"),
        (1234, "USD", "$1.2k"),
        (128_499, "USD", "$128k"),
        (999_950, "USD", "$1.00M"),
        (3_289_000, "EUR", "€3.29M"),
        (-1200, "CHF", "−1.2k CHF"),
        (9000, "JPY", "9.0k JPY"),
        (0.0042, "USD", "$0.0042"),
        (0.00001, "USD", "$0"),
        (-0.00001, "USD", "$0"),
        (21.14, "%", "21.14 %"),
        (1.5, "GB", "1.5"),
    ],
)
def test_amounts_are_short_and_keep_their_currency(value: float, unit: str, text: str) -> None:
    assert compact(value, unit) == text


def test_axis_labels_share_one_suffix() -> None:
    assert ticks([0, 500, 1000, 1500], "USD") == ["$0", "$0.5k", "$1.0k", "$1.5k"]
    assert ticks([-0.5, 0, 0.5], "USD") == ["−$0.50", "$0", "$0.50"]


def test_a_small_share_is_not_nothing_and_a_large_one_not_all() -> None:
    assert [percent(p, 1000) for p in (0, 1, 504, 999, 1000)] == [
        "0 %", "<1 %", "50 %", ">99 %", "100 %",
    ]  # fmt: skip


def test_what_is_folded_still_adds_up() -> None:
    chart = EXAMPLES["bar many"]
    folded = fold_categories(chart, 7)
    assert folded.categories[-1] == "Other (23)"
    assert math.isclose(sum(folded.series[0].values), sum(chart.series[0].values))


def test_many_series_become_six_and_a_grey_one() -> None:
    found = lines(EXAMPLES["line many"])
    assert [line.color for line in found] == [*PALETTE, GREY]
    assert found[-1].name == "Other (5)"


def test_the_comparison_is_grey_wherever_it_stands() -> None:
    before, now = lines(EXAMPLES["bar before and now"])
    assert (before.role, now.role) == (Role.COMPARED, Role.MAIN)
    assert now.color == PALETTE[0] != before.color


def test_a_series_alone_is_never_a_comparison() -> None:
    chart = Chart("bar", "", ("2026-11-01",), (Series("Last month", (1.0,)),), "USD", "")
    assert lines(chart)[0].role is Role.MAIN


def test_the_year_is_said_where_it_changes_and_only_then() -> None:
    said = [(label.text, label.year) for label in labels(("2025-12-31", "2026-01-01"))]
    assert said == [("31 Dec", "2025"), ("1 Jan", "2026")]
    assert [label.year for label in labels(("Oct 2026", "Nov 2026"))] == ["", ""]
    assert [label.text for label in labels(("2026-02-31", "x"))] == ["2026-02-31", "x"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_survives_its_way_through_a_file(name: str) -> None:
    text = codec.encode(EXAMPLES[name])
    assert "\n" not in text
    assert repr(codec.decode(text)) == repr(EXAMPLES[name]).replace("inf", "nan")


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"kind":"pie"}', '{"kind":"bar"}'])
def test_what_is_not_a_chart_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        codec.decode(text)


#: Machado, Oliveira and Fernandes (2009), severity 1: how the three kinds of colour blindness see.
_SIGHTS = {
    "all": np.eye(3),
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def _lab(color: str, sight: object) -> np.ndarray:
    rgb = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_lms = [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
    to_lab = [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    seen = np.clip(np.array(sight) @ linear, 0, 1)
    return np.array(to_lab) @ np.cbrt(np.array(to_lms) @ seen)


@pytest.mark.parametrize("sight", _SIGHTS)
def test_colour_blind_people_can_tell_the_colours_apart(sight: str) -> None:
    """The distance of two colours in Oklab; 0.02 is about what one can just see."""
    for one, two in itertools.combinations((*PALETTE, GREY), 2):
        gap = np.linalg.norm(_lab(one, _SIGHTS[sight]) - _lab(two, _SIGHTS[sight]))
        assert gap > 0.08, (one, two)
