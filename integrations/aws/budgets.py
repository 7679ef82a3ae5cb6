"""AWS Budgets: the cost budgets of the account that costbot belongs to, read and never changed.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_DescribeBudgets.html
AWS computes their numbers anew up to three times a day. Asking is free; it needs
budgets:ViewBudget, and nothing for sts:GetCallerIdentity.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.access import Access
from domain.budget import AwsBudget
from domain.errors import TemporaryError
from domain.money import Money
from integrations.aws import failures
from integrations.aws.clients import client
from integrations.calls import still_wanted, within
from integrations.plain import line

DEADLINE_SECONDS = 15.0
REGION = "us-east-1"
PAGE = 100
_MOST_PAGES = 50
_CADENCES = {
    "DAILY": "daily",
    "MONTHLY": "monthly",
    "QUARTERLY": "quarterly",
    "ANNUALLY": "yearly",
    "CUSTOM": "custom",
}


class Budgets:
    """Fills `domain.ports.AwsBudgets`."""

    def __init__(
        self, access: Access | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._access = access
        self._deadline_seconds = deadline_seconds

    async def listed(self) -> tuple[AwsBudget, ...]:
        found = await within(self._deadline_seconds, "AWS Budgets", self._listed)
        return tuple(sorted(found, key=lambda one: one.name.casefold()))

    def _listed(self) -> list[AwsBudget]:
        with failures.told():
            sts = client("sts", REGION, self._access)
            account = str(sts.get_caller_identity()["Account"])
            sts.close()
            budgets = client("budgets", REGION, self._access)
            try:
                told = [_budget(one) for one in _pages(budgets, account)]
            finally:
                budgets.close()
            return [one for one in told if one is not None]


def _pages(budgets: Any, account: str) -> Iterator[Mapping[str, Any]]:
    more: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        still_wanted()
        page = budgets.describe_budgets(AccountId=account, MaxResults=PAGE, **more)
        yield from page.get("Budgets", ())
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}
    raise TemporaryError("AWS Budgets' answer does not end")


def _budget(one: Mapping[str, Any]) -> AwsBudget | None:
    """None for budgets of usage, coverage and the like, and for those without a limit."""
    spent = one.get("CalculatedSpend", {})
    limit, actual = _money(one.get("BudgetLimit")), _money(spent.get("ActualSpend"))
    if one.get("BudgetType") != "COST" or limit is None or actual is None:
        return None
    cadence = _CADENCES.get(str(one.get("TimeUnit")), "")
    name = line(str(one.get("BudgetName", "")), 100)
    return AwsBudget(name, limit, actual, _money(spent.get("ForecastedSpend")), cadence)


def _money(spend: Mapping[str, Any] | None) -> Money | None:
    if not spend:
        return None
    try:
        amount = Decimal(str(spend["Amount"]))
    except (InvalidOperation, KeyError):
        return None
    return Money(amount, line(str(spend.get("Unit", "")), 10)) if amount.is_finite() else None
