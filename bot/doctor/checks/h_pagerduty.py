"""PagerDuty: the key has the shape of one, and the events address answers."""

import re
from collections.abc import Sequence

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.doctor.web import ask

ABOUT = "PagerDuty"
ADMIN = "an admin of PagerDuty"


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    key = settings.pagerduty_routing_key
    if key is None:
        return [off(ABOUT, "PAGERDUTY_ROUTING_KEY is not set")]
    if not re.fullmatch(r"[A-Za-z0-9]{32}", key.reveal()):
        todo = "use the Integration Key of an Events API v2 integration of the service"
        return [bad(ABOUT, "PAGERDUTY_ROUTING_KEY has not the shape of one", todo, ADMIN)]
    url = settings.pagerduty_events_url or "https://events.pagerduty.com"
    reply = await ask(url)
    if reply.status == 0:
        todo = "let this machine reach it over HTTPS; EU accounts set PAGERDUTY_EVENTS_URL"
        return [bad(ABOUT, f"{url} cannot be reached ({reply.said})", todo)]
    # Whether the key is one shows only when something is sent, and that would page somebody.
    said = "can be reached; the key has its shape, and is tried with the first page"
    if settings.pagerduty_webhook_secret is None:
        todo = "set PAGERDUTY_WEBHOOK_SECRET and make the webhook (README)"
        return [ok(ABOUT, said), warning(ABOUT, "acknowledgements there are not heard", todo)]
    return [ok(ABOUT, said)]


CHECK = Check(ABOUT, run)
