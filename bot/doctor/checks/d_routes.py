"""Routes: the file can be read, and every place in it is switched on."""

from collections.abc import Sequence

from bot.doctor.model import Check, Patient, Remark, bad, ok, warning
from bot.settings import Settings
from domain.delivery import scheme
from domain.errors import SettingsError

ABOUT = "routes"


async def run(patient: Patient) -> Sequence[Remark]:
    from bot.assembly import ROUTES
    from bot.route_file import Known, read

    settings = patient.settings
    try:
        routing = read(ROUTES, settings.alert_rooms, Known(tags=settings.owner_tags))
    except SettingsError as error:
        return [bad(ABOUT, str(error), "put it right; docs/routing.md shows how")]
    if not routing.rules and not routing.otherwise:
        todo = "set COSTBOT_ALERT_ROOMS, or write routes in costbot.toml"
        return [warning(ABOUT, "findings go nowhere: they are only recorded", todo)]
    named = {place for rule in routing.rules for place in (*rule.to, *rule.escalate_to)}
    dark = sorted(place for place in {*named, *routing.otherwise} if _is_off(place, settings))
    if dark:
        said = f"{', '.join(dark)} {'is' if len(dark) == 1 else 'are'} not switched on"
        return [bad(ABOUT, said, "set what switches it on (README), or take it out of the routes")]
    rooms = ", ".join(routing.otherwise) or "none"
    return [ok(ABOUT, f"{len(routing.rules)} routes; alert rooms: {rooms}")]


def _is_off(place: str, settings: Settings) -> bool:
    switched = {
        "slack": settings.slack_on,
        "teams": settings.teams_on,
        "jira": bool(settings.jira_url),
        "pagerduty": bool(settings.pagerduty_routing_key),
        "datadog": bool(settings.dd_api_key),
    }
    return not switched.get(scheme(place), True)


CHECK = Check(ABOUT, run)
