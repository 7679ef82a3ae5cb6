"""Clients of AWS that answer from a list, held to AWS's own description of each operation."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

Answers = Mapping[str, list[tuple[str, dict[str, Any], dict[str, Any] | str]]]


class Stubs:
    """What each service is asked, in this order, and what it answers; a word is a refusal."""

    def __init__(self, patch: pytest.MonkeyPatch, module: ModuleType, answers: Answers) -> None:
        self._stubbers: dict[str, Stubber] = {}
        for service, calls in answers.items():
            client = boto3.client(
                service,
                region_name="us-east-1",
                aws_access_key_id="x",
                aws_secret_access_key="y",
            )
            stubber = self._stubbers[service] = Stubber(client)
            for operation, asked, answer in calls:
                if isinstance(answer, str):
                    stubber.add_client_error(operation, answer, expected_params=asked)
                else:
                    stubber.add_response(operation, answer, asked)
            stubber.activate()
        made = {service: stubber.client for service, stubber in self._stubbers.items()}
        patch.setattr(module, "client", lambda service, *_args, **_more: made[service])

    def done(self) -> None:
        """Everything was asked."""
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()
