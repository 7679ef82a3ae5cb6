"""The questions about charges that are no usage: fees, credits, refunds, and sums of months."""

from typing import Any

from analytics.questions import Asked, kept
from domain.period import Period
from domain.ports import Question
from domain.query import ChargeType

#: Each looked at in its own way: tax and support by what they are a share of.
_APART = tuple(
    one.value
    for one in (
        ChargeType.USAGE,
        ChargeType.SUPPORT,
        ChargeType.TAX,
        ChargeType.CREDIT,
        ChargeType.REFUND,
    )
)
_WHAT = ("sub_account_id", "service_name", "charge_type")

#: What `fees` reads.
FEES = frozenset(
    {
        *_WHAT,
        *("charge_date", "charge_category", "charge_frequency", "charge_description"),
        *("commitment_discount_id", "sku_meter", "charge_period_end", "unblended_cost"),
    }
)
_SAID = ("charge_date", "charge_type", "charge_description", "unblended_cost")
#: What `credits_applied` reads.
CREDITS = frozenset({*_SAID, "billing_account_id"})
#: What `refunds` reads.
REFUNDS = frozenset({*_SAID, *_WHAT})
#: What `months` reads.
MONTHS = frozenset({"charge_date", "billing_account_id", *_WHAT[::2], "unblended_cost"})
#: What `marketplace` reads besides the columns of a daily query.
MARKETPLACE = frozenset({"charge_type", "charge_category"})


def fees(period: Period) -> Question:
    """What was bought, by day and thing: columns account, service, charge, bought, recurring, day,
    said, ends and cost."""
    return Asked(_fees, (period,))


def credits_applied(period: Period) -> Question:
    """What credits paid, by payer, description and day; costs are negative."""
    return Asked(_credits, (period,))


def refunds(period: Period) -> Question:
    """What was paid back: columns account, service, said, day and cost."""
    return Asked(_refunds, (period,))


def months(period: Period) -> Question:
    """Sums by month, payer, account and type of charge, for what follows from other charges."""
    return Asked(_months, (period,))


def marketplace(period: Period, cost: str) -> Question:
    """Usage of Marketplace products by account, service and day; what is bought there is a fee."""
    return Asked(_marketplace, (period, cost))


def _fees(table: Any, period: Period) -> Any:
    rows = kept(table, (), (period,))
    bought = rows.charge_category == "Purchase"
    rows = rows.filter(bought & ~rows.charge_type.isin(_APART))
    keys = {
        "account": rows.sub_account_id,
        "service": rows.service_name,
        "charge": rows.charge_type,
        "bought": rows.commitment_discount_id.coalesce(rows.sku_meter),
        "recurring": (rows.charge_frequency == "Recurring").fill_null(False),
        "day": rows.charge_date,
    }
    sums = {
        "said": rows.charge_description.max(),
        "ends": rows.charge_period_end.max(),
        "cost": rows.unblended_cost.sum(),
    }
    return rows.group_by(**keys).aggregate(**sums)


def _credits(table: Any, period: Period) -> Any:
    rows = kept(table, (), (period,))
    rows = rows.filter(rows.charge_type == ChargeType.CREDIT.value)
    keys = {
        "payer": rows.billing_account_id,
        "said": rows.charge_description,
        "day": rows.charge_date,
    }
    return rows.group_by(**keys).aggregate(cost=rows.unblended_cost.sum())


def _refunds(table: Any, period: Period) -> Any:
    rows = kept(table, (), (period,))
    rows = rows.filter(rows.charge_type == ChargeType.REFUND.value)
    keys = {
        "account": rows.sub_account_id,
        "service": rows.service_name,
        "day": rows.charge_date,
    }
    sums = {"said": rows.charge_description.max(), "cost": rows.unblended_cost.sum()}
    return rows.group_by(**keys).aggregate(**sums)


def _months(table: Any, period: Period) -> Any:
    rows = kept(table, (), (period,))
    keys = {
        "month": rows.charge_date.truncate("M"),
        "payer": rows.billing_account_id,
        "account": rows.sub_account_id,
        "charge": rows.charge_type,
    }
    return rows.group_by(**keys).aggregate(cost=rows.unblended_cost.sum())


def _marketplace(table: Any, period: Period, cost: str) -> Any:
    rows = kept(table, (), (period,))
    metered = (rows.charge_category == "Usage").fill_null(False)
    rows = rows.filter((rows.charge_type == ChargeType.MARKETPLACE.value) & metered)
    keys = {"g0": rows.sub_account_id, "g1": rows.service_name, "g2": rows.charge_date}
    return rows.group_by(**keys).aggregate(cost=rows[cost].sum())
