"""A budget in a sentence: 12,000 monthly for team=payments at 80, 100 under platform."""

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.budget import Cadence, Threshold
from domain.errors import UserError
from handlers.grammar.sentence import Sentence

LARGEST = Decimal(10) ** 12
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "dollars": "USD", "dollar": "USD"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAME = r"(?P<name>=+|[\w.:&+-]+)"
_SHARES = r"(?P<shares>\d{1,4}(?:\.\d+)? ?%?(?:(?: ?, ?| and | )\d{1,4}(?:\.\d+)? ?%?)*)"
_CADENCES = (
    (r"(?:monthly|(?:per|a|each|every) month)", Cadence.MONTHLY),
    (r"(?:quarterly|(?:per|a|each|every) quarter)", Cadence.QUARTERLY),
    (r"(?:yearly|annual(?:ly)?|(?:per|a|each|every) year)", Cadence.YEARLY),
)
_STARTS = (
    rf"(?:starting |beginning )?(?:from|on) (?:the )?{_DAY}(?: of)? {_MONTH}",
    rf"(?:starting |beginning )?(?:from|in) {_MONTH}(?: {_DAY})?",
    rf"(?:starting |beginning |resets? )?(?:from|on) (?:the )?(?:day )?{_DAY}(?: of (?:the|each) month)?",  # noqa: E501
)
_AMOUNT = (
    r"(?:of |to )?(?P<sign>[$€£])? ?(?P<amount>\d[\d,_']*(?:\.\d+)?) ?(?P<times>[km])?"
    r"(?: ?(?P<code>usd|eur|gbp|chf|jpy|cny|inr|aud|cad|brl|dollars?))?"
)
_NEVER = r"(?:daily|weekly|hourly|(?:per|a|each|every) (?:day|week|hour))"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a sentence says about a budget; None is what it leaves open. `words` are the filters."""

    words: str
    amount: Decimal | None = None
    currency: str | None = None
    cadence: Cadence | None = None
    start_month: int | None = None
    start_day: int | None = None
    actual: tuple[Threshold, ...] | None = None
    forecast: tuple[Threshold, ...] | None = None
    name: str | None = None
    parent: str | None = None


def hear_limit(command: str, text: str) -> Limit:
    """Take what a budget is out of `text`; errors offer whole corrected commands."""
    said = Sentence(command, text)
    if never := said.find(_NEVER):
        better = tuple(said.whole(never.span(), one.value) for one in Cadence)
        raise UserError("A budget is monthly, quarterly or yearly.", better)
    name = _name(said, rf"(?:as|called|named) {_NAME}")
    parent = _name(said, rf"(?:under|within|part of) {_NAME}")
    forecast = _shares(said, rf"forecast(?:ed)? (?:at |of )?{_SHARES}", ahead=True)
    if said.take(r"(?:no|without(?: a)?) forecast"):
        forecast = ()
    actual = _shares(said, rf"(?:and )?(?:alert(?:s|ing)? |warn(?:ing)? |notify )?at {_SHARES}")
    month, day = _start(said)
    cadence = next((one for pattern, one in _CADENCES if said.take(pattern)), None)
    amount, currency = _amount(said)
    rest = re.sub(r"^(?:for|where|of|on)\s+", "", said.rest(), flags=re.IGNORECASE)
    return Limit(rest, amount, currency, cadence, month, day, actual, forecast, name, parent)


def _name(said: Sentence, pattern: str) -> str | None:
    found = said.take(pattern)
    if found is None:
        return None
    start, end = found.span("name")
    return said.text[start:end].strip("\"'“”„‘’«»`").strip()


def _shares(said: Sentence, pattern: str, ahead: bool = False) -> tuple[Threshold, ...] | None:
    found = said.take(pattern)
    if found is None:
        return None
    numbers = [Decimal(one) for one in re.findall(r"\d+(?:\.\d+)?", found["shares"])]
    if any(not 1 <= number <= 1000 for number in numbers):
        better = said.whole(found.span(), "forecast 100" if ahead else "at 80, 100")
        raise UserError("A threshold is a share of the budget, from 1 to 1000 %.", (better,))
    return tuple(Threshold(number / 100, ahead) for number in sorted(set(numbers)))


def _start(said: Sentence) -> tuple[int | None, int | None]:
    found = said.take(*_STARTS)
    if found is None:
        return None, None
    parts = found.groupdict()
    day = int(parts["day"]) if parts.get("day") else None
    if day is not None and not 1 <= day <= 31:
        better = said.whole(found.span(), "from day 1")
        raise UserError("A month has the days 1 to 31; 31 is its last one.", (better,))
    month = parts.get("month")
    return (_MONTHS.index(month) + 1 if month else None), day


def _amount(said: Sentence) -> tuple[Decimal | None, str | None]:
    found = said.take(_AMOUNT)
    if found is None:
        return None, None
    digits = re.sub(r"[,_']", "", found["amount"])
    times = {"k": 1000, "m": 1_000_000, None: 1}[found["times"]]
    amount = Decimal(digits) * times
    if not 0 < amount < LARGEST:
        better = said.whole(found.span(), "12000")
        raise UserError("A budget is more than nothing, and less than a trillion.", (better,))
    code = found["code"] or found["sign"]
    return amount, (_CURRENCIES.get(code, code.upper()) if code else None)
