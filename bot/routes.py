"""Routes: which places a finding is for, first match first, with every reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.places import PAGERS
from bot.quiet import held_until
from bot.route_file import Routing
from bot.rules import OWNER, Rule, minutes_of
from domain.delivery import scheme
from domain.finding import NOTICES, Finding, Severity
from domain.routing import (
    ROOM,
    Explanation,
    Mute,
    Mutes,
    RoomLeft,
    Rooms,
    RuleLine,
    Sighting,
    Tried,
    Verdict,
)

#: The kind of a room's digest, which is for that room and nowhere else.
DIGEST = "digest"
DAY = timedelta(days=1)

#: Room and day: how many first copies were given out that no store knows yet.
Given = Counter[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class RouteBook:
    """Implements `domain.ports.Routes`: pure, but for what people muted and rooms were shown."""

    routing: Routing
    mutes: Mutes
    rooms: Rooms

    async def decide(self, finding: Finding, now: datetime) -> Verdict:
        return (await self.explain(finding, now)).verdict

    async def decide_all(
        self, asked: Sequence[tuple[Finding, datetime]], now: datetime
    ) -> tuple[Verdict, ...]:
        mutes = await self.mutes.active(now)
        decided = [await self._explain(one, at, mutes, Counter()) for one, at in asked]
        return tuple(explanation.verdict for explanation in decided)

    async def explain(self, finding: Finding, now: datetime) -> Explanation:
        return await self._explain(finding, now, await self.mutes.active(now), Counter())

    async def sightings(self, found: Sequence[Finding], now: datetime) -> tuple[Sighting, ...]:
        given: Given = Counter()
        mutes = await self.mutes.active(now)
        ranked = sorted(found, key=_importance, reverse=True)
        made: list[Sighting] = []
        for finding in ranked:
            verdict = (await self._explain(finding, now, mutes, given)).verdict
            owned = replace(finding, owner=verdict.owner)
            made.append(Sighting(owned, verdict.places, verdict.hold_until, verdict.held_back))
        return tuple(made)

    def rules(self) -> tuple[RuleLine, ...]:
        lines = [rule.line() for rule in self.routing.rules]
        if self.routing.otherwise:
            lines.append(RuleLine("alert rooms", "whatever no route takes", self.routing.otherwise))
        return tuple(lines)

    async def _explain(
        self, finding: Finding, now: datetime, mutes: Sequence[Mute], given: Given
    ) -> Explanation:
        if finding.kind == DIGEST:
            room = finding.labels[ROOM]
            return Explanation(Verdict((room,), "the digest of this room", finding.owner))
        owner = self.routing.owners.find(finding.labels)
        rule, tried = self._first(finding, owner.owner)
        places, notes = self._places(rule, owner.owner)
        places, unpaged = _unpaged(finding, rule, places)
        notes = (*notes, unpaged) if unpaged else notes
        if (room := finding.labels.get(ROOM)) and room not in places:
            places, notes = (*places, room), (*notes, f"it belongs to {room}")
        verdict = Verdict(
            places,
            rule.name if rule else _NO_RULE if places else "no route takes it",
            owner.owner,
            (owner.links[-1], *(f"{one.rule}: {one.why}" for one in tried if one.fired), *notes),
        )
        muted = [mute for mute in mutes if mute.covers(finding, now)]
        if muted:
            said = _muted(max(muted, key=lambda mute: mute.until))
            verdict = replace(verdict, places=(), rule=said, steps=(*verdict.steps, said))
            return Explanation(verdict, tried, owner.links, mute=said)
        verdict = self._escalating(verdict, rule, finding, owner.owner)
        quiet, verdict = _quiet(verdict, rule, finding, now)
        rooms, verdict = await self._counted(verdict, finding, now, given)
        return Explanation(verdict, tried, owner.links, quiet, rooms=rooms, unpaged=unpaged)

    def _first(self, finding: Finding, owner: str) -> tuple[Rule | None, tuple[Tried, ...]]:
        """The first rule that fires, and all that were looked at before it did."""
        tried: list[Tried] = []
        for rule in self.routing.rules:
            tried.append(rule.tried(finding, owner))
            if tried[-1].fired:
                return rule, tuple(tried)
        return None, tuple(tried)

    def _places(self, rule: Rule | None, owner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if rule is None:
            none = ("no route takes it and COSTBOT_ALERT_ROOMS is not set: it is only recorded",)
            return self.routing.otherwise, () if self.routing.otherwise else none
        return self._resolved(rule.to, owner)

    def _resolved(self, to: Sequence[str], owner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Places, `owner` replaced by where that one hears; nobody's finding is nobody's loss: it
        goes to the default owner, then to the alert rooms."""
        owners = self.routing.owners
        places: list[str] = []
        notes: list[str] = []
        for one in to:
            if one != OWNER:
                places.append(one)
            elif heard := owners.places(owner):
                places += heard
                notes.append(f"{owner} hears in {', '.join(heard)}")
            else:
                instead = owners.places(owners.default) or self.routing.otherwise
                places += instead
                where = ", ".join(instead) or "nowhere"
                notes.append(f"owner {owner or 'unknown'} has no room, so {where}")
        return tuple(dict.fromkeys(places)), tuple(notes)

    def _escalating(
        self, verdict: Verdict, rule: Rule | None, finding: Finding, owner: str
    ) -> Verdict:
        if rule is None or rule.escalate_after is None:
            return verdict
        places, _ = self._resolved(rule.escalate_to, owner)
        places, _ = _unpaged(finding, rule, places)
        if not places:
            return verdict
        minutes = minutes_of(rule.escalate_after)
        step = f"to {', '.join(places)} if nobody acknowledges it within {minutes} minutes"
        return replace(
            verdict,
            escalate_to=places,
            escalate_after_minutes=minutes,
            steps=(*verdict.steps, step),
        )

    async def _counted(
        self, verdict: Verdict, finding: Finding, now: datetime, given: Given
    ) -> tuple[tuple[RoomLeft, ...], Verdict]:
        """Without the rooms that have had enough today; what is critical is shown all the same."""
        limits = self.routing.alerts_per_day
        limited = [place for place in verdict.places if place in limits]
        if not limited:
            return (), verdict
        shown = await self.rooms.places(finding.id, now)
        day = _day(verdict.hold_until or now)
        lefts: list[RoomLeft] = []
        full: list[str] = []
        for room in limited:
            had = await self.rooms.first_shown(room, day, day + DAY) + given[room, day]
            lefts.append(RoomLeft(room, had, limits[room]))
            if room in shown:
                continue
            if had >= limits[room] and finding.severity is not Severity.CRITICAL:
                full.append(room)
            else:
                given[room, day] += 1
        steps = tuple(f"{room} has had its {limits[room]} alerts: in its digest" for room in full)
        return tuple(lefts), replace(
            verdict,
            places=tuple(place for place in verdict.places if place not in full),
            held_back=tuple(full),
            steps=(*verdict.steps, *steps),
        )


_NO_RULE = "alert rooms, for no route takes it"


def _unpaged(
    finding: Finding, rule: Rule | None, places: tuple[str, ...]
) -> tuple[tuple[str, ...], str]:
    """Without the pager for a notice, and why, unless the route is one for notices."""
    kept = tuple(place for place in places if scheme(place) not in PAGERS)
    named = rule is not None and finding.kind in rule.kinds
    if finding.kind not in NOTICES or named or kept == places:
        return places, ""
    return kept, f"no page: only a route with kind {finding.kind} pages"


def _quiet(
    verdict: Verdict, rule: Rule | None, finding: Finding, now: datetime
) -> tuple[str, Verdict]:
    until = held_until(rule.quiet, now) if rule else None
    if until is None:
        return "", verdict
    if finding.severity is Severity.CRITICAL:
        said = "it is quiet, but what is critical passes"
        return said, replace(verdict, steps=(*verdict.steps, said))
    said = f"quiet until {_moment(until)}"
    return said, replace(verdict, hold_until=until, steps=(*verdict.steps, said))


def _muted(mute: Mute) -> str:
    why = f" ({mute.why})" if mute.why else ""
    return f"muted by {mute.who} until {_moment(mute.until)}{why}"


def _moment(value: datetime) -> str:
    utc = value.astimezone(UTC)
    return f"{utc:%a} {utc.day} {utc:%b %H:%M} UTC"


def _day(moment: datetime) -> datetime:
    """The UTC day of a moment, by its first instant."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _importance(finding: Finding) -> tuple[int, float, str]:
    amount = float(finding.impact.amount) if finding.impact else 0.0
    return finding.severity.rank, amount, finding.id
