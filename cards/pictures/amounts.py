"""Short forms of amounts, as they stand on an axis or beside a bar: $1.2k, 40 %, 3.5M."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
SUFFIXES = ("", "k", "M", "B", "T")
WHOLE = {"JPY", "KRW"}


def is_currency(unit: str) -> bool:
    """ISO 4217 codes are three capital letters; anything else is a word to be shown once."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def compact(value: float, unit: str) -> str:
    """Two or three digits that tell amounts apart: $12.34, $912, $9.1k, $128k, $3.29M."""
    power = _power(abs(value))
    number = abs(value) / 1000**power
    if power:
        most = 1 if power == 1 else 2
        digits = _rounded(number, max(0, min(most, 3 - len(str(int(number))))))
    else:
        digits = _small(number, unit)
    negative = value < 0 and digits.strip("0.") != ""
    return _dress(digits + SUFFIXES[power], unit, negative)


def ticks(values: Sequence[float], unit: str) -> list[str]:
    """Labels for an axis: one suffix and one number of decimals for all, zero plain."""
    power = _power(max((abs(value) for value in values), default=0.0))
    scaled = [value / 1000**power for value in values]
    decimals = next(
        (d for d in range(6) if all(abs(round(v, d) - v) < 1e-9 * max(1, abs(v)) for v in scaled)),
        6,
    )
    if is_currency(unit) and not power and decimals == 1:
        decimals = 2
    return [
        _dress("0" if not v else f"{abs(v):.{decimals}f}{SUFFIXES[power]}", unit, negative=v < 0)
        for v in scaled
    ]


def percent(part: float, whole: float) -> str:
    """A share in whole percent; something is never shown as nothing, nor a part as all."""
    share = 100 * part / whole if whole else 0.0
    if 0 < share < 1:
        return "<1 %"
    return ">99 %" if 99 < share < 100 else f"{share:.0f} %"


def _power(size: float) -> int:
    power = 0
    while size >= 999.5 and power < len(SUFFIXES) - 1:
        size, power = size / 1000, power + 1
    return power


def _small(number: float, unit: str) -> str:
    if not number:
        return "0"
    if number >= 100 or unit in WHOLE:
        return _rounded(number, 0)
    if number < 0.01:
        return f"{Decimal(f'{number:.2g}'):f}" if number >= 0.00005 else "0"
    digits = _rounded(number, 2)
    return digits if is_currency(unit) else digits.rstrip("0").rstrip(".")


def _rounded(number: float, decimals: int) -> str:
    """Half up, as the amounts beside the picture are rounded."""
    return f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def _dress(digits: str, unit: str, negative: bool) -> str:
    sign = "−" if negative else ""
    if unit == "%":
        return f"{sign}{digits} %"
    if not is_currency(unit):
        return sign + digits
    symbol = SYMBOLS.get(unit)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits} {unit}"
