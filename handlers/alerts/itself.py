"""What is wrong with costbot itself, told as a finding: nobody looks at a bot that is silent."""

from collections.abc import Sequence
from dataclasses import replace

from domain.finding import Finding, Status
from domain.trouble import Trouble
from handlers.kinds import AlertKind, Context

KIND = "self"
_LIVE = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED})
_MOST = 100


async def find(context: Context) -> Sequence[Finding]:
    """A finding for each trouble, which is over when the trouble is."""
    if context.use.itself is None:
        return ()
    troubles = await context.use.itself.troubles(context.now)
    known = await context.use.memory.findings.listed(_LIVE, KIND, _MOST)
    still = {trouble.key for trouble in troubles}
    over = [one for one in known if one.key not in still]
    return [
        *(_finding(context, trouble) for trouble in troubles),
        *(replace(one, status=Status.RESOLVED, seen_at=context.now) for one in over),
    ]


def _finding(context: Context, trouble: Trouble) -> Finding:
    facts = [("What", trouble.said), ("What to do", trouble.todo)]
    if trouble.who:
        facts.append(("Who", trouble.who))
    return Finding(
        kind=KIND,
        key=trouble.key,
        title=trouble.title,
        severity=trouble.severity,
        seen_at=context.now,
        facts=tuple(facts),
        command="status",
    )


ALERT = AlertKind(
    KIND,
    "Something that costbot needs is stale, silent, lost or not delivered",
    find,
    hourly=True,
)
