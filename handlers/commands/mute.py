"""/cost mute [what] [how long] [because …]: first what it would silence, then silence."""

import re
from datetime import timedelta

from cards.views.mutes import listed, made, preview
from domain.errors import UserError
from domain.finding import Finding, Status
from domain.routing import Mute
from handlers import labels
from handlers.kinds import Answer, Command, Context

_EXAMPLE = 'mute service="Amazon RDS database" 2d because migration'
_WHY = re.compile(r"(?:^|\s)because\s+(.+)$", re.IGNORECASE | re.DOTALL)
#: Longer than anybody remembers why.
LONGEST = timedelta(days=366)
_OPEN = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
_MOST = 10_000


async def run(context: Context, words: str) -> Answer:
    mutes = context.use.memory.mutes
    first, _, rest = words.strip().partition(" ")
    if not first:
        return Answer(listed(await mutes.active(context.now)))
    confirmed = first.lower() == "confirm"
    wanted, again = _wanted(context, rest if confirmed else words)
    if not confirmed:
        return Answer(preview(wanted, await _silenced(context, wanted), f"mute confirm {again}"))
    same = (one for one in await mutes.active(context.now) if _as_long(one, wanted))
    known = next(same, None)
    return Answer(made(known or await mutes.add(wanted)))


def _wanted(context: Context, words: str) -> tuple[Mute, str]:
    """The mute that the words ask for, and the words that ask for it again."""
    found = _WHY.search(words)
    why = " ".join(found[1].split()) if found else ""
    read = labels.read(words[: found.start()] if found else words)
    kind = read.values.pop("kind", "").lower()
    values = labels.labels(read.values, context.use)
    said = labels.written(({"kind": kind} if kind else {}) | values)
    if not values and not kind:
        raise UserError("Say what to mute, such as service=ec2 or team=payments.", (_EXAMPLE,))
    ends = [end for word in read.rest if (end := labels.lasting(word, context.now))]
    strange = [
        word
        for word in read.rest
        if labels.lasting(word, context.now) is None and word.lower() not in ("for", "until")
    ]
    if strange or len(ends) != 1:
        problem = f"I do not know {strange[0]!r} here." if strange else "Say for how long, once."
        raise UserError(
            f"{problem} Write 4h, 2d, 1w or a day such as 2026-12-01; "
            "a reason comes after because.",
            (f"mute {said} 1d", f"mute {said} 1w"),
        )
    if not context.now < ends[0] <= context.now + LONGEST:
        raise UserError("A mute ends in the future, and within a year.", (f"mute {said} 1w",))
    actor = context.actor
    mute = Mute(kind, values, ends[0], actor.name, f"{actor.platform}:{actor.id}", why)
    lasts = next(word for word in read.rest if labels.lasting(word, context.now))
    return mute, f"{said} {lasts}" + (f" because {why}" if why else "")


async def _silenced(context: Context, mute: Mute) -> tuple[Finding, ...]:
    """The open findings that it covers."""
    found = await context.use.memory.findings.listed(_OPEN, limit=_MOST)
    return tuple(one for one in found if mute.covers(one, context.now))


def _as_long(known: Mute, wanted: Mute) -> bool:
    """Whether it silences the same for as long: a second click on the button adds nothing."""
    same = (known.kind, dict(known.labels)) == (wanted.kind, dict(wanted.labels))
    return same and known.until >= wanted.until - timedelta(minutes=5)


COMMAND = Command(
    name="mute",
    summary="Silence what is known for a while, after a look at what that would be",
    usage=("mute", "mute [kind=…] <label=value …> <how long> [because …]"),
    examples=("mute", _EXAMPLE, "mute kind=spike team=payments 4h"),
    run=run,
    changes=True,
    aliases=("mutes", "silence"),
)
