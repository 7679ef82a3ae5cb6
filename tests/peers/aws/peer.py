"""Cost Explorer's ProvideAnomalyFeedback: signed JSON 1.1 in, the anomaly's id out.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ProvideAnomalyFeedback.html
"""

import json
import os
import re
from typing import Any

import botocore.loaders
import pytest
from aiohttp import web

from tests.peers.trouble import Troubles, start

KEY_ID = "AKIACOSTBOTTESTS0001"
SECRET = "not-a-real-aws-secret-0123456789abcdefgh"
TOKEN = "not-a-real-aws-session-token"
SECRETS = (SECRET, TOKEN)
TARGET = "AWSInsightsIndexService.ProvideAnomalyFeedback"
JSON = "application/x-amz-json-1.1"
#: Reading the descriptions of AWS's services takes a quarter of a second: once is enough.
LOADER = botocore.loaders.create_loader()
_SIGNED = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY_ID}/\d{{8}}/us-east-1/ce/aws4_request, "
    r"SignedHeaders=[a-z0-9;-]*x-amz-target[a-z0-9;-]*, Signature=[0-9a-f]{64}"
)


class CostExplorerPeer:
    """Use as an async context manager. `feedback` is what people said, by anomaly."""

    def __init__(self) -> None:
        self.feedback: dict[str, str] = {}
        self.requests: list[dict[str, Any]] = []
        self.problems: list[str] = []

    async def __aenter__(self) -> "CostExplorerPeer":
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

    async def _request(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(json.loads(body))
        return await self.troubles.around(request, lambda it: self._take(it, self.requests[-1]))

    async def _take(self, request: web.Request, said: dict[str, Any]) -> web.Response:
        wrong = [
            f"{name} is {found!r}"
            for name, found, wanted in (
                ("the method", request.method, "POST"),
                ("the path", request.path, "/"),
                ("X-Amz-Target", request.headers.get("X-Amz-Target"), TARGET),
                ("Content-Type", request.headers.get("Content-Type"), JSON),
                ("the token", request.headers.get("X-Amz-Security-Token"), TOKEN),
                ("the body", {*said}, {"AnomalyId", "Feedback"}),
            )
            if found != wanted
        ]
        if not _SIGNED.fullmatch(request.headers.get("Authorization", "")):
            wrong.append("the request is not signed for ce in us-east-1")
        if said.get("Feedback") not in ("YES", "NO", "PLANNED_ACTIVITY"):
            wrong.append(f"Feedback is {said.get('Feedback')!r}")
        self.problems += wrong
        if wrong:
            return refused(400, "ValidationException", "; ".join(wrong))
        self.feedback[said["AnomalyId"]] = said["Feedback"]
        return web.json_response({"AnomalyId": said["AnomalyId"]}, content_type=JSON)


def body_of(code: str, message: str = "no") -> dict[str, str]:
    return {"__type": f"com.amazonaws.ce#{code}", "message": message}


def refused(status: int, code: str, message: str) -> web.Response:
    return web.json_response(body_of(code, message), status=status, content_type=JSON)


def alone(patch: pytest.MonkeyPatch) -> None:
    """No setting, no file and no metadata service of the machine that runs the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        patch.setenv(name, "/nonexistent")
    patch.setattr(botocore.loaders, "create_loader", lambda *_: LOADER)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("NO_PROXY", "127.0.0.1")
