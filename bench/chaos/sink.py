"""One server that plays every outside system for the bot, with faults on what it is asked to do."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bench.chaos.faults import Faults
from bench.chaos.places import Places

JIRA = "/jira/rest/api/2"


class Sink:
    """`faults` are by system: slack, teams, jira, pagerduty, datadog."""

    def __init__(self, places: Places, faults: dict[str, Faults]) -> None:
        self.places = places
        self.faults = faults

    async def start(self) -> "Sink":
        app = web.Application(client_max_size=4 << 20)
        self._slack(app)
        self._teams(app)
        self._jira(app)
        self._others(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        await self._runner.cleanup()

    def settings(self) -> dict[str, str]:
        """The settings with which a bot takes this server for the world."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-chaos",
            "SLACK_SIGNING_SECRET": "chaos",
            "SLACK_API_URL": f"{self.url}/slack/api",
            "TEAMS_APP_ID": "00000000-0000-0000-0000-000000000001",
            "TEAMS_APP_PASSWORD": "chaos",
            "TEAMS_TENANTS": "00000000-0000-0000-0000-000000000002",
            "TEAMS_OPENID_URL": f"{self.url}/openid",
            "JIRA_URL": f"{self.url}/jira",
            "JIRA_EMAIL": "bot@example.com",
            "JIRA_TOKEN": "chaos",
            "JIRA_PROJECT": "OPS",
            "PAGERDUTY_ROUTING_KEY": "0" * 32,
            "PAGERDUTY_EVENTS_URL": self.url,
            "DD_API_KEY": "0" * 32,
            "DD_APP_KEY": "0" * 40,
            "DD_HOST": f"{self.url}/dd",
        }

    async def _do(
        self, system: str, request: web.Request, effect: Callable[[], Any], status: int = 200
    ) -> web.Response:
        """A write: it may go wrong, and its effect counts."""

        def counted() -> Any:
            self.places.effects += 1
            return effect()

        return await self.faults[system].answer(request, counted, status)

    def _slack(self, app: web.Application) -> None:
        slack = self.places.slack

        async def write(request: web.Request) -> web.Response:
            body = await _body(request)
            post = request.path.endswith("postMessage")
            return await self._do(
                "slack", request, lambda: slack.post(body) if post else slack.update(body)
            )

        async def history(request: web.Request) -> web.Response:
            return web.json_response(slack.history(await _body(request)))

        async def permalink(request: web.Request) -> web.Response:
            asked = await _body(request)
            url = f"https://chaos.slack.com/archives/{asked['channel']}/p{asked['message_ts']}"
            return web.json_response({"ok": True, "permalink": url})

        app.router.add_post("/slack/api/chat.postMessage", write)
        app.router.add_post("/slack/api/chat.update", write)
        app.router.add_route("*", "/slack/api/conversations.history", history)
        app.router.add_route("*", "/slack/api/chat.getPermalink", permalink)

    def _teams(self, app: web.Application) -> None:
        teams = self.places.teams

        async def token(_request: web.Request) -> web.Response:
            return web.json_response({"access_token": "chaos", "expires_in": 86_400})

        async def post(request: web.Request) -> web.Response:
            text, place = await request.text(), request.match_info["place"]
            return await self._do("teams", request, lambda: teams.post(place, text), 201)

        async def update(request: web.Request) -> web.Response:
            name = request.match_info["name"]
            return await self._do("teams", request, lambda: teams.update(name))

        activities = "/teams/v3/conversations/{place}/activities"
        app.router.add_post("/{tenant}/oauth2/v2.0/token", token)
        app.router.add_post(activities, post)
        app.router.add_put(f"{activities}/{{name}}", update)

    def _jira(self, app: web.Application) -> None:
        jira = self.places.jira

        async def create(request: web.Request) -> web.Response:
            body = await request.json()
            return await self._do("jira", request, lambda: jira.create(body), 201)

        async def search(request: web.Request) -> web.Response:
            jql = request.query["jql"]
            return await self.faults["jira"].answer(request, lambda: jira.search(jql))

        async def edit(request: web.Request) -> web.Response:
            body, key = await request.json(), request.match_info["key"]
            return await self._do("jira", request, lambda: jira.edit(key, body))

        async def move(request: web.Request) -> web.Response:
            body, key = await request.json(), request.match_info["key"]
            return await self._do("jira", request, lambda: jira.move(key, body))

        async def read(request: web.Request) -> web.Response:
            return web.json_response(jira.read(request.match_info["key"]))

        async def comments(request: web.Request) -> web.Response:
            found = jira.issues[request.match_info["key"]]["comments"]
            return web.json_response({"comments": found[::-1][:100]})

        async def transitions(_request: web.Request) -> web.Response:
            return web.json_response(jira.transitions())

        app.router.add_post(f"{JIRA}/issue", create)
        app.router.add_get(f"{JIRA}/search/jql", search)
        app.router.add_get(f"{JIRA}/issue/{{key}}", read)
        app.router.add_put(f"{JIRA}/issue/{{key}}", edit)
        app.router.add_get(f"{JIRA}/issue/{{key}}/comment", comments)
        app.router.add_get(f"{JIRA}/issue/{{key}}/transitions", transitions)
        app.router.add_post(f"{JIRA}/issue/{{key}}/transitions", move)

    def _others(self, app: web.Application) -> None:
        pagerduty, datadog = self.places.pagerduty, self.places.datadog

        async def enqueue(request: web.Request) -> web.Response:
            body = await request.json()
            return await self._do("pagerduty", request, lambda: pagerduty.enqueue(body), 202)

        async def event(request: web.Request) -> web.Response:
            body = await request.json()
            return await self._do("datadog", request, lambda: datadog.event(body), 202)

        async def find(request: web.Request) -> web.Response:
            return web.json_response(datadog.find(request.query.get("tags", "")))

        async def series(request: web.Request) -> web.Response:
            await request.read()
            return await self._do("datadog", request, datadog.submit, 202)

        app.router.add_post("/v2/enqueue", enqueue)
        app.router.add_post("/dd/api/v1/events", event)
        app.router.add_get("/dd/api/v1/events", find)
        app.router.add_post("/dd/api/v2/series", series)


async def _body(request: web.Request) -> dict[str, Any]:
    """What Slack's SDK sends: JSON, a form, or words of the address."""
    if request.content_type == "application/json":
        return json.loads(await request.read() or b"{}")
    form = await request.post()
    return {**dict(request.query), **{name: str(value) for name, value in form.items()}}
