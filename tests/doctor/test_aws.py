"""The doctor at AWS: each right that a setting needs is tried, and the missing one is named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.doctor.checks.j_aws import CHECK
from bot.doctor.examine import examine
from bot.doctor.model import Level, Patient, Remark
from bot.settings import Settings
from domain.access import Access
from tests.collectors.bucket import Export
from tests.collectors.test_advice import NOW
from tests.peers.aws import explorer as peer
from tests.peers.aws.moto_server import MotoServer, running


@pytest.fixture(scope="module")
def server() -> Iterator[MotoServer]:
    with running() as server:
        yield server


@pytest.fixture
def aws(server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> MotoServer:
    server.reset()
    server.lead(monkeypatch)
    return server


async def looked(folder: Path, **more: Any) -> dict[str, Remark]:
    remarks = await examine(Patient(Settings(data_dir=folder, **more), NOW), (CHECK,))
    return {one.about: one for one in remarks}


async def test_where_nothing_asks_aws_it_is_off(tmp_path: Path) -> None:
    (remark,) = (await looked(tmp_path)).values()
    assert remark.level is Level.OFF


async def test_what_may_be_asked_is_well(aws: MotoServer, tmp_path: Path) -> None:
    export = Export(aws.client("s3"))
    export.deliver("2026-10", [{}])
    aws.client("organizations").create_organization(FeatureSet="ALL")
    found = await looked(tmp_path, exports=(export.uri,), collect=("organization",))
    assert {one.level for one in found.values()} == {Level.OK}
    assert found["AWS"].said == "account 123456789012"


async def test_a_bucket_that_is_not_there_is_named(aws: MotoServer, tmp_path: Path) -> None:
    found = await looked(tmp_path, exports=("s3://no-such-bucket/x",))
    assert found["s3://no-such-bucket/x"].said == (
        "there is no bucket no-such-bucket: check its name"
    )


async def test_an_empty_prefix_is_named(aws: MotoServer, tmp_path: Path) -> None:
    export = Export(aws.client("s3"))
    found = await looked(tmp_path, exports=(export.uri,))
    assert found[export.uri].said == f"there is nothing at {export.uri}"


@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject"])
async def test_a_bucket_that_may_not_be_read_names_the_right(
    aws: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    export = Export(aws.client("s3"))
    export.deliver("2026-10", [{}])
    refuse(monkeypatch, operation)
    found = await looked(tmp_path, exports=(export.uri,))
    action = {"ListObjectsV2": "s3:ListBucket", "GetObject": "s3:GetObject"}[operation]
    assert f"{action} on arn:aws:s3:::example-billing" in found[export.uri].said
    assert found[export.uri].level is Level.BAD


@pytest.mark.parametrize(
    ("collected", "operation", "action"),
    [
        ("organization", "ListRoots", "organizations:ListRoots"),
        ("organization", "ListAccountsForParent", "organizations:ListAccountsForParent"),
        ("optimization-hub", "ListRecommendations", "cost-optimization-hub:ListRecommendations"),
        (
            "compute-optimizer",
            "GetIdleRecommendations",
            "compute-optimizer:GetIdleRecommendations",
        ),
        ("anomalies", "GetAnomalies", "ce:GetAnomalies"),
        ("coverage", "GetReservationCoverage", "ce:GetReservationCoverage"),
        ("comparison", "GetCostComparisonDrivers", "ce:GetCostComparisonDrivers"),
        ("aws-forecast", "GetCostForecast", "ce:GetCostForecast"),
        ("cost-categories", "ListCostCategoryDefinitions", "ce:ListCostCategoryDefinitions"),
        ("utilisation", "GetMetricData", "cloudwatch:GetMetricData"),
    ],
)
async def test_each_right_is_tried_and_the_missing_one_named(
    aws: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    collected: str,
    operation: str,
    action: str,
) -> None:
    refuse(monkeypatch, operation)
    remark = (await looked(tmp_path, collect=(collected,)))[collected]
    assert remark.level is Level.BAD
    assert remark.said == f"AWS does not allow it: give costbot's role or user {action}"
    assert "doctor iam" in remark.todo
    assert remark.who == "an admin of the AWS account"


def refuse(patch: pytest.MonkeyPatch, denied: str) -> None:
    """AWS allows everything but one operation; what moto does not play answers nothing."""
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    call = BaseClient._make_api_call
    played = {"ListObjectsV2", "GetObject", "PutObject", "CreateBucket", "GetCallerIdentity"}

    def answered(self: BaseClient, name: str, asked: Any) -> Any:
        if name == denied:
            error = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(error, name)  # type: ignore[arg-type]
        return call(self, name, asked) if name in played else {}

    patch.setattr(BaseClient, "_make_api_call", answered)


async def test_rights_at_cost_explorer_are_tried_for_cents_once(
    aws: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer.running(peer.Explorer(tmp_path, NOW)) as explorer:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", explorer.url)
        explorer.trouble.extend(["DataUnavailableException"] * 4)
        first = await looked(tmp_path, cost_explorer=True)
        assert first["cost-explorer://"].level is Level.OK, "no data is no missing right"
        assert len(explorer.requests) == 4
        explorer.trouble.append("AccessDeniedException")
        again = await looked(tmp_path, cost_explorer=True)
    assert again["cost-explorer://"].said.endswith("ce:GetCostAndUsage")


async def test_a_role_that_does_not_trust_costbot_is_named(
    aws: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "arn:aws:iam::222222222222:role/costbot-read"
    refuse(monkeypatch, "AssumeRole")
    found = await looked(tmp_path, aws_role=role, exports=("s3://x-y-z/a",))
    (remark,) = found.values()
    assert remark.said.startswith(f"{role} cannot be taken: ")
    assert "trust" in remark.todo


async def test_without_credentials_one_remark_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: MotoServer
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (remark,) = (await looked(tmp_path, collect=("organization",))).values()
    assert remark.said.startswith("costbot has no AWS credentials")


async def test_a_name_that_is_no_source_is_named(tmp_path: Path) -> None:
    (remark,) = (await looked(tmp_path, collect=("organisation",))).values()
    assert "nothing is called 'organisation'. Write organization." in remark.said


def test_an_external_id_is_never_shown() -> None:
    assert "hush" not in repr(Access("arn:aws:iam::1:role/x", "hush"))
