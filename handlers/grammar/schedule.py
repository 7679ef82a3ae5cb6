"""The schedule in a sentence: daily here at 09:00 Europe/Berlin; what is left is the command."""

import re
from dataclasses import dataclass

from analytics.occasions import Unit
from domain.errors import UserError
from handlers.grammar import zones
from handlers.grammar.sentence import Sentence

_DAYS = {
    "mon": 0,
    "tue": 1,
    "wed": 2,
    "thu": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_DAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
_UNITS: dict[str, Unit] = {
    "day": "day",
    "daily": "day",
    "everyday": "day",
    "morning": "day",
    "evening": "day",
    "night": "day",
    "nightly": "day",
    "weekday": "workday",
    "workday": "workday",
    "workingday": "workday",
    "businessday": "workday",
    "week": "week",
    "weekly": "week",
    "month": "month",
    "monthly": "month",
}
_PARTS_OF_DAY = {"morning": "09:00", "evening": "18:00", "night": "23:00", "nightly": "23:00"}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "last": 31}

_NUMBER = r"(?:the )?(?:day )?(?P<number>\d{1,2})(?:st|nd|rd|th)?"
_NAMED = r"(?:the )?(?P<named>first|second|third|last)"
_OF = r"(?: of (?:the|each|every|a) month)"
#: What repeats, most particular first.
_REPEATS = (
    rf"(?:on )?{_NAMED}(?: day)? of (?:each|every) month",
    rf"(?:on )?{_NUMBER} of (?:each|every) month",
    rf"(?:every|each) {_DAY}(?:s|nesdays)?",
    r"(?:every|each) (?P<unit>day|morning|evening|night|weekday|workday|week|month)",
    r"(?:every|each) (?P<unit>(?:working|business) ?day)",
    rf"(?:every|each) (?P<number>\d{{1,2}})(?:st|nd|rd|th){_OF}?",
    r"(?:on )?(?P<unit>weekday|workday|(?:working|business) ?day)s",
    rf"(?:on )?{_DAY}s",
    r"(?P<unit>everyday|nightly)",
)
_BARE = r"(?P<unit>daily|weekly|monthly)"
_ON_THAT_DAY = rf"on (?:a )?{_DAY}s?"
_ON_DAY = rf"{_ON_THAT_DAY}(?= *(?:$|at\b|@|\d|here\b|in this\b|to (?:this|me)\b))"
_ON_DATE = (
    rf"on {_NAMED}(?: day)?{_OF}?",
    rf"on {_NUMBER}{_OF}?",
)
_HERE = r"(?:right )?(?:in |to |into )?(?:here|this (?:channel|room|chat|conversation)|to me)"
_ELSEWHERE = r"(?:in|to|into) (?:<?[#@][^ ]+)"
_CLOCK = (
    r"(?:at |@ ?)(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?"
    r"(?: ?(?P<half>[ap])\.?m\.?| ?(?:o'clock|h|hrs|uhr))?",
    r"(?:at )?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?: ?(?P<half>[ap])\.?m\.?)?",
    r"(?P<hour>\d{1,2}) ?(?P<half>[ap])\.?m\.?",
    r"(?:at )(?P<word>noon|midday|midnight)",
)
_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_NEVER = (
    r"(?:every|each) (?:other|second|third|\d+|two|three|few|couple of) (?:day|week|month|hour)s?"
    r"|(?:every|each) (?:hour|minute|quarter|year|fortnight)|hourly|yearly|annually|quarterly"
    r"|biweekly|bi-weekly|fortnightly|twice a (?:day|week|month)|once a (?:year|quarter)"
)
_SEVERAL = rf"{_DAY}s? ?(?:,|and|&|or|\+) ?(?:on )?(?:mon|tue|wed|thu|fri|sat|sun)\w*"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sentence says about when, and the other words; None is what it leaves open.

    `repeats` says that it asks for more than one answer: "every day", "here", a time.
    """

    words: str
    unit: Unit | None = None
    on: int | None = None
    at: str | None = None
    zone: str | None = None
    repeats: bool = False


def hear(command: str, text: str, unit: Unit | None = None) -> Heard:
    """Take the schedule out of `text`; errors offer whole corrected commands.

    `unit` is what the command has said already: after "weekly", "on friday" is a schedule.
    What stands in quotes, and the values of filters, are never part of it.
    """
    said = _Sentence(command, text)
    said.refuse_what_cannot_be()
    at = said.clock()
    zone = said.zone()
    named, on, part, repeats = said.rhythm(timed=at is not None, said=unit)
    here = said.take(_HERE) is not None
    if elsewhere := said.find(_ELSEWHERE):
        message = "I send to the place where you ask. Ask in that channel."
        raise UserError(message, (said.whole(elsewhere.span(), "here"),))
    wanted = here or at is not None or zone is not None or repeats
    return Heard(said.rest(), named, on, at or (_PARTS_OF_DAY.get(part)), zone, wanted)


@dataclass
class _Sentence(Sentence):
    """A sentence that may hold a schedule."""

    clock_end: int | None = None

    def refuse_what_cannot_be(self) -> None:
        if found := self.find(_NEVER):
            message = "I can send every day, on workdays, every week or every month."
            choices = ("every day", "every Monday", "every month")
            raise UserError(message, tuple(self.whole(found.span(), one) for one in choices))
        if found := self.find(_SEVERAL):
            message = "One weekday each: ask once for every day that you want."
            one = f"every {found['weekday']}"
            raise UserError(message, (self.whole(self._days(found), one),))

    def clock(self) -> str | None:
        found = self.take(*_CLOCK)
        if found is None:
            return None
        self.clock_end = found.end()
        parts = found.groupdict()
        if word := parts.get("word"):
            return _WORDS[word]
        hour, minute, half = int(parts["hour"]), int(parts.get("minute") or 0), parts.get("half")
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif half or hour > 24 or (hour == 24 and minute):
            hour = 99
        if hour > 24 or minute > 59:
            message = (
                f"There is no such time as {found[0].removeprefix('at ')}. Write 09:00 or 9am."
            )
            better = ("at 09:00", "at 17:00")
            raise UserError(message, tuple(self.whole(found.span(), one) for one in better))
        return f"{hour % 24:02}:{minute:02}"

    def zone(self) -> str | None:
        """The zone right after the time, or a whole zone's name anywhere."""
        if self.clock_end is not None and (found := self._zone_at(self.clock_end)):
            return found
        for word in re.finditer(r"(?:in )?\(?([^\s()]+)\)?", self.masked):
            if zones.is_zone(word[1]):
                self.remove(*word.span())
                return zones.exact(word[1])
        return None

    def _zone_at(self, start: int) -> str | None:
        lead = re.compile(r"\s*(?:,|\()?\s*(in (?!this\b|here\b|the\b|[#<]))?").match(
            self.masked, start
        )
        if lead is None:
            return None
        words = [*re.finditer(r"[^\s]+", self.masked[lead.end() :])]
        try:
            found = zones.read([self._typed(lead.end(), word) for word in words[:4]], bool(lead[1]))
        except zones.ZoneError as error:
            span = (lead.end() + words[0].start(), lead.end() + words[0].end())
            offers = tuple(self.whole(span, zone) for zone in error.instead)
            raise UserError(str(error), offers) from None
        if found is None:
            return None
        name, count = found
        self.remove(lead.start(), lead.end() + words[count - 1].end())
        return name

    def _typed(self, start: int, word: re.Match[str]) -> str:
        return self.text[start + word.start() : start + word.end()]

    def rhythm(self, timed: bool, said: Unit | None) -> tuple[Unit | None, int | None, str, bool]:
        """The unit, the day of it, the part of the day, and whether it was said to repeat."""
        unit, on, part = None, None, ""
        found = self.take(*_REPEATS)
        repeats = found is not None
        found = found or self.take(_BARE)
        if found is not None:
            part = (found.groupdict().get("unit") or "").replace(" ", "")
            unit, on = self._which(found)
        weekly = "week" in (unit, said)
        if on is None and unit in (None, "week") and (timed or weekly or self.find(_HERE)):
            day = self.take(_ON_THAT_DAY if weekly else _ON_DAY)
            if day is not None:
                unit, on, repeats = "week", _DAYS[day["weekday"][:3]], True
        if on is None and unit in (None, "month") and (date := self.take(*_ON_DATE)):
            (unit, on), repeats = self._which(date), True
        return unit, on, part, repeats

    def _which(self, found: re.Match[str]) -> tuple[Unit, int | None]:
        parts = found.groupdict()
        if weekday := parts.get("weekday"):
            return "week", _DAYS[weekday[:3]]
        if named := parts.get("named"):
            return "month", _ORDINALS[named]
        if number := parts.get("number"):
            if 1 <= int(number) <= 31:
                return "month", int(number)
            message = "A month has the days 1 to 31; 31 is its last one."
            raise UserError(message, (self.whole(found.span(), "on the last day"),))
        return _UNITS[(parts.get("unit") or "").replace(" ", "")], None

    def _days(self, found: re.Match[str]) -> tuple[int, int]:
        """The list of weekdays with what led to it."""
        lead = re.search(r"(?:(?:every|each|on) )?$", self.masked[: found.start()])
        start = lead.start() if lead else found.start()
        tail = re.compile(r"\w*(?: ?(?:,|and|&|or|\+) ?\w+day\w*)*").match(self.masked, found.end())
        return start, tail.end() if tail else found.end()
