"""Jira: the account is taken, the project is there, and an issue type can be made in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.doctor.web import ask

ABOUT = "Jira"
ADMIN = "an admin of Jira"
#: What tickets are, and the fields that costbot fills in or Jira fills in by itself.
TYPE = "Task"
FILLED = frozenset(
    {"project", "issuetype", "summary", "description", "labels", "priority", "reporter"}
)


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
    found = [await _fields(base, project, headers, auth)]
    if settings.jira_webhook_secret is None:
        todo = "set JIRA_WEBHOOK_SECRET and make the webhook (README), so that tickets speak back"
        found.append(warning(ABOUT, "what people do with tickets is not heard", todo))
    return found


async def _fields(
    base: str, project: str, headers: Mapping[str, str], auth: tuple[str, str] | None
) -> Remark:
    """Whether a ticket can be made: nothing is required that costbot does not fill in."""
    types = f"{base}/issue/createmeta/{quote(project, safe='')}/issuetypes"
    listed = _entries((await ask(types, headers, auth=auth)).body, "issueTypes")
    usual = next(
        (one for one in listed if str(one.get("name")).casefold() == TYPE.casefold()), None
    )
    if usual is None:
        named = ", ".join(str(one.get("name")) for one in listed) or "none"
        todo = f"add the issue type {TYPE} to the project, or set JIRA_PROJECT to one that has it"
        return bad(ABOUT, f"{project} has no issue type {TYPE}: it has {named}", todo, ADMIN)
    reply = await ask(f"{types}/{quote(str(usual.get('id')), safe='')}", headers, auth=auth)
    needed = [
        str(one.get("name") or one.get("fieldId"))
        for one in _entries(reply.body, "fields")
        if one.get("required")
        and not one.get("hasDefaultValue")
        and str(one.get("fieldId") or one.get("key")) not in FILLED
    ]
    if needed:
        todo = "make them optional for this issue type, or give them a default"
        said = f"{TYPE} in {project} requires {', '.join(needed)}, which costbot cannot fill in"
        return bad(ABOUT, said, todo, ADMIN)
    return ok(ABOUT, f"signed in; {project} takes a {TYPE}")


def _entries(body: Any, name: str) -> list[Mapping[str, Any]]:
    """Cloud calls the entries of createmeta by name, Data Center calls them `values`."""
    found = (body.get(name) or body.get("values")) if isinstance(body, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


CHECK = Check(ABOUT, run)
