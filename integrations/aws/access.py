"""Sessions of boto3: with costbot's own credentials, or with a role's in another account."""

import logging
from functools import partial
from typing import Any

from domain.access import Access
from integrations.calls import TIMEOUT_SECONDS

#: An hour is the longest that a role taken from a role may last.
SESSION_SECONDS = 3600
#: Where roles are taken, when no region is set.
REGION = "us-east-1"


def session(access: Access) -> Any:
    """A session with boto3's own credentials, or with the role's, renewed before they end.

    Nothing is sent before the first request of a client.
    """
    import boto3
    from botocore.session import get_session

    # Asked to say all, botocore writes session tokens into the log.
    logging.getLogger("botocore").setLevel(logging.INFO)
    if not access.role_arn:
        return boto3.Session()
    taken = get_session()
    provider = _provider(access)
    taken.get_component("credential_provider").insert_before("env", provider)
    return boto3.Session(botocore_session=taken)


def _provider(access: Access) -> Any:
    """Gives a session the role's credentials before it looks for any other."""
    from botocore.credentials import CredentialProvider, DeferredRefreshableCredentials

    class Taken(CredentialProvider):
        METHOD = CANONICAL_NAME = "costbot-role"

        def load(self) -> Any:
            fetch = partial(_fetched, access)
            return DeferredRefreshableCredentials(method=self.METHOD, refresh_using=fetch)

    return Taken()


def _fetched(access: Access) -> dict[str, Any]:
    """The role's keys for an hour, had with costbot's own."""
    from botocore.config import Config
    from botocore.session import get_session

    connect, read = TIMEOUT_SECONDS
    config = Config(
        retries={"total_max_attempts": 2, "mode": "standard"},
        connect_timeout=connect,
        read_timeout=read,
    )
    own = get_session()
    region = own.get_config_variable("region") or REGION
    sts = own.create_client("sts", region_name=region, config=config)
    asked: dict[str, Any] = {
        "RoleArn": access.role_arn,
        "RoleSessionName": "costbot",
        "DurationSeconds": SESSION_SECONDS,
    }
    if access.external_id:
        asked["ExternalId"] = access.external_id
    try:
        keys = sts.assume_role(**asked)["Credentials"]
    finally:
        sts.close()
    return {
        "access_key": keys["AccessKeyId"],
        "secret_key": keys["SecretAccessKey"],
        "token": keys["SessionToken"],
        "expiry_time": keys["Expiration"].isoformat(),
    }
