"""CloudTrail's LookupEvents and the two requests of STS that lead to another account.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from tests.peers.aws.peer import JSON, KEY_ID, SECRET, alone
from tests.peers.trouble import Troubles, start

HOME = "111111111111"
TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
ASSUMED = "ASIACOSTBOTTESTS0002"
_REGION = re.compile(r"/\d{8}/([a-z0-9-]+)/(sts|cloudtrail)/aws4_request")


@dataclass
class Looked:
    """One look: whose keys asked, in which region, for what."""

    key: str
    region: str
    body: dict[str, Any]


class TrailPeer:
    """Use as an async context manager. `events` are handed out `page` at a time."""

    def __init__(self, page: int = 50) -> None:
        self.events: list[dict[str, Any]] = []
        self.looks: list[Looked] = []
        self.assumed: list[str] = []
        self.page = page
        self.code = ""

    async def __aenter__(self) -> "TrailPeer":
        self.troubles = Troubles()
        app = web.Application()
        app.router.add_route("POST", "/{path:.*}", self._request)
        self._runner, self.url = await start(app)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.troubles.released.set()
        await self._runner.cleanup()

    def settings(self, patch: pytest.MonkeyPatch) -> None:
        alone(patch)
        patch.setenv("AWS_ENDPOINT_URL", self.url)
        patch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)

    async def _request(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        return await self.troubles.around(request, lambda it: self._answer(it, body))

    async def _answer(self, request: web.Request, body: str) -> web.Response:
        signed = request.headers["Authorization"]
        key = re.search(r"Credential=([A-Z0-9]+)/", signed)
        place = _REGION.search(signed)
        assert key and place
        if place[2] == "sts":
            return self._sts({name: values[0] for name, values in parse_qs(body).items()})
        assert request.headers["X-Amz-Target"] == TARGET
        said = json.loads(body)
        assert said["LookupAttributes"] == [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
        assert said["EndTime"] > said["StartTime"] and said["MaxResults"] <= 50
        self.looks.append(Looked(key[1], place[1], said))
        if self.code:
            return web.json_response({"__type": self.code}, status=400, content_type=JSON)
        first = int(said.get("NextToken", "0"))
        shown = self.events[first : first + self.page]
        last = first + self.page >= len(self.events)
        more = {} if last else {"NextToken": str(first + self.page)}
        return web.json_response({"Events": shown, **more}, content_type=JSON)

    def _sts(self, said: dict[str, str]) -> web.Response:
        if said["Action"] == "GetCallerIdentity":
            result = (
                f"<Account>{HOME}</Account><UserId>u</UserId><Arn>arn:aws:iam::{HOME}:user/u</Arn>"
            )
        else:
            self.assumed.append(said["RoleArn"])
            result = (
                f"<Credentials><AccessKeyId>{ASSUMED}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                "<SessionToken>t</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>"
                "</Credentials>"
            )
        name = said["Action"]
        text = (
            f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<{name}Result>{result}</{name}Result></{name}Response>"
        )
        return web.Response(text=text, content_type="text/xml")


def event(
    name: str,
    at: float,
    source: str = "ec2.amazonaws.com",
    who: str = "ann",
    resources: Sequence[str] = (),
    error: str = "",
) -> dict[str, Any]:
    """One event as AWS lists it; the whole one is JSON in a text."""
    whole = {"eventName": name} | ({"errorCode": error} if error else {})
    return {
        "EventName": name,
        "EventTime": at,
        "EventSource": source,
        "Username": who,
        "Resources": [{"ResourceName": one} for one in resources],
        "CloudTrailEvent": json.dumps(whole),
    }
