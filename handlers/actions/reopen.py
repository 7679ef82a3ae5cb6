"""The Open again button: the way back from every state."""

from collections.abc import Mapping

from domain import changes
from domain.finding import Finding, Status
from handlers import steps
from handlers.kinds import ActionHandler, Answer, Context


def _open(found: Finding, doer: changes.Doer) -> Finding:
    if found.status is Status.OPEN:
        return found
    return changes.released(found, doer, "opened it again")


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    return await steps.take(context, args.get("finding", ""), _open)


ACTION = ActionHandler("reopen", "Open a finding again, whatever became of it", run)
