"""/cost findings [all|resolved|…]: what is open, and what became of the rest."""

from cards.views.findings import findings
from domain.errors import UserError
from domain.finding import MESSAGES, Status
from handlers.kinds import Answer, Command, Context

_MOST, _SHOWN = 1000, 50
_UNDONE = frozenset({Status.OPEN, Status.ACKNOWLEDGED})
_WORDS = {"": _UNDONE, "open": _UNDONE, "all": None} | {
    status.value: frozenset({status}) for status in Status if status is not Status.OPEN
}


async def run(context: Context, words: str) -> Answer:
    said = words.strip().lower()
    if said not in _WORDS:
        raise UserError(
            f"I cannot list '{said}' findings. Try one of: open, all, "
            f"{', '.join(status.value for status in Status if status is not Status.OPEN)}.",
            ("findings", "findings all"),
        )
    listed = await context.use.memory.findings.listed(_WORDS[said], limit=_MOST)
    found = [one for one in listed if one.kind not in MESSAGES][:_SHOWN]
    by_weight = sorted(found, key=lambda one: (-one.severity.rank, -one.number))
    what = "Open findings" if _WORDS[said] is _UNDONE else f"Findings, {said}"
    return Answer(findings(by_weight, what))


COMMAND = Command(
    name="findings",
    summary="What was found and is still open",
    usage=("findings [all|acknowledged|snoozed|expected|dismissed|resolved]",),
    examples=("findings", "findings all"),
    run=run,
    aliases=("alerts", "anomalies"),
)
