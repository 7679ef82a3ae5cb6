"""Clients of AWS that give up in time, and keep secrets out of the log."""

from typing import Any

from domain.access import Access
from integrations.aws.access import session
from integrations.calls import TIMEOUT_SECONDS

#: What only reads may be asked again: botocore waits longer each time, by a random share.
PATIENT = 5


def client(
    service: str, region: str | None = None, access: Access | None = None, attempts: int = 1
) -> Any:
    """A new client with the credentials, region, profile and endpoint of boto3's own settings.

    botocore would make five attempts by itself; it makes one, unless a collector that only reads,
    and that nobody waits for, asks for more: elsewhere whoever asks knows whether to ask again.
    """
    from botocore.config import Config

    connect, read = TIMEOUT_SECONDS
    config = Config(
        retries={"total_max_attempts": attempts, "mode": "standard"},
        connect_timeout=connect,
        read_timeout=read,
    )
    return session(access or Access()).client(service, region_name=region, config=config)
