"""Cost Explorer's words beside the bill's."""

import re
from collections.abc import Iterable

from domain.charge import RESERVED_SERVICE, SUPPORT_SERVICE
from domain.query import ChargeType, Dimension

#: What it calls the ways to split, by costbot's names.
DIMENSIONS = {
    "service": "SERVICE",
    "account": "LINKED_ACCOUNT",
    "region": "REGION",
    "usage_type": "USAGE_TYPE",
    "operation": "OPERATION",
    "payer": "PAYER_ACCOUNT",
}
#: The bill's one service that Cost Explorer shows as two.
EC2 = "Amazon Elastic Compute Cloud"
_EC2 = ("Amazon Elastic Compute Cloud - Compute", "EC2 - Other")
#: What it says where there is no value.
_NOTHING = {"NoRegion", "NoOperation", "NoUsageType", "NoService", ""}
_CATEGORY = "cost_category/"
_USAGE = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation")
_COMMITMENT = {"SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "RIFee"}
_MARKET = "AWS Marketplace"
_CHARGES = {
    ChargeType.USAGE: _USAGE,
    ChargeType.CREDIT: ("Credit",),
    ChargeType.REFUND: ("Refund",),
    ChargeType.TAX: ("Tax",),
}


def group(dimension: Dimension) -> dict[str, str] | None:
    """How to ask for a split; None for what Cost Explorer cannot split by."""
    if dimension.key is not None:
        if dimension.key.startswith(_CATEGORY):
            return {"Type": "COST_CATEGORY", "Key": dimension.key.removeprefix(_CATEGORY)}
        return {"Type": "TAG", "Key": dimension.key}
    name = DIMENSIONS.get(dimension.name)
    return {"Type": "DIMENSION", "Key": name} if name else None


def value(dimension: Dimension, key: str) -> str | None:
    """The bill's word for a key of a group: `team$payments` is `payments`, `team$` is none."""
    if dimension.key is not None:
        key = key.partition("$")[2]
    if dimension.name == "service" and key in _EC2:
        return EC2
    return None if key in _NOTHING else key


def filtered(dimension: Dimension, text: str) -> dict[str, object] | None:
    """An expression for charges with this value; None for what cannot be asked so."""
    if dimension.name == "charge":
        return _charged(text)
    asked = group(dimension)
    if asked is None:
        return None
    values = list(_EC2) if dimension.name == "service" and text == EC2 else [text]
    if asked["Type"] == "DIMENSION":
        return {"Dimensions": {"Key": asked["Key"], "Values": values}}
    kind = "Tags" if asked["Type"] == "TAG" else "CostCategories"
    return {kind: {"Key": asked["Key"], "Values": values}}


def _charged(text: str) -> dict[str, object] | None:
    """Charges of a type. What is a seller's, or support, is apart from usage in the bill."""
    if text == ChargeType.MARKETPLACE:
        return seller(market=True)
    try:
        records = _CHARGES[ChargeType(text)]
    except (KeyError, ValueError):
        return None
    kept = _dimension("RECORD_TYPE", records)
    if text != ChargeType.USAGE:
        return kept
    return {"And": [kept, seller(market=False)]}


def seller(market: bool) -> dict[str, object]:
    """An expression for what sellers of the Marketplace charge, or for all else."""
    theirs = _dimension("BILLING_ENTITY", [_MARKET])
    return theirs if market else {"Not": theirs}


def charge_of(record: str, service: str, *, market: bool) -> str:
    """The type of a charge, by the rule of the lake's bills (`store.lake.formats.explorer`)."""
    if record in ("Tax", "Credit", "Refund"):
        return record.lower()
    if market:
        return ChargeType.MARKETPLACE
    if re.search(SUPPORT_SERVICE, service):
        return ChargeType.SUPPORT
    if record in _COMMITMENT or (record == "Fee" and re.search(RESERVED_SERVICE, service)):
        return ChargeType.COMMITMENT
    return ChargeType.USAGE if record in _USAGE else ChargeType.OTHER


def _dimension(key: str, values: Iterable[str]) -> dict[str, object]:
    return {"Dimensions": {"Key": key, "Values": list(values)}}
