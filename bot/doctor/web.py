"""One GET or POST to a vendor, for checks: its status, its JSON, its headers, or no answer."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` is 0 where nobody answered; `said` is why, without anything secret."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    said: str = ""


async def ask(
    url: str,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    auth: tuple[str, str] | None = None,
) -> Reply:
    """What comes back; bodies that are no JSON are None."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    sent = {**(headers or {}), **(_basic(*auth) if auth else {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.request(method, url, headers=sent, allow_redirects=False) as response,
        ):
            try:
                body = await response.json(content_type=None)
            except ValueError:
                body = None
            return Reply(response.status, body, dict(response.headers))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return Reply(0, said=type(error).__name__)


def _basic(name: str, password: str) -> dict[str, str]:
    """RFC 7617."""
    word = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {word}"}
