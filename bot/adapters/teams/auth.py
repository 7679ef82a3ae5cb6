"""Who may speak to the bot: Teams itself, for a tenant on the list, with a token it just signed."""

from collections.abc import Mapping
from typing import Any, cast

import jwt
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.adapters.teams.cloud import Cloud
from bot.adapters.teams.connector import Connector, Sender
from bot.adapters.teams.keys import SigningKey, SigningKeys
from bot.settings import Settings
from domain.errors import SettingsError

CHANNEL = "msteams"
LEEWAY_SECONDS = 300
SERVICE_URL_CLAIM = "serviceurl"


class RefusedError(PermissionError):
    """The caller is not Teams speaking for a tenant we serve; the message is for the log only."""


def check(settings: Settings) -> None:
    """Refuse to serve Teams with authentication half on, or off where others can reach it."""
    if settings.teams_anonymous:
        if not settings.bind.loopback:
            raise SettingsError("COSTBOT_TEAMS_ANONYMOUS=1 is only allowed on a loopback address.")
    elif not (settings.teams_app_id and settings.teams_app_password and settings.teams_tenants):
        raise SettingsError("Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANTS.")


class Caller:
    """Whom a token proves: its claims, and the channels its key may sign for."""

    def __init__(self, claims: Mapping[str, Any], channels: frozenset[str]) -> None:
        self.claims = claims
        self.channels = channels


class TeamsAuthentication(BotFrameworkAuthentication):
    """botbuilder's authentication, done with PyJWT and without blocking the loop."""

    def __init__(self, settings: Settings, cloud: Cloud, keys: SigningKeys, sender: Sender) -> None:
        check(settings)
        self._anonymous = settings.teams_anonymous
        self._app_id = settings.teams_app_id or ""
        self._tenants = frozenset(tenant.lower() for tenant in settings.teams_tenants)
        self._cloud = cloud
        self._keys = keys
        self._connectors = _Connectors(sender)

    async def authenticate_request(
        self, activity: Activity, auth_header: str
    ) -> AuthenticateRequestResult:
        return self.admit(await self.verify(auth_header), activity)

    async def verify(self, auth_header: str) -> Caller | None:
        """The caller that the header proves; None only when authentication is switched off."""
        if self._anonymous:
            return None
        scheme, _, token = auth_header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise RefusedError("no bearer token")
        try:
            key = await self._key(token)
            claims = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=self._cloud.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", SERVICE_URL_CLAIM]},
            )
        except jwt.PyJWTError as error:
            raise RefusedError(type(error).__name__) from error
        return Caller(claims, key.endorsements)

    def admit(self, caller: Caller | None, activity: Activity) -> AuthenticateRequestResult:
        """What botbuilder needs to run the turn, once the activity fits the caller."""
        service_url = cast("str | None", activity.service_url) or ""
        if caller is not None:
            if activity.channel_id != CHANNEL or CHANNEL not in caller.channels:
                raise RefusedError("the key is not endorsed for the channel")
            if caller.claims[SERVICE_URL_CLAIM] != service_url:
                raise RefusedError("the token is for another serviceUrl")
        if not self._cloud.trusts(service_url):
            raise RefusedError("the serviceUrl is not on the list")
        self._check_tenant(activity)
        result = AuthenticateRequestResult()
        result.audience = self._cloud.issuer
        result.claims_identity = ClaimsIdentity(dict(caller.claims) if caller else {}, bool(caller))
        result.connector_factory = self._connectors
        return result

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        raise RefusedError("streaming is not served")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> Any:
        """None: nobody signs in through the bot, and building one costs milliseconds a turn."""

    async def _key(self, token: str) -> SigningKey:
        header = jwt.get_unverified_header(token)
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise RefusedError("not signed with RS256 by a named key")
        key = await self._keys.find(kid)
        if key is None:
            raise RefusedError("signed by an unknown key")
        return key

    def _check_tenant(self, activity: Activity) -> None:
        """Every tenant the activity names must be on the list, and it must name one."""
        if self._anonymous and not self._tenants:
            return
        named = {tenant.lower() for tenant in tenants_of(activity)}
        if not named or not named <= self._tenants:
            raise RefusedError("the tenant is not on the list")


class _Connectors(ConnectorFactory):
    """Gives every turn our own connector; nothing is built per turn but a thin handle."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def create(self, service_url: str, audience: str | None = None) -> Any:
        return Connector(self._sender, service_url)


def tenants_of(activity: Activity) -> list[str]:
    """The tenants an activity says it comes from."""
    data: Any = activity.channel_data
    tenant: Any = data.get("tenant") if isinstance(data, dict) else None
    conversation: Any = activity.conversation
    named: list[Any] = [tenant.get("id")] if isinstance(tenant, dict) else []
    if conversation is not None:
        # botbuilder reads "tenantID", Teams writes "tenantId".
        named += [conversation.tenant_id, conversation.additional_properties.get("tenantId")]
    return [str(name) for name in named if name]
