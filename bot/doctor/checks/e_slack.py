"""Slack: the token is taken, has the scopes of the manifest, and clocks agree."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.doctor.web import ask
from bot.manifest import DEPLOY

ABOUT = "Slack"
ADMIN = "an admin of the Slack workspace"
#: Slack's signatures are good for five minutes.
SKEW, FAR_SKEW = 60.0, 240.0


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    token = settings.slack_bot_token
    if token is None:
        return [off(ABOUT, "SLACK_BOT_TOKEN is not set")]
    found: list[Remark] = []
    signing = settings.slack_signing_secret
    if settings.slack_app_token is None and signing is None:
        todo = "set SLACK_SIGNING_SECRET (Basic Information), or SLACK_APP_TOKEN for Socket Mode"
        found.append(bad(ABOUT, "nothing from Slack can be trusted or received", todo))
    elif signing is not None and not re.fullmatch(r"[0-9a-f]{32}", signing.reveal()):
        todo = "copy the Signing Secret from Basic Information, not the Client Secret"
        found.append(warning(ABOUT, "SLACK_SIGNING_SECRET has not the shape of one", todo))
    app_token = settings.slack_app_token
    if app_token is not None and not app_token.reveal().startswith("xapp-"):
        todo = "use an app-level token with connections:write (Basic Information)"
        found.append(bad(ABOUT, "SLACK_APP_TOKEN is no app-level token", todo))
    url = f"{settings.slack_api_url.rstrip('/')}/auth.test"
    reply = await ask(url, {"Authorization": f"Bearer {token.reveal()}"}, "POST")
    if reply.status == 0:
        todo = "let this machine reach slack.com over HTTPS, through its proxy if there is one"
        return [*found, bad(ABOUT, f"cannot be reached ({reply.said})", todo)]
    body = reply.body if isinstance(reply.body, dict) else {}
    if not body.get("ok"):
        why = str(body.get("error") or reply.status)[:60]
        todo = "install the app anew and set SLACK_BOT_TOKEN to its xoxb- token"
        return [*found, bad(ABOUT, f"does not take the token: {why}", todo, ADMIN)]
    lower = {name.lower(): value for name, value in reply.headers.items()}
    found += _scopes(lower.get("x-oauth-scopes", ""))
    found += _clock(patient.now, lower.get("date", ""))
    team = str(body.get("team", ""))[:60]
    return [ok(ABOUT, f"signed in to {team}"), *found]


def _scopes(granted: str) -> list[Remark]:
    manifest = json.loads((DEPLOY / "slack" / "manifest.json").read_text())
    wanted = set(manifest["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - {scope.strip() for scope in granted.split(",")})
    if not granted or not missing:
        return []
    todo = "add them under OAuth & Permissions and install the app anew"
    return [bad("Slack scopes", f"missing: {', '.join(missing)}", todo, ADMIN)]


def _clock(now: datetime, date: str) -> list[Remark]:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return []
    skew = abs((now - theirs).total_seconds())
    said, todo = f"{skew:.0f} s off Slack's", "synchronise the clock (chrony, systemd-timesyncd)"
    if skew > FAR_SKEW:
        return [bad("clock", f"{said}: its signatures are refused", todo)]
    return [warning("clock", said, todo)] if skew > SKEW else [ok("clock", said)]


CHECK = Check(ABOUT, run)
