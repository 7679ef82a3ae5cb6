"""One way in for every delivery, over HTTP and over Socket Mode: each has its effect once."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.adapters.slack.recent import Recent


class Gate:
    """Passes a delivery on to the listeners unless the same one was passed on before.

    Retries are recognised by what they carry, not by their retry header: when the first
    delivery was lost on its way, its retry is the first one we see and is handled.
    """

    def __init__(self, bolt: AsyncApp, recent: Recent) -> None:
        self._bolt = bolt
        self._recent = recent

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        key = _delivery(request.body)
        if key and not await self._recent.first(key):
            return BoltResponse(status=200)
        response = await self._bolt.async_dispatch(request)
        if key and response.status >= 500:
            await self._recent.forget(key)
        return response


def _delivery(body: dict[str, Any]) -> str | None:
    """What Slack calls this delivery, the same in each retry of it."""
    for name in ("event_id", "trigger_id"):
        if body.get(name):
            return f"{name}:{body[name]}"
    return None
