"""AWS: whose account it is, and each right that the settings need, tried by a small request."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.collecting import switched_on
from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from bot.rights import Right
from bot.settings import Settings
from cards import words
from domain.errors import DeliveryError, SettingsError
from integrations.aws.permissions import ACTIONS

ABOUT = "AWS"
ADMIN = "an admin of the AWS account"
_OPERATIONS = {action: operation for operation, action in ACTIONS.items()}
_ALL = "python -m bot doctor iam prints all rights that are needed"


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    try:
        sources = switched_on(settings)
    except SettingsError as error:
        return [bad(ABOUT, str(error), "put it right; docs/aws.md lists the names")]
    own = (settings.aws_budgets, settings.estimated_charges, settings.cloudtrail, settings.aws_role)
    if not sources and not any(own):
        return [off(ABOUT, "no setting asks anything of AWS; docs/aws.md says what could be")]
    caller = await asyncio.to_thread(_caller, settings)
    if isinstance(caller, Remark):
        return [caller]
    return [
        ok(ABOUT, caller),
        *await _collected(patient),
        *([await _budgets(settings)] if settings.aws_budgets else ()),
        *([await _estimates(patient)] if settings.estimated_charges else ()),
        *(await _trail(patient) if settings.cloudtrail else ()),
    ]


def _caller(settings: Settings) -> str | Remark:
    """The account that is looked at."""
    from integrations.aws.account import account_id

    access = settings.aws_access
    try:
        account = account_id(access)
    except DeliveryError as error:
        if not access.role_arn:
            return bad(
                ABOUT, str(error), "docs/aws.md, Credentials, says where they are looked for", ADMIN
            )
        todo = "let the role trust costbot's own role or user, with COSTBOT_AWS_EXTERNAL_ID"
        return bad(ABOUT, f"{access.role_arn} cannot be taken: {error}", todo, ADMIN)
    return f"account {account}" + (f", as {access.role_arn}" if access.role_arn else "")


async def _collected(patient: Patient) -> list[Remark]:
    """A remark for each source, with the first right that is missing."""
    from integrations.aws.probing import unreadable

    settings = patient.settings
    found: list[Remark] = []
    for collector, source in switched_on(settings):
        if source.startswith("dynamodb://"):
            continue  # Its own check looks at tables of sums.
        if source.startswith("s3://"):
            why = await unreadable(settings.aws_access, source)
        else:
            why = await _missing(patient, collector.rights(source))
        todo = f"grant it, or take {source} out of the settings; {_ALL}"
        found.append(bad(source, why, todo, ADMIN) if why else ok(source, "may be asked"))
    return found


async def _missing(patient: Patient, needed: Sequence[Right]) -> str:
    """What is not allowed, in a line; "" for nothing."""
    from integrations.aws.explorer import Explorer
    from integrations.aws.probing import denied
    from store.state import Memory, default_url

    settings = patient.settings
    url = settings.database_url
    memory = Memory(url.reveal() if url else default_url(settings.data_dir))
    try:
        memory.open()
        explorer = Explorer(
            settings.aws_access,
            memory.spent,
            memory.replies,
            settings.cost_explorer_limit,
            lambda: patient.now,
        )
        actions = dict.fromkeys(action for right in needed for action in right.actions)
        operations = [_OPERATIONS[action] for action in actions if action in _OPERATIONS]
        told = [
            await denied(settings.aws_access, operation, patient.now, explorer)
            for operation in operations
        ]
    finally:
        memory.close()
    missing = [why for why in told if why]
    if len(missing) < 2:
        return "".join(missing)
    return f"{missing[0]}, and {words.plural(len(missing) - 1, 'more right')} of its kind"


async def _budgets(settings: Settings) -> Remark:
    from integrations.aws import Budgets

    try:
        listed = await Budgets(settings.aws_access).listed()
    except DeliveryError as error:
        return bad("AWS Budgets", str(error), "grant it, or unset COSTBOT_AWS_BUDGETS", ADMIN)
    return ok("AWS Budgets", f"{len(listed)} cost budgets can be read")


async def _estimates(patient: Patient) -> Remark:
    from integrations.aws import EstimatedCharges

    about = "AWS estimate"
    estimates = EstimatedCharges(patient.settings.aws_access)
    try:
        found = await estimates.read(patient.now - timedelta(days=2), patient.now)
    except DeliveryError as error:
        return bad(about, str(error), "grant it, or unset COSTBOT_ESTIMATED_CHARGES", ADMIN)
    if not any(one.points for one in found):
        todo = "switch on billing alerts (Billing preferences) in the account that pays"
        return warning(about, "there is no EstimatedCharges metric", todo, ADMIN)
    return ok(about, "can be read")


async def _trail(patient: Patient) -> list[Remark]:
    why = await _missing(patient, [Right("ReadTrail", (ACTIONS["LookupEvents"],))])
    todo = "grant it, or unset COSTBOT_CLOUDTRAIL"
    return [bad("CloudTrail", why, todo, ADMIN) if why else ok("CloudTrail", "may be asked")]


CHECK = Check(ABOUT, run)
