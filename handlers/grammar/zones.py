"""Time zones as people name them: Europe/Berlin, berlin, New York time; errors that teach."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from handlers.grammar.keywords import RESERVED
from handlers.grammar.problem import choices, nearest, shown

_AREA_NAMES = "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific"
_AREAS = frozenset(_AREA_NAMES.split(" "))
#: Letters that stand for one half of the year only, or for several places at once.
_LETTERS = {
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CT": "America/Chicago",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MT": "America/Denver",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "WET": "Europe/Lisbon",
    "BST": "Europe/London",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "SGT": "Asia/Singapore",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
_OFFSETS = ("utc+", "utc-", "gmt+", "gmt-", "+", "-")
_LONGEST_NAME = 3


class ZoneError(ValueError):
    """A word that should be a time zone and is none; `instead` are zones to try."""

    def __init__(self, message: str, instead: Sequence[str]) -> None:
        super().__init__(message)
        self.instead = tuple(instead)


def read(words: Sequence[str], sure: bool = False) -> tuple[str, int] | None:
    """The zone that the first words name, and how many words that takes; None when they name none.

    Raises ZoneError when they surely should: after "in", with a slash, letters such as PST, or a
    name with a typo. `sure` says that whatever comes is meant as a zone.
    """
    if not words:
        return None
    first = words[0].strip("(),.")
    if first.upper() in _LETTERS:
        better = _LETTERS[first.upper()]
        message = f"{first.upper()} is not one time all year round. Name a city, such as {better}."
        raise ZoneError(message, (better,))
    for count in range(min(_LONGEST_NAME, len(words)), 0, -1):
        said = " ".join(words[:count]).strip("(),.").casefold().removesuffix(" time")
        if (count > 1 or said not in RESERVED) and (found := _named(said)):
            more = words[count : count + 1] == ["time"]
            return found, count + more
    if first.casefold() in RESERVED and not sure:
        return None
    if first.casefold().startswith(_OFFSETS) and any(letter.isdigit() for letter in first):
        message = f"{first} knows no summer time. Name a city, such as Europe/Berlin, or UTC."
        raise ZoneError(message, ("Europe/Berlin", "UTC"))
    near = _near(first)
    if sure or "/" in first or near:
        near = near or ("Europe/Berlin", "America/New_York", "UTC")
        message = f"I do not know the time zone {shown(first)}. Did you mean {choices(near)}?"
        raise ZoneError(message, near)
    return None


def is_zone(word: str) -> bool:
    """Whether one word is a zone's whole name, wherever it stands: Europe/Berlin, UTC."""
    return word.casefold() in _zones() and ("/" in word or word.upper() in ("UTC", "GMT"))


def exact(name: str) -> str | None:
    """The zone of that name as it is written, in whatever case it came."""
    return _zones().get(name.casefold())


def _named(said: str) -> str | None:
    return _zones().get(said.replace(" ", "_")) or _cities().get(said)


def _near(word: str) -> tuple[str, ...]:
    lower = word.casefold()
    if "/" in word:
        return tuple(nearest(word, _zones().values(), 3))
    if len(word) < 5 or lower in RESERVED:
        return ()
    found = get_close_matches(lower, _cities(), n=2, cutoff=0.85)
    return tuple(_cities()[city] for city in found)


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones())}


@cache
def _cities() -> dict[str, str]:
    """The last part of a name as people say it, where it lies in one place."""
    found: dict[str, str] = {}
    for name in sorted(available_timezones(), key=lambda name: (name.count("/"), name)):
        area, _, city = name.rpartition("/")
        if area.partition("/")[0] in _AREAS:
            found.setdefault(city.casefold().replace("_", " "), name)
    return found
