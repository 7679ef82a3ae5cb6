"""moto's server: AWS's own client libraries talk to it over HTTP as they do to AWS."""

import os
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

REGION = "us-east-1"
#: Any keys are right ones; nothing of the machine's own settings may be used.
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "test-secret",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@dataclass(frozen=True, slots=True)
class MotoServer:
    """A running server; `environ` leads boto3 to it."""

    url: str

    @property
    def environ(self) -> Mapping[str, str]:
        return {**KEYS, "AWS_ENDPOINT_URL": self.url}

    def client(self, service: str) -> Any:
        import boto3

        session = boto3.Session(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
        return session.client(service, region_name=REGION, endpoint_url=self.url)

    def lead(self, patch: pytest.MonkeyPatch) -> None:
        """The environment of a machine that talks to this server, and nothing of the real one."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in self.environ.items():
            patch.setenv(name, value)

    def reset(self) -> None:
        """Forget everything."""
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        with urllib.request.urlopen(request) as answer:
            answer.read()


@contextmanager
def running() -> Iterator[MotoServer]:
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        yield MotoServer(f"http://127.0.0.1:{port}")
    finally:
        server.stop()
