"""`doctor iam`: the least-privilege policy for what is switched on, in three languages.

docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.rights import Right, Whose, of
from bot.settings import Settings
from domain.errors import SettingsError

Policy = Mapping[str, Any]
_VERSION = "2012-10-17"


def policy(rights: Sequence[Right]) -> Policy:
    """A statement for each right, under a name of its own."""
    statements: list[dict[str, Any]] = []
    for right in rights:
        same = sum(other.why == right.why for other in rights[: len(statements)])
        statement: dict[str, Any] = {
            "Sid": right.why + (str(same + 1) if same else ""),
            "Effect": "Allow",
            "Action": list(right.actions),
            "Resource": list(right.resources),
        }
        if right.condition:
            statement["Condition"] = dict(right.condition)
        statements.append(statement)
    return {"Version": _VERSION, "Statement": statements}


def printed(settings: Settings, form: str, whose: Whose | None) -> str:
    """The text to print; SettingsError where nothing of AWS is switched on."""
    if not of(settings, "bot"):
        raise SettingsError(
            "nothing that asks AWS is switched on, so no right is needed. Set COSTBOT_EXPORTS, "
            "COSTBOT_COLLECT or COSTBOT_COST_EXPLORER first."
        )
    return _FORMS[form](settings, whose)


def _as_json(settings: Settings, whose: Whose | None) -> str:
    """One policy: of the role where there is one, unless told."""
    chosen = whose or ("role" if settings.aws_role else "bot")
    return json.dumps(policy(of(settings, chosen)), indent=2) + "\n"


def _parts(settings: Settings, whose: Whose | None) -> list[tuple[Whose, Policy]]:
    every: tuple[Whose, ...] = ("bot", "role") if settings.aws_role else ("bot",)
    wanted: tuple[Whose, ...] = (whose,) if whose else every
    return [(one, policy(rights)) for one in wanted if (rights := of(settings, one))]


def _as_terraform(settings: Settings, whose: Whose | None) -> str:
    """A module of outputs, which needs no provider: attach them where your roles are made."""
    lines = [
        "# The rights that costbot needs, and no more: made by `costbot doctor iam`.",
        "# Attach each to its role: aws_iam_role_policy { policy = module.costbot.bot_policy }",
    ]
    parts = _parts(settings, whose)
    for one, made in parts:
        lines += ["", f'output "{one}_policy" {{', f"  description = {json.dumps(_WHAT[one])}"]
        lines.append(f"  value = jsonencode({_hcl(made, 2)})")
        lines.append("}")
    if any(one == "role" for one, _ in parts):
        lines.append(_TRUST)
    return "\n".join(lines) + "\n"


_WHAT = {
    "bot": "For the role or user that costbot runs with.",
    "role": "For the role that costbot takes in the account that pays.",
}
_TRUST = """
variable "costbot_arn" {
  description = "The role or user that costbot runs with."
  type        = string
}

variable "external_id" {
  description = "COSTBOT_AWS_EXTERNAL_ID."
  type        = string
  sensitive   = true
}

output "role_trust" {
  description = "Who may take the role: costbot, with the external id."
  sensitive   = true
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = var.costbot_arn }
        Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
      }
    ]
  })
}"""


def _hcl(value: Any, indent: int) -> str:
    """A value in Terraform's language, laid out as `terraform fmt` does it."""
    pad = " " * (indent + 2)
    match value:
        case dict():
            keys = {str(key): _key(str(key)) for key in value}
            lines = _aligned([(keys[str(k)], _hcl(v, indent + 2)) for k, v in value.items()], pad)
            return "{\n" + "\n".join(lines) + f"\n{' ' * indent}}}"
        case list():
            inside = ",\n".join(f"{pad}{_hcl(one, indent + 2)}" for one in value)
            return f"[\n{inside}\n{' ' * indent}]"
        case _:
            return json.dumps(value)


def _aligned(pairs: Sequence[tuple[str, str]], pad: str) -> list[str]:
    """Equals signs stand below each other among neighbours of one line each."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def flush() -> None:
        width = max((len(key) for key, _ in run), default=0)
        lines.extend(f"{pad}{key:{width}} = {value}" for key, value in run)
        run.clear()

    for key, value in pairs:
        if "\n" in value:
            flush()
            lines.append(f"{pad}{key} = {value}")
        else:
            run.append((key, value))
    flush()
    return lines


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key)


def _as_cloudformation(settings: Settings, whose: Whose | None) -> str:
    """A template with a managed policy for costbot, and the role where one is taken."""
    parts = dict(_parts(settings, whose))
    resources: dict[str, Any] = {}
    if "bot" in parts:
        resources["CostbotPolicy"] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"Description": _WHAT["bot"], "PolicyDocument": parts["bot"]},
        }
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The rights that costbot needs, and no more",
    }
    if "role" in parts:
        template["Parameters"] = {
            "CostbotArn": {
                "Type": "String",
                "Description": "The role or user that costbot runs with",
                "AllowedPattern": "arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "COSTBOT_AWS_EXTERNAL_ID",
                "NoEcho": True,
                "MinLength": 2,
            },
        }
        resources["CostbotRole"] = _role(settings, parts["role"])
    template["Resources"] = resources
    return json.dumps(template, indent=2) + "\n"


def _role(settings: Settings, made: Policy) -> Mapping[str, Any]:
    """The role in the account that pays, under the name that the settings know."""
    name = (settings.aws_role or "").rpartition("/")[2]
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": {"Ref": "CostbotArn"}},
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "Description": _WHAT["role"],
            "AssumeRolePolicyDocument": {"Version": _VERSION, "Statement": [trust]},
            "Policies": [{"PolicyName": "costbot", "PolicyDocument": made}],
        },
    }


_FORMS: Mapping[str, Callable[[Settings, Whose | None], str]] = {
    "json": _as_json,
    "terraform": _as_terraform,
    "cloudformation": _as_cloudformation,
}
FORMS = tuple(_FORMS)
