"""A trend said in words: which way it goes, since when, and what happened then."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cards import words
from cards.model import Bold, Mark, Span
from domain.money import CENT, Money
from domain.trend import Growth, Rhythm, Trend, Turn

_LEVELS = "▁▂▃▄▅▆▇█"
#: As many letters as a phone has room for beside a name and two amounts.
_MARKS = 6
_ALIKE = Decimal("0.03")
#: Weekdays explain that much of the change from day to day before they are worth a sentence.
_STRONG = Decimal("0.4")
#: Weekdays that far from the others are named.
_APART = Decimal("0.1")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Below so much a day there is nothing: what was there has ended, or had not begun.
_NOTHING = CENT / 2


def sentence(trend: Trend, currency: str, first: date, today: date) -> tuple[Span, ...]:
    """Up 3.1 % a month since 4 Aug, when it stepped up by $120.00 a day."""
    turn = trend.turns[-1] if trend.turns else None
    since = short_day(turn.day if turn else first, today)
    if turn and turn.step and trend.now < _NOTHING <= turn.before:
        return (f"Since {since} it costs nothing; ", *_a_day(turn.before, currency), " before.")
    return (*_direction(trend, currency), f" since {since}", *_event(turn, currency), ".")


def cell(trend: Trend, currency: str, today: date) -> str:
    """The same in a few letters, for a table: ▂▂▅▆ +$907.50, +3.1 % a month."""
    change = words.change_of(Money(trend.change, currency))
    return f"{sparkline(trend.levels)} {change}, {_brief(trend, today)}"


def mark(turn: Turn, currency: str, today: date) -> Mark:
    """4 Aug: +$120.00 a day."""
    amount = words.change_of(Money(turn.change, currency))
    return Mark(turn.at, f"{short_day(turn.day, today)}: {amount} a day")


def rhythm(found: Rhythm) -> str:
    """Sat and Sun cost 34 % less than the other days; "" where no weekday stands out."""
    days = list(zip(_DAYS, found.weekdays, strict=True))
    low = [day for day in days if day[1] < 1 - _APART]
    high = [day for day in days if day[1] > 1 + _APART]
    odd = min((low, high), key=lambda group: len(group) or len(days))
    others = [factor for day, factor in days if day not in [name for name, _ in odd]]
    if found.strength < _STRONG or not odd or not sum(others):
        return ""
    ratio = _mean([factor for _, factor in odd]) / _mean(others)
    names = [day for day, _ in odd]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    verb = "cost" if len(names) > 1 else "costs"
    more = "more" if ratio > 1 else "less"
    return (
        f"{listed} {verb} {words.percent(abs(ratio - 1))} {more} than the other days; "
        f"the weekday explains {words.percent(found.strength)} of the change from day to day."
    )


def sparkline(values: Sequence[Decimal]) -> str:
    """At most a few letters, each the mean of the values it stands for, from the least to the most;
    all of one height where those hardly differ."""
    size = -(-len(values) // _MARKS)
    # The newest letter is whole: what does not fill one is at the beginning.
    ends = range(len(values), 0, -size)
    means = [_mean(values[max(end - size, 0) : end]) for end in ends][::-1]
    low, high = min(means), max(means)
    if high - low <= _ALIKE * max(abs(low), abs(high)):
        return _LEVELS[len(_LEVELS) // 2] * len(means)
    step = (high - low) / (len(_LEVELS) - 1)
    return "".join(_LEVELS[int((mean - low) / step + Decimal("0.5"))] for mean in means)


def short_day(day: date, today: date) -> str:
    """4 Aug, with its year when it is not this one."""
    return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def growth(found: Growth | None, currency: str) -> tuple[str | Bold, ...]:
    """+3.1 % a month (+1.2 % to +5.0 %): +$120.00 a day each month."""
    if found is None:
        return ("too new to say",)
    if not found.clear:
        return (f"none that is sure ({_bounds(found)})",)
    amount = words.change_of(Money(found.amount, currency))
    more = f" ({_bounds(found)}): {amount} a day each month"
    return (Bold(f"{_signed(found.share)} a month"), more)


def _direction(trend: Trend, currency: str) -> tuple[Span, ...]:
    found = trend.growth
    if found is None or not found.clear:
        steady = "Steady at " if found else "At "
        return (steady, *_a_day(trend.now, currency))
    way = "Up" if found.share > 0 else "Down"
    return (Bold(f"{way} {words.percent(abs(found.share))} a month"),)


def _event(turn: Turn | None, currency: str) -> tuple[Span, ...]:
    if turn is None:
        return ()
    if not turn.step:
        return (", when its growth changed",)
    if turn.before < _NOTHING:
        return (", when it began",)
    way = "up" if turn.change > 0 else "down"
    return (f", when it stepped {way} by ", *_a_day(abs(turn.change), currency))


def _brief(trend: Trend, today: date) -> str:
    turn = trend.turns[-1] if trend.turns else None
    if turn and turn.step and turn.before < _NOTHING <= trend.now:
        return f"new since {short_day(turn.day, today)}"
    if turn and turn.step and trend.now < _NOTHING <= turn.before:
        return f"ended {short_day(turn.day, today)}"
    if trend.growth is not None and trend.growth.clear:
        return f"{_signed(trend.growth.share)} a month"
    if turn and turn.step:
        return f"{'up' if turn.change > 0 else 'down'} on {short_day(turn.day, today)}"
    return "steady"


def _a_day(amount: Decimal, currency: str) -> tuple[Span, ...]:
    return (Bold(words.money(Money(amount, currency))), " a day")


def _bounds(found: Growth) -> str:
    return f"{_signed(found.low)} to {_signed(found.high)}"


def _signed(ratio: Decimal) -> str:
    return ("+" if ratio > 0 else "") + words.percent(ratio)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)
