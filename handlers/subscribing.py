"""Subscribing: which command a place wants by itself and when, read, tried once and remembered."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.occasions import Rhythm, Unit, following
from cards.views.report import Kind
from cards.views.subscription import Subscribed, card
from domain.errors import NoBillError, UserError
from domain.ports import Subscription
from handlers import dispatch, replies
from handlers.grammar.schedule import Heard, hear
from handlers.kinds import Answer, Context, Surface
from handlers.reporting import KINDS

#: More in one place is a mistake or a nuisance.
MOST = 25
AT = "09:00"

_KIND_OF: dict[str, Kind] = {
    "day": "daily",
    "workday": "daily",
    "week": "weekly",
    "month": "monthly",
}
_NAMED: dict[str, Kind] = {kind: kind for kind in KINDS}
_UNIT_OF: dict[Kind, Unit] = {"daily": "day", "weekly": "week", "monthly": "month"}
PLACES = {
    Surface.ROOM: "this channel",
    Surface.DIRECT: "this chat",
    Surface.CONSOLE: "this terminal",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A command (its words without the schedule) and what was said about when."""

    words: str
    heard: Heard
    kind: Kind = "daily"


def report(command: str, text: str) -> Wish:
    """`weekly by team every friday at 9`: the first word says which report, the others when."""
    first, _, rest = text.strip().partition(" ")
    named = _NAMED.get(first.lower())
    heard = hear(f"{command} {named}", rest, _UNIT_OF[named]) if named else hear(command, text)
    kind = named or _KIND_OF[heard.unit or "day"]
    return Wish(f"report {kind} {heard.words}".strip(), heard, kind)


def anything(command: str, text: str) -> Wish:
    """`by service last 7d every monday at 9`: any command; a report when none is named."""
    first, _, rest = text.strip().partition(" ")
    if first.lower() in ("report", "reports"):
        return report(f"{command} report", rest)
    heard = hear(command, text)
    kind = _KIND_OF[heard.unit or "day"]
    return Wish(heard.words or f"report {kind}", heard, kind)


async def subscribe(context: Context, wish: Wish) -> Answer:
    """Remember it for the place where it was asked, after it was answered once."""
    memory = context.use.memory.subscriptions
    place = context.origin.destination
    await _try(context, wish.words)
    if len(await memory.listed(place)) >= MOST:
        raise UserError(
            f"There are {MOST} subscriptions here already. Stop one first.", ("subscriptions",)
        )
    rhythm, notes = _rhythm(context, wish)
    added = await memory.add(
        Subscription(
            place=place,
            words=wish.words,
            every=rhythm.every,
            at=f"{rhythm.at:%H:%M}",
            zone=rhythm.zone.key,
            who=context.actor.name,
            by=f"{context.actor.platform}:{context.actor.id}",
            created_at=context.now,
        )
    )
    where = PLACES[context.origin.surface]
    return Answer(card(shown(context, added), where, " ".join(notes)))


def shown(context: Context, subscription: Subscription) -> Subscribed:
    """A subscription as people read it."""
    rhythm = Rhythm.of(subscription.every, subscription.at, subscription.zone)
    moment = following(rhythm, context.now).moment
    return Subscribed(
        number=subscription.number,
        words=subscription.words,
        when=f"{rhythm.said} at {subscription.at} {subscription.zone}",
        who=subscription.who,
        next_local=moment.astimezone(rhythm.zone),
        next_utc=moment,
        zone=subscription.zone,
    )


async def here(context: Context) -> Sequence[Subscription]:
    """What this place has subscribed to."""
    return await context.use.memory.subscriptions.listed(context.origin.destination)


async def _try(context: Context, words: str) -> None:
    """Refuse now what could never be answered, rather than every morning."""
    command, rest = dispatch.meant(context, words)
    if command.is_deed(rest):
        raise UserError(
            f"'{command.name}' changes something, so I never run it by myself. "
            "Subscribe to a question or a report.",
            ("report daily here at 09:00", "subscribe by service last 7d every monday at 09:00"),
        )
    try:
        await dispatch.ask(context, words)
    except NoBillError:
        return


def _rhythm(context: Context, wish: Wish) -> tuple[Rhythm, list[str]]:
    """When, with what was left open filled in, and said to be."""
    heard, settle = wish.heard, replies.settle_days(context)
    unit = heard.unit or _UNIT_OF[wish.kind]
    on, notes = heard.on, list[str]()
    if unit == "week" and on is None:
        on = (6 + settle) % 7
        notes.append("It comes on the first day on which the last week is settled.")
    if unit == "month" and on is None:
        on = 1 + settle
        notes.append("It comes on the first day on which the last month is settled.")
    zone = heard.zone or context.use.zone
    if heard.zone is None:
        notes.append(f"You named no time zone, so it is {zone}.")
    if heard.at is None:
        notes.append(f"You named no time, so it is {AT}.")
    every = f"{unit}:{on}" if unit in ("week", "month") else unit
    return Rhythm.of(every, heard.at or AT, zone), notes
