"""Teams: the registration is whole, and Microsoft gives a token for it."""

from collections.abc import Sequence
from urllib.parse import quote

import aiohttp

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.doctor.web import SECONDS

ABOUT = "Teams"
ADMIN = "whoever registered the bot in Azure"


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    if settings.teams_app_id is None:
        return [off(ABOUT, "TEAMS_APP_ID is not set")]
    if settings.teams_app_password is None:
        if settings.teams_anonymous:
            return [warning(ABOUT, "COSTBOT_TEAMS_ANONYMOUS is for trying at home", "unset it")]
        return [bad(ABOUT, "TEAMS_APP_PASSWORD is not set", "set it to a client secret", ADMIN)]
    from bot.adapters.teams.cloud import cloud_of

    cloud = cloud_of(settings.teams_openid_url, settings.teams_anonymous)
    tenant = quote(settings.teams_app_tenant, safe="")
    data = {
        "grant_type": "client_credentials",
        "client_id": settings.teams_app_id,
        "client_secret": settings.teams_app_password.reveal(),
        "scope": cloud.scope,
    }
    url = f"{cloud.login}/{tenant}/oauth2/v2.0/token"
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=SECONDS), trust_env=True
            ) as session,
            session.post(url, data=data) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, TimeoutError) as error:
        todo = "let this machine reach Microsoft's login over HTTPS"
        return [bad(ABOUT, f"cannot be reached ({type(error).__name__})", todo)]
    if status != 200:
        todo = "make a new client secret, and check TEAMS_APP_ID and TEAMS_APP_TENANT"
        return [bad(ABOUT, f"gives no token ({status})", todo, ADMIN)]
    return [ok(ABOUT, "gives a token for the bot")]


CHECK = Check(ABOUT, run)
