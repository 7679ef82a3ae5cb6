"""costbot looks at itself: its sources, its bill, its rights, and what it could not deliver."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.collecting import switched_on
from bot.collectors.model import Collector
from bot.doctor.examine import every, examine
from bot.doctor.model import Check, Level, Patient
from bot.settings import Settings
from cards import words
from domain.collected import Collected
from domain.delivery import Letter
from domain.finding import Severity
from domain.ports import Collections, Lake, Letters
from domain.trouble import Trouble

KIND = "self"
#: AWS delivers a day within two; three are a slow one, a week is a weekend and a holiday.
LATE, STALE = timedelta(days=3), timedelta(days=7)
#: What of the doctor's looks is repeated: rights that others can take away.
LOOKED_AT = frozenset({"Slack", "Teams", "Jira", "PagerDuty", "Datadog"})
_MOST = 200


class Itself:
    """Implements `domain.trouble.SelfWatch`.

    A right counts as lost when two looks in a row say so: a network that stumbles is none.
    """

    def __init__(
        self,
        settings: Settings,
        lake: Lake,
        collected: Callable[[], Collections],
        letters: Callable[[], Letters],
        checks: Sequence[Check] | None = None,
    ) -> None:
        self._settings = settings
        self._lake = lake
        self._collected, self._letters = collected, letters
        self._checks = [c for c in every() if c.about in LOOKED_AT] if checks is None else checks
        self._before: frozenset[str] = frozenset()

    async def troubles(self, now: datetime) -> Sequence[Trouble]:
        return [
            *self._stale(now),
            *await self._silent(now),
            *await self._lost(now),
            *await self._undelivered(),
        ]

    def _stale(self, now: datetime) -> Sequence[Trouble]:
        """The bill has no newer days."""
        last = self._lake.status().last_day
        if last is None or now.date() - last <= LATE:
            return ()
        age = now.date() - last
        severity = Severity.HIGH if age > STALE else Severity.MEDIUM
        title = f"The bill is {age.days} days old"
        said = f"The newest day is {words.day(last)}; numbers of later days are not known."
        todo = "look whether AWS still delivers the export, and whether it is loaded: /cost status"
        return (Trouble("bill", title, severity, said, todo),)

    async def _silent(self, now: datetime) -> Sequence[Trouble]:
        """Sources that gave nothing for longer than they may."""
        found: list[Trouble] = []
        for collector, source in switched_on(self._settings):
            state = await self._collected().get(source)
            if state is not None and (since := _silence(state, collector, now)) is not None:
                found.append(_silent(collector, state, now - since))
        return found

    async def _lost(self, now: datetime) -> Sequence[Trouble]:
        remarks = await examine(Patient(self._settings, now), self._checks)
        bad = {one.about: one for one in remarks if one.level is Level.BAD}
        before, self._before = self._before, frozenset(bad)
        return [
            Trouble(
                f"right:{about.lower()}",
                f"{about}: {one.said}"[:120],
                Severity.HIGH,
                one.said,
                one.todo,
                one.who,
            )
            for about, one in bad.items()
            if about in before
        ]

    async def _undelivered(self) -> Sequence[Trouble]:
        """Places that messages were given up for; messages about that itself do not count."""
        by_place: dict[str, list[Letter]] = defaultdict(list)
        for letter in await self._letters().listed(_MOST):
            if letter.finding.kind != KIND:
                by_place[letter.showing.destination].append(letter)
        return [_given_up(place, letters) for place, letters in sorted(by_place.items())]


def _silence(state: Collected, collector: Collector, now: datetime) -> datetime | None:
    """Since when a source gives nothing, where that is too long."""
    since = state.good_at or state.failed_since
    return since if since is not None and now - since > collector.late else None


def _silent(collector: Collector, state: Collected, silence: timedelta) -> Trouble:
    hours = silence.total_seconds() / 3600
    long = f"{hours:.0f} hours" if hours < 72 else f"{silence.days} days"
    said = state.failure or "It was not asked: is the bot's scheduler running?"
    return Trouble(
        f"source:{state.source}"[:200],
        f"{state.source} has given nothing for {long}",
        Severity.HIGH if collector.here else Severity.MEDIUM,
        said,
        "python -m bot doctor says what is missing",
    )


def _given_up(place: str, letters: Sequence[Letter]) -> Trouble:
    reason = letters[0].showing.reason or "no reason was given"
    return Trouble(
        f"undelivered:{place}",
        f"{words.plural(len(letters), 'message')} could not be delivered to {place}",
        Severity.MEDIUM,
        reason,
        "put that right, then send them again: /cost undelivered",
    )
