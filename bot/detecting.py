"""`python -m bot detect`: look for findings now; a running bot shows what is recorded."""

import json
from collections.abc import Sequence
from typing import Any

from bot import watch
from bot.assembly import Parts
from cards import text
from cards.views.findings import findings
from domain.finding import Finding
from handlers.kinds import Actor, Context, Origin, Surface

HERE = Origin("console", "local", Surface.CONSOLE)


async def detect(parts: Parts) -> tuple[Finding, ...]:
    """What every alert finds at this moment, recorded with its places."""
    context = Context(Actor("console", "local", "you"), HERE, parts.now(), parts.use)
    seen = await watch.look(context, parts.alerts)
    return await parts.memory.findings.report(seen, context.now)


def printed(found: Sequence[Finding], as_json: bool) -> str:
    """For a person, or for a program: one object with a list of findings."""
    if as_json:
        return json.dumps({"findings": [data(one) for one in found]}) + "\n"
    return text.render(findings(found, "Found"))


def data(one: Finding) -> dict[str, Any]:
    """A finding as JSON. Amounts are text, moments ISO 8601 in UTC."""
    impact = one.impact
    return {
        "number": one.number,
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "severity": one.severity.value,
        "status": one.status.value,
        "impact": {"amount": str(impact.amount), "currency": impact.currency} if impact else None,
        "owner": one.owner,
        "labels": dict(one.labels),
        "facts": dict(one.facts),
        "seen_at": one.seen_at.isoformat(),
    }
