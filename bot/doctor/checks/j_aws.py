"""AWS: what is switched on may be asked; each refusal names the permission that is missing."""

from collections.abc import Sequence
from datetime import timedelta

from bot.doctor.model import Check, Patient, Remark, bad, off, ok, warning
from domain.errors import DeliveryError

ABOUT = "AWS"
ADMIN = "an admin of the AWS account"


async def run(patient: Patient) -> Sequence[Remark]:
    settings = patient.settings
    found: list[Remark] = []
    if settings.aws_budgets:
        found.append(await _budgets())
    if settings.estimated_charges:
        found.append(await _estimates(patient))
    return found or [off(ABOUT, "neither COSTBOT_AWS_BUDGETS nor COSTBOT_ESTIMATED_CHARGES is set")]


async def _budgets() -> Remark:
    from integrations.aws import Budgets

    try:
        listed = await Budgets().listed()
    except DeliveryError as error:
        return bad("AWS Budgets", str(error), "grant it, or unset COSTBOT_AWS_BUDGETS", ADMIN)
    return ok("AWS Budgets", f"{len(listed)} cost budgets can be read")


async def _estimates(patient: Patient) -> Remark:
    from integrations.aws import EstimatedCharges

    about = "AWS estimate"
    try:
        found = await EstimatedCharges().read(patient.now - timedelta(days=2), patient.now)
    except DeliveryError as error:
        return bad(about, str(error), "grant it, or unset COSTBOT_ESTIMATED_CHARGES", ADMIN)
    if not any(one.points for one in found):
        todo = "switch on billing alerts (Billing preferences) in the account that pays"
        return warning(about, "there is no EstimatedCharges metric", todo, ADMIN)
    return ok(about, "can be read")


CHECK = Check(ABOUT, run)
