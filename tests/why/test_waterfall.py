"""A waterfall leads from its first bar to its last, on every surface and to the cent."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import html, plot, slack, specimens, teams, text
from cards.model import Card, Chart, Table
from cards.specimen_causes import SPIKE, made
from cards.views.why import why
from cards.waterfall import MOST_STEPS, bars, folded, reconciles, scale, waterfall
from domain.cause import Cause, Explanation
from domain.money import Money

cents = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)
money = st.decimals(-(10**9), 10**9, places=12, allow_nan=False)


def chart_of(start: Decimal, steps: list[Decimal]) -> Chart:
    named = [(f"step {n}", step) for n, step in enumerate(steps)]
    return waterfall("Why", ("a", start), named, ("b", sum(steps, start)), "USD", "It moved.")


@given(cents, st.lists(cents, max_size=20))
def test_every_bar_begins_where_the_one_before_ended(start: Decimal, steps: list[Decimal]) -> None:
    first, *between, last = bars(chart_of(start, steps))
    level = first.end
    for bar in between:
        assert bar.start == level
        level = bar.end
    assert level == pytest.approx(last.end, abs=1e-3)
    assert (first.start, last.start) == (0, 0)


@given(cents, st.lists(cents, max_size=20))
def test_no_bar_leaves_its_scale(start: Decimal, steps: list[Decimal]) -> None:
    drawn = bars(chart_of(start, steps))
    shown = scale(drawn)
    assert shown.low < shown.high
    assert all(shown.low - 1e-3 <= bar.end <= shown.high + 1e-3 for bar in drawn)


@given(cents, st.lists(cents, max_size=30))
def test_steps_that_are_summed_still_lead_to_the_end(start: Decimal, steps: list[Decimal]) -> None:
    chart = folded(chart_of(start, steps))
    assert reconciles(chart)
    assert len(chart.categories) == len(chart.series[0].values) <= MOST_STEPS + 2


@given(st.lists(st.tuples(money, money), max_size=6), money, money)
def test_the_amounts_on_a_card_add_up_to_the_cent(
    parts: list[tuple[Decimal, Decimal]], before: Decimal, now: Decimal
) -> None:
    causes = tuple(Cause(made(str(b), str(n), service=f"s{i}")) for i, (b, n) in enumerate(parts))
    whole_before = sum((b for b, _ in parts), before)
    whole_now = sum((n for _, n in parts), now)
    found = Explanation(
        SPIKE.query, made(str(whole_before), str(whole_now)), causes, made(str(before), str(now)),
        "USD",
    )  # fmt: skip
    card = why(found, specimens.SOURCE)
    charts = [block for block in card.blocks if isinstance(block, Chart)]
    for table in (block for block in card.blocks if isinstance(block, Table)):
        assert table.total is not None
        for column in (1, 2):
            shown = [amount(row[column]) for row in table.rows]
            assert sum(shown, Decimal(0)) == amount(table.total[column])
        assert amount(table.total[1]) == Money(whole_now, "USD").rounded().amount
    for chart in charts:
        values = [Decimal(str(round(value, 2))) for value in chart.series[0].values]
        assert sum(values[:-1], Decimal(0)) == values[-1]


def amount(said: str) -> Decimal:
    assert not said.startswith(("<", ">"))
    return Decimal(said.replace("$", "").replace(",", "").replace("+", ""))


def test_steps_that_do_not_lead_to_the_end_are_refused() -> None:
    with pytest.raises(ValueError, match="do not lead from 1 to 4"):
        waterfall("t", ("a", Decimal(1)), [("b", Decimal(2))], ("c", Decimal(4)), "USD", "s")


WRONG = replace(chart_of(Decimal(1), [Decimal(2)]), kind="waterfall")
WRONG = replace(WRONG, series=(replace(WRONG.series[0], values=(1.0, 2.0, 4.0)),))


def test_a_waterfall_that_does_not_add_up_is_drawn_nowhere() -> None:
    assert "no numbers" in plot.plot(WRONG, 80)
    assert "no numbers" in html.render(Card("t", (WRONG,)))
    assert "no numbers" in str(teams.render(Card("t", (WRONG,))))


SMALL = chart_of(Decimal(10_000), [Decimal(300), Decimal(-100)])


def test_a_terminal_shows_each_step_after_the_one_before() -> None:
    start, up, down, end, cut = plot.plot(SMALL, 80).split("\n")
    assert up.index("▓") >= start.rindex("█")
    assert down.rindex("░") <= up.rindex("▓")
    assert "+$300.00" in up and "-$100.00" in down
    assert "≈" in start and "≈" in end
    assert "begins at $9,8" in cut


def test_a_scale_that_begins_at_zero_needs_no_mark() -> None:
    assert "≈" not in plot.plot(chart_of(Decimal(100), [Decimal(300)]), 80)


@pytest.mark.parametrize("address", [None, "https://costbot.example.com/p.png"])
def test_slack_gets_a_picture_or_characters_and_never_bars_that_begin_at_zero(
    address: str | None,
) -> None:
    blocks = slack.render(Card("t", (SMALL,)), (lambda _: address) if address else None)
    kinds = {block["type"] for block in blocks}
    assert "data_visualization" not in kinds
    assert ("image" in kinds) == (address is not None)
    assert ("▓" in str(blocks)) == (address is None)


def test_teams_without_a_picture_gets_the_numbers_with_their_signs() -> None:
    drawn = str(teams.render(Card("t", (SMALL,))))
    assert "+$300.00" in drawn and "Chart." not in drawn


def test_the_page_says_where_a_cut_scale_begins() -> None:
    drawn = html.render(Card("t", (SMALL,)))
    assert "The scale begins at $9,8" in drawn
    assert drawn.count('class="step-up"') == drawn.count('class="step-down"') == 1
    assert drawn.count('class="step-whole"') == drawn.count('class="torn"') == 2
    assert text.render(Card("t", (SMALL,)))
