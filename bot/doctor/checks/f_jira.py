"""Jira: the account is taken, the project is there, and an issue type can be made in it."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.doctor.web import ask

ABOUT = "Jira"
ADMIN = "an admin of Jira"


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    if not settings.jira_url:
        return [off(ABOUT, "JIRA_URL is not set")]
    token, project = settings.jira_token, settings.jira_project
    if token is None or not project:
        missing = "JIRA_TOKEN" if token is None else "JIRA_PROJECT"
        return [bad(ABOUT, f"{missing} is not set", f"set {missing}")]
    auth = (settings.jira_email, token.reveal()) if settings.jira_email else None
    headers = {} if auth else {"Authorization": f"Bearer {token.reveal()}"}
    base = f"{settings.jira_url.rstrip('/')}/rest/api/2"
    me = await ask(f"{base}/myself", headers, auth=auth)
    if me.status == 0:
        todo = "check JIRA_URL and whether this machine reaches it"
        return [bad(ABOUT, f"cannot be reached ({me.said})", todo)]
    if me.status in (401, 403):
        todo = "make a new API token for the account of JIRA_EMAIL (without one: an access token)"
        return [bad(ABOUT, f"does not take the account ({me.status})", todo, ADMIN)]
    if me.status != 200 or not isinstance(me.body, dict):
        return [bad(ABOUT, f"answers {me.status}", "check JIRA_URL: is it the address of Jira?")]
    there = await ask(f"{base}/project/{quote(project, safe='')}", headers, auth=auth)
    if there.status != 200:
        todo = f"give the account access to the project {project}, or set JIRA_PROJECT to its key"
        return [bad(ABOUT, f"the account sees no project {project}", todo, ADMIN)]
    found = [ok(ABOUT, f"signed in; project {project} is there")]
    if settings.jira_webhook_secret is None:
        todo = "set JIRA_WEBHOOK_SECRET and make the webhook (README), so that tickets speak back"
        found.append(warning(ABOUT, "what people do with tickets is not heard", todo))
    return found


CHECK = Check(ABOUT, run)
