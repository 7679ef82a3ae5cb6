"""What AWS itself says, collected once a day: held to AWS's own description of each operation."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import parts
from bot.collecting import collecting
from bot.scheduler import Scheduler
from bot.settings import Settings
from domain.access import Access
from domain.advice import Advice, AwsAnomaly, Root
from domain.collected import Collected
from domain.errors import PermanentError, SettingsError
from domain.period import Period
from integrations.aws import hub, optimizer, organization, utilisation
from integrations.aws.explorer import asking
from integrations.aws.utilisation import Resource
from store.lake import DuckLake
from tests.integrations.aws.stubs import Stubs
from tests.peers.aws.moto_server import MotoServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWN = Access()


async def collected(tmp_path: Path, *names: str) -> Mapping[str, Collected]:
    """What a bot has after its first look, as its memory gives it back."""
    made = parts(Settings(data_dir=tmp_path, collect=names), lambda: NOW)
    made.memory.open()
    jobs = collecting(made.settings, made.memory)
    await Scheduler(made.use, made.memory.findings, lambda: NOW, jobs).tick(NOW)
    found = {one.source: one for one in await made.memory.collected.listed()}
    made.memory.close()
    return found


async def test_accounts_have_the_names_and_units_of_the_organisation(
    aws: MotoServer, tmp_path: Path
) -> None:
    service = aws.client("organizations")
    service.create_organization(FeatureSet="ALL")
    root = service.list_roots()["Roots"][0]["Id"]

    def unit(name: str, parent: str) -> str:
        made = service.create_organizational_unit(ParentId=parent, Name=name)
        return made["OrganizationalUnit"]["Id"]

    def account(name: str, parent: str) -> str:
        status = service.create_account(AccountName=name, Email=f"{name}@example.com")
        number = status["CreateAccountStatus"]["AccountId"]
        service.move_account(AccountId=number, SourceParentId=root, DestinationParentId=parent)
        return number

    workloads = unit("Workloads", root)
    payments = unit("Payments", workloads)
    api = account("payments-api", payments)
    for number in range(25):
        account(f"sandbox-{number:02}", workloads)
    found = {one.id: one for one in await organization.accounts(OWN)}
    assert found[api] == organization.Account(api, "payments-api", "Workloads/Payments", True)
    assert sum(one.unit == "Workloads" for one in found.values()) == 25, "every page is read"
    kept = await collected(tmp_path, "organization")
    assert kept["organization"].said == "27 accounts in 2 units"
    assert DuckLake(tmp_path).vocabulary().account_names[api] == "payments-api"
    assert "@" not in json.dumps(kept["organization"].content), "mail addresses are not kept"


def recommendation(number: int, saves: float) -> dict[str, Any]:
    return {
        "recommendationId": f"r{number}",
        "accountId": "111111111111",
        "region": "eu-west-1",
        "resourceId": f"i-{number:017x}",
        "resourceArn": f"arn:aws:ec2:eu-west-1:111111111111:instance/i-{number:017x}",
        "currentResourceType": "Ec2Instance",
        "actionType": "Rightsize",
        "currentResourceSummary": "m5.4xlarge",
        "recommendedResourceSummary": "m5.2xlarge",
        "estimatedMonthlySavings": saves,
        "currencyCode": "USD",
        "implementationEffort": "Medium",
        "restartNeeded": True,
        "rollbackPossible": True,
        "source": "ComputeOptimizer",
    }


async def test_the_hub_s_advice_is_kept_dearest_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    status = {"items": [{"accountId": "111111111111", "status": "Active"}]}
    calls = [
        ("list_enrollment_statuses", {}, status),
        ("list_recommendations", {}, {"items": [recommendation(1, 20.5)], "nextToken": "t"}),
        ("list_recommendations", {"nextToken": "t"}, {"items": [recommendation(2, 512.37)]}),
    ]
    stubs = Stubs(monkeypatch, hub, {"cost-optimization-hub": calls})
    kept = (await collected(tmp_path, "optimization-hub"))["optimization-hub"]
    stubs.done()
    assert kept.said == "2 recommendations, $532.87 a month"
    first = Advice.of(kept.content["advice"][0])
    assert first.saves == Decimal("512.37")
    assert (first.action, first.current, first.better) == ("Rightsize", "m5.4xlarge", "m5.2xlarge")
    assert (first.effort, first.restart, first.undo) == ("Medium", True, True)


async def test_a_hub_that_is_off_says_where_to_switch_it_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    off = {"items": [{"accountId": "111111111111", "status": "Inactive"}]}
    calls = [("list_enrollment_statuses", {}, off)]
    Stubs(monkeypatch, hub, {"cost-optimization-hub": calls})
    kept = (await collected(tmp_path, "optimization-hub"))["optimization-hub"]
    assert kept.failure.startswith("Cost Optimization Hub is not switched on: enable it in")
    assert kept.good_at is None


async def test_a_missing_permission_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = [("list_enrollment_statuses", {}, "AccessDeniedException")]
    Stubs(monkeypatch, hub, {"cost-optimization-hub": calls})
    kept = (await collected(tmp_path, "optimization-hub"))["optimization-hub"]
    assert kept.failure == (
        "AWS does not allow it: give costbot's role or user "
        "cost-optimization-hub:ListEnrollmentStatuses"
    )


def saving(value: float) -> dict[str, Any]:
    return {"estimatedMonthlySavings": {"currency": "USD", "value": value}}


OPTIMIZER: Sequence[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("get_enrollment_status", {}, {"status": "Active"}),
    (
        "get_ec2_instance_recommendations",
        {},
        {
            "instanceRecommendations": [
                {
                    "instanceArn": "arn:aws:ec2:eu-west-1:1:instance/i-0a",
                    "accountId": "1",
                    "currentInstanceType": "m5.4xlarge",
                    "finding": "Overprovisioned",
                    "recommendationOptions": [
                        {"instanceType": "m5.xlarge", "rank": 2, "savingsOpportunity": saving(9)},
                        {
                            "instanceType": "m5.2xlarge",
                            "rank": 1,
                            "savingsOpportunity": saving(300),
                            "savingsOpportunityAfterDiscounts": saving(210.5),
                        },
                    ],
                },
                {
                    "instanceArn": "arn:aws:ec2:eu-west-1:1:instance/i-0b",
                    "finding": "Optimized",
                    "recommendationOptions": [],
                },
            ]
        },
    ),
    (
        "get_ebs_volume_recommendations",
        {},
        {
            "volumeRecommendations": [
                {
                    "volumeArn": "arn:aws:ec2:eu-west-1:1:volume/vol-0a",
                    "accountId": "1",
                    "currentConfiguration": {"volumeType": "gp2", "volumeSize": 100},
                    "volumeRecommendationOptions": [
                        {
                            "configuration": {
                                "volumeType": "gp3",
                                "volumeSize": 100,
                                "volumeBaselineIOPS": 3000,
                            },
                            "rank": 1,
                            "savingsOpportunity": saving(2),
                        }
                    ],
                }
            ]
        },
    ),
    ("get_lambda_function_recommendations", {}, {"lambdaFunctionRecommendations": []}),
    ("get_rds_database_recommendations", {}, {"rdsDBRecommendations": []}),
    (
        "get_idle_recommendations",
        {},
        {
            "idleRecommendations": [
                {
                    "resourceArn": "arn:aws:ec2:eu-west-1:1:volume/vol-0b",
                    "resourceType": "EBSVolume",
                    "accountId": "1",
                    "finding": "Unattached",
                    "findingDescription": "No instance used it for 32 days",
                    "savingsOpportunity": saving(40),
                }
            ]
        },
    ),
]


async def test_compute_optimizer_s_best_option_counts_after_discounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stubs = Stubs(monkeypatch, optimizer, {"compute-optimizer": [*OPTIMIZER]})
    found = await optimizer.advice(OWN, ["eu-west-1"])
    stubs.done()
    assert [(one.kind, one.action, one.current, one.better, one.saves) for one in found] == [
        ("EC2 instance", "Rightsize", "m5.4xlarge", "m5.2xlarge", Decimal("210.5")),
        ("EBSVolume", "Delete", "No instance used it for 32 days", "", Decimal(40)),
        ("EBS volume", "Rightsize", "gp2, 100 GiB", "gp3, 100 GiB, 3000 IOPS", Decimal(2)),
    ]


async def test_compute_optimizer_that_is_off_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [("get_enrollment_status", {}, {"status": "Inactive"})]
    Stubs(monkeypatch, optimizer, {"compute-optimizer": calls})
    with pytest.raises(PermanentError, match="opt in to it in its console"):
        await optimizer.advice(OWN, ["eu-west-1"])


ANOMALY = {
    "AnomalyId": "a-1",
    "AnomalyStartDate": "2026-11-17T00:00:00Z",
    "DimensionValue": "Amazon Elastic Compute Cloud - Compute",
    "AnomalyScore": {"MaxScore": 0.9, "CurrentScore": 0.5},
    "Impact": {
        "MaxImpact": 900.25,
        "TotalImpact": 2700.75,
        "TotalActualSpend": 4000.0,
        "TotalExpectedSpend": 1299.25,
    },
    "MonitorArn": "arn:aws:ce::1:anomalymonitor/m",
    "RootCauses": [
        {
            "Service": "Amazon Elastic Compute Cloud - Compute",
            "Region": "eu-west-1",
            "LinkedAccount": "222222222222",
            "UsageType": "EU-BoxUsage:p4d.24xlarge",
            "Impact": {"Contribution": 2500.5},
        }
    ],
}


def ce(patch: pytest.MonkeyPatch, *calls: tuple[str, dict[str, Any], Any]) -> Stubs:
    return Stubs(patch, asking, {"ce": [*calls]})


async def test_aws_s_anomalies_come_with_what_each_cause_cost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    days = {"StartDate": "2026-10-24", "EndDate": "2026-11-23"}
    ce(monkeypatch, ("get_anomalies", {"DateInterval": days}, {"Anomalies": [ANOMALY]}))
    kept = (await collected(tmp_path, "anomalies"))["anomalies"]
    assert kept.said == "1 anomaly in 30 days"
    found = AwsAnomaly.of(kept.content["anomalies"][0])
    assert (found.first, found.last, found.impact) == (
        date(2026, 11, 17),
        None,
        Decimal("2700.75"),
    )
    assert found.roots == (
        Root(
            "Amazon Elastic Compute Cloud - Compute",
            "222222222222",
            "eu-west-1",
            "EU-BoxUsage:p4d.24xlarge",
            Decimal("2500.5"),
        ),
    )


async def test_coverage_leaves_out_what_there_is_none_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    days = {"TimePeriod": {"Start": "2026-10-22", "End": "2026-11-21"}}
    used = {
        "TotalCommitment": "10",
        "UsedCommitment": "9",
        "UnusedCommitment": "1",
        "UtilizationPercentage": "90.4",
    }
    covered = [
        {"Coverage": {"SpendCoveredBySavingsPlans": "30", "TotalCost": "40"}},
        {"Coverage": {"SpendCoveredBySavingsPlans": "10", "TotalCost": "60"}},
    ]
    ce(
        monkeypatch,
        (
            "get_savings_plans_utilization",
            days,
            {"Total": {"Utilization": used}},
        ),
        ("get_savings_plans_coverage", days, {"SavingsPlansCoverages": covered}),
        ("get_reservation_utilization", days, "DataUnavailableException"),
        ("get_reservation_coverage", days, "DataUnavailableException"),
    )
    kept = (await collected(tmp_path, "coverage"))["coverage"]
    assert kept.said == "savings plans used 90.4 %, savings plans cover 40.0 %"


async def test_aws_s_forecast_is_kept_with_its_bounds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = {
        "TimePeriod": {"Start": "2026-11-23", "End": "2026-12-01"},
        "Metric": "UNBLENDED_COST",
        "Granularity": "MONTHLY",
        "PredictionIntervalLevel": 95,
    }
    by_time = {
        "MeanValue": "8123.4",
        "PredictionIntervalLowerBound": "7900",
        "PredictionIntervalUpperBound": "8400",
    }
    told = {"Total": {"Amount": "8123.4", "Unit": "USD"}, "ForecastResultsByTime": [by_time]}
    ce(monkeypatch, ("get_cost_forecast", asked, told))
    kept = (await collected(tmp_path, "aws-forecast"))["aws-forecast"]
    assert kept.said == "$8,123.40 from today to the end of the month"
    assert (kept.content["lower"], kept.content["upper"]) == ("7900", "8400")


async def test_what_moved_comes_with_aws_s_reasons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = {
        "BaselineTimePeriod": {"Start": "2026-09-01", "End": "2026-10-01"},
        "ComparisonTimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"},
        "MetricForComparison": "UnblendedCost",
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }

    def of(service: str) -> dict[str, Any]:
        return {"Dimensions": {"Key": "SERVICE", "Values": [service]}}

    def metric(before: str, after: str) -> dict[str, Any]:
        amounts = {
            "BaselineTimePeriodAmount": before,
            "ComparisonTimePeriodAmount": after,
            "Unit": "USD",
        }
        return {"UnblendedCost": amounts}

    whole = [
        {"CostAndUsageSelector": of("Amazon S3"), "Metrics": metric("10", "11")},
        {"CostAndUsageSelector": of("Amazon RDS"), "Metrics": metric("100", "40")},
    ]
    driver = {
        "CostSelector": of("Amazon RDS"),
        "CostDrivers": [{"Type": "USAGE_CHANGE", "Name": "InstanceUsage:db.r5"}],
    }
    ce(
        monkeypatch,
        ("get_cost_and_usage_comparisons", asked, {"CostAndUsageComparisons": whole}),
        ("get_cost_comparison_drivers", asked, {"CostComparisonDrivers": [driver]}),
    )
    kept = (await collected(tmp_path, "comparison"))["comparison"]
    assert kept.said == "2 services, 2026-10 against 2026-09"
    assert kept.content["moved"][0] == {
        "service": "Amazon RDS",
        "before": "100",
        "after": "40",
        "why": "InstanceUsage:db.r5 (USAGE_CHANGE)",
    }


async def test_cost_categories_are_known_by_their_values(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = {
        "CostCategoryArn": "arn:aws:ce::111111111111:costcategory/a",
        "Name": "Product",
        "NumberOfRules": 2,
        "Values": ["Shop", "Search"],
        "DefaultValue": "Other",
    }
    told = {"CostCategoryReferences": [one], "NextToken": "t"}
    ce(
        monkeypatch,
        ("list_cost_category_definitions", {}, told),
        ("list_cost_category_definitions", {"NextToken": "t"}, {"CostCategoryReferences": []}),
    )
    kept = (await collected(tmp_path, "cost-categories"))["cost-categories"]
    assert kept.said == "1 cost category"
    assert kept.content["categories"][0]["values"] == ["Shop", "Search"]


def metrics(aws: MotoServer, instances: Sequence[str]) -> None:
    cloudwatch = aws.client("cloudwatch")
    for name in instances:
        for day in range(3):
            cloudwatch.put_metric_data(
                Namespace="AWS/EC2",
                MetricData=[
                    {
                        "MetricName": "CPUUtilization",
                        "Dimensions": [{"Name": "InstanceId", "Value": name}],
                        "Timestamp": NOW - timedelta(days=day + 1),
                        "Value": 10.0 * (day + 1),
                        "Unit": "Percent",
                    }
                ],
            )


async def test_use_of_many_resources_is_read_in_batches(
    aws: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"i-{number:017x}" for number in range(7)]
    metrics(aws, names[:5])
    monkeypatch.setattr(utilisation, "BATCH", 4)
    asked: list[int] = []
    made = utilisation.client

    def counting(*args: Any) -> Any:
        client = made(*args)
        get = client.get_metric_data

        def counted(**said: Any) -> Any:
            asked.append(len(said["MetricDataQueries"]))
            return get(**said)

        client.get_metric_data = counted
        return client

    monkeypatch.setattr(utilisation, "client", counting)
    resources = [Resource(name, "123456789012", "us-east-1") for name in names]
    used = await utilisation.read(OWN, resources, Period(date(2026, 11, 10), date(2026, 11, 24)))
    assert {one.resource for one in used} == set(names[:5])
    assert {(one.metric, one.mean, one.most, one.days) for one in used} == {
        ("CPUUtilization", 20.0, 30.0, 3)
    }
    assert asked == [4, 4, 4, 2]


@pytest.mark.parametrize(
    ("resource", "measured"),
    [
        ("i-0123456789abcdef0", True),
        ("arn:aws:ec2:eu-west-1:1:instance/i-0123456789abcdef0", True),
        ("vol-0123456789abcdef0", True),
        ("arn:aws:rds:eu-west-1:111111111111:db:orders", True),
        ("arn:aws:ec2:eu-west-1:1:natgateway/nat-0123456789abcdef0", True),
        (
            "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/front/0123456789abcdef",
            True,
        ),
        ("arn:aws:lambda:eu-west-1:111111111111:function:resize:live", True),
        ("arn:aws:dynamodb:eu-west-1:111111111111:table/orders/index/by-day", True),
        ("arn:aws:s3:::bucket", False),
        ("", False),
    ],
)
def test_resources_are_known_as_the_bill_names_them(resource: str, measured: bool) -> None:
    assert utilisation.measured(Resource(resource, "1", "eu-west-1")) is measured


def test_a_name_that_is_no_source_stops_the_start(tmp_path: Path) -> None:
    made = parts(Settings(data_dir=tmp_path, collect=("organisation",)), lambda: NOW)
    with pytest.raises(SettingsError, match=r"nothing is called 'organisation'. Write organiz"):
        collecting(made.settings, made.memory)
