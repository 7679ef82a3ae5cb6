"""Clients of AWS that try once, give up in time, and keep secrets out of the log."""

import logging
from typing import Any

from integrations.calls import TIMEOUT_SECONDS


def client(service: str, region: str | None = None) -> Any:
    """A new client with the credentials, region, profile and endpoint of boto3's own settings.

    botocore would make five attempts by itself; here whoever asks knows whether to ask again.
    """
    import boto3
    from botocore.config import Config

    # Asked to say all, botocore writes session tokens into the log.
    logging.getLogger("botocore").setLevel(logging.INFO)
    connect, read = TIMEOUT_SECONDS
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=connect, read_timeout=read)
    return boto3.Session().client(service, region_name=region, config=config)
