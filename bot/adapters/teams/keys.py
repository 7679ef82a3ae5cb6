"""Microsoft's signing keys: fetched without blocking, kept a day, renewed when they rotate."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from jwt import PyJWK, PyJWTError
from yarl import URL

from bot.adapters.teams.cloud import is_loopback
from domain.errors import TemporaryError

log = logging.getLogger(__name__)

FETCH_SECONDS = 5.0
#: Microsoft asks for a renewal every day; through an outage older keys serve a little longer.
FRESH_SECONDS = 24 * 3600.0
USABLE_SECONDS = 72 * 3600.0
#: A stranger can invent key ids at will. A fetch that did not help makes the next one wait,
#: each time twice as long; a real rotation is found at once.
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key and the channels it may sign for."""

    key: PyJWK
    endorsements: frozenset[str]


class SigningKeys:
    """Finds a key by its id."""

    def __init__(
        self, session: ClientSession, openid_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._openid_url = openid_url
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched = self._tried = float("-inf")
        self._in_vain = 0
        self._down = False
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> SigningKey | None:
        """The key, or None when Microsoft has no such key; TemporaryError when nobody can tell."""
        if self._wanting(kid):
            async with self._lock:
                if self._wanting(kid) and self._clock() - self._tried >= self._wait:
                    await self._renew(kid)
        usable = self._age <= USABLE_SECONDS
        if not usable or (self._down and kid not in self._keys):
            raise TemporaryError("the signing keys cannot be fetched", self._wait)
        return self._keys.get(kid)

    def _wanting(self, kid: str) -> bool:
        return kid not in self._keys or self._age > FRESH_SECONDS

    @property
    def _age(self) -> float:
        return self._clock() - self._fetched

    @property
    def _wait(self) -> float:
        if not self._in_vain:
            return 0.0
        return min(FIRST_WAIT_SECONDS * 2 ** min(self._in_vain - 1, 10), LONGEST_WAIT_SECONDS)

    async def _renew(self, kid: str) -> None:
        self._tried = self._clock()
        try:
            self._keys = await self._fetch()
        except (ClientError, TimeoutError, ValueError) as error:
            log.warning("the signing keys cannot be fetched: %s", type(error).__name__)
            self._down = True
        else:
            self._fetched, self._down = self._clock(), False
        self._in_vain = self._in_vain + 1 if self._down or kid not in self._keys else 0

    async def _fetch(self) -> dict[str, SigningKey]:
        document = await self._json(URL(self._openid_url))
        address = URL(str(document["jwks_uri"]) if "jwks_uri" in document else "")
        if address.scheme != "https" and not is_loopback(address):
            raise ValueError("the OpenID document has no safe jwks_uri")
        listed = (await self._json(address)).get("keys")
        if not isinstance(listed, list) or not listed:
            raise ValueError("the key document lists no keys")
        return dict(entry for entry in map(_read, listed) if entry is not None)

    async def _json(self, url: URL) -> dict[str, Any]:
        timeout = ClientTimeout(total=FETCH_SECONDS)
        async with self._session.get(url, timeout=timeout, allow_redirects=False) as response:
            response.raise_for_status()
            found = await response.json(content_type=None)
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
        return found


def _read(jwk: object) -> tuple[str, SigningKey] | None:
    """One entry of the key document, or None for a key that cannot have signed for a channel."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or not isinstance(jwk.get("kid"), str):
        return None
    endorsements = jwk.get("endorsements")
    try:
        key = PyJWK.from_dict(jwk, algorithm="RS256")
    except PyJWTError:
        return None
    channels = endorsements if isinstance(endorsements, list) else ()
    return jwk["kid"], SigningKey(key, frozenset(map(str, channels)))
