"""Datadog: the keys are taken, at the site that is named."""

from collections.abc import Sequence

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.doctor.web import ask

ABOUT = "Datadog"
ADMIN = "an admin of Datadog"


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    if settings.dd_api_key is None:
        return [off(ABOUT, "DD_API_KEY is not set")]
    host = address(settings.dd_host)
    headers = {"DD-API-KEY": settings.dd_api_key.reveal()}
    reply = await ask(f"{host}/api/v1/validate", headers)
    if reply.status == 0:
        todo = "check DD_HOST (such as datadoghq.eu) and the network"
        return [bad(ABOUT, f"cannot be reached ({reply.said})", todo)]
    valid = isinstance(reply.body, dict) and reply.body.get("valid")
    if reply.status != 200 or not valid:
        todo = "check DD_API_KEY, and DD_HOST: keys belong to one site (US1, EU, US3, …)"
        return [bad(ABOUT, f"does not take the key ({reply.status})", todo, ADMIN)]
    if settings.dd_app_key is None:
        todo = "set DD_APP_KEY, so that costbot makes its dashboard and finds events again"
        return [warning(ABOUT, f"takes metrics at {host}; there is no application key", todo)]
    return [ok(ABOUT, f"takes metrics at {host}")]


def address(host: str) -> str:
    """The API's address of a site, such as `datadoghq.eu`, or of any other host."""
    if "//" in host:
        return host.rstrip("/")
    site = host.removeprefix("api.").removeprefix("app.")
    return f"https://api.{site}"


CHECK = Check(ABOUT, run)
