"""CloudWatch's GetMetricData: signed JSON in, pages of daily numbers out.

docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from tests.peers.aws.peer import JSON, KEY_ID, SECRET, TOKEN, alone, refused
from tests.peers.trouble import Troubles, start

TARGET = "GraniteServiceVersion20100801.GetMetricData"
_SIGNED = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY_ID}/\d{{8}}/[a-z0-9-]+/monitoring/aws4_request, "
)
_DAY = 86_400
Series = Mapping[str, float]


class CloudWatchPeer:
    """Use as an async context manager. `series` are numbers by metric and dimensions, by day;
    `page` is how many points fit onto one."""

    def __init__(self, page: int = 1000) -> None:
        self.series: dict[str, Series] = {}
        self.page = page
        self.status = "Complete"
        self.requests: list[dict[str, Any]] = []
        self.problems: list[str] = []

    async def __aenter__(self) -> "CloudWatchPeer":
        self.troubles = Troubles()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._request)
        self._runner, self.url = await start(app)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.troubles.released.set()
        await self._runner.cleanup()

    def settings(self, patch: pytest.MonkeyPatch) -> None:
        """The environment of a machine that talks to this peer, and nothing of the real one."""
        alone(patch)
        patch.setenv("AWS_ENDPOINT_URL", self.url)
        patch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("AWS_SESSION_TOKEN", TOKEN)
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    async def _request(self, request: web.Request) -> web.StreamResponse:
        said = json.loads(await request.read())
        self.requests.append(said)
        return await self.troubles.around(request, lambda it: self._answer(it, said))

    async def _answer(self, request: web.Request, said: dict[str, Any]) -> web.Response:
        queries = said.get("MetricDataQueries", [])
        wrong = [
            *([] if request.headers.get("X-Amz-Target") == TARGET else ["another operation"]),
            *([] if _SIGNED.match(request.headers.get("Authorization", "")) else ["not signed"]),
            *([] if 1 <= len(queries) <= 500 else [f"{len(queries)} queries"]),
            *(problem for query in queries for problem in _problems(query)),
        ]
        if len({query.get("Id") for query in queries}) < len(queries):
            wrong.append("an id comes twice")
        self.problems += wrong
        if wrong:
            return refused(400, "ValidationError", "; ".join(wrong))
        return web.json_response(self._page(said, queries), content_type=JSON)

    def _page(self, said: dict[str, Any], queries: list[dict[str, Any]]) -> dict[str, Any]:
        points = [
            (query["Id"], moment, value)
            for query in queries
            for day, value in self.series.get(key(query), {}).items()
            if said["StartTime"] <= (moment := _moment(day)) < said["EndTime"]
        ]
        first = int(said.get("NextToken") or 0)
        shown, last = points[first : first + self.page], first + self.page
        results = [
            {
                "Id": query["Id"],
                "Label": "x",
                "Timestamps": [moment for name, moment, _ in shown if name == query["Id"]],
                "Values": [value for name, _, value in shown if name == query["Id"]],
                "StatusCode": self.status,
            }
            for query in queries
        ]
        more = {"NextToken": str(last)} if last < len(points) else {}
        return {"MetricDataResults": results, "Messages": [], **more}


def key(query: Mapping[str, Any]) -> str:
    """How `series` names what a query asks for."""
    if "Expression" in query:
        return query["Expression"]
    metric = query["MetricStat"]["Metric"]
    named = ",".join(f"{one['Name']}={one['Value']}" for one in metric.get("Dimensions", ()))
    return f"{metric['Namespace']}:{metric['MetricName']}:{named}:{query['MetricStat']['Stat']}"


def _moment(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def _problems(query: Mapping[str, Any]) -> list[str]:
    found = [] if re.fullmatch(r"[a-z]\w*", query.get("Id", "")) else [f"id {query.get('Id')!r}"]
    if ("Expression" in query) == ("MetricStat" in query):
        found.append("either Expression or MetricStat")
    period = query.get("Period") or query.get("MetricStat", {}).get("Period")
    return found if period == _DAY else [*found, f"period {period}"]
