"""Keys of our own that sign as Microsoft does, and everything a forger would try."""

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """One key per name and test run: making them is the slow part."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Key:
    """A signing key as the key document lists it."""

    kid: str
    name: str
    endorsements: tuple[str, ...] | None = ("msteams",)

    @property
    def private(self) -> rsa.RSAPrivateKey:
        return private_key(self.name)

    def jwk(self) -> dict[str, Any]:
        listed = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        listed |= {"kid": self.kid, "use": "sig", "alg": "RS256"}
        if self.endorsements is not None:
            listed["endorsements"] = list(self.endorsements)
        return listed


class Keyring:
    """The keys that are published now; `rotate` replaces them all."""

    def __init__(self) -> None:
        self.keys = [Key("key-1", "first")]

    @property
    def current(self) -> Key:
        return self.keys[-1]

    def rotate(self) -> Key:
        number = int(self.current.kid.partition("-")[2]) + 1
        self.keys = [Key(f"key-{number}", "second" if number % 2 == 0 else "first")]
        return self.current

    def document(self) -> dict[str, Any]:
        return {"keys": [key.jwk() for key in self.keys]}

    def sign(self, claims: dict[str, Any], key: Key | None = None, **headers: Any) -> str:
        key = key or self.current
        named = {"kid": key.kid, **headers}
        kept = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(claims, key.private, "RS256", headers=kept)


def claims(app_id: str, service_url: str, **changes: Any) -> dict[str, Any]:
    """What Microsoft puts into a token; a change to None takes the claim away."""
    now = int(time.time())
    given = {
        "serviceurl": service_url,
        "nbf": now - 10,
        "exp": now + 3600,
        "iat": now - 10,
        "iss": ISSUER,
        "aud": app_id,
    }
    return {name: value for name, value in (given | changes).items() if value is not None}
