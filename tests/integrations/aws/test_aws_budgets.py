"""AWS Budgets as AWS describes them: all pages, cost budgets alone, and refusals in words."""

from decimal import Decimal
from typing import Any

import pytest

from domain.errors import NotTakenError, PermanentError
from integrations.aws import Budgets, budgets
from tests.integrations.aws.stubs import Stubs

WHO = ("get_caller_identity", {}, {"Account": "111122223333", "Arn": "arn:aws:iam::1:user/x"})


def budget(name: str, limit: str = "100", **more: Any) -> dict[str, Any]:
    spent = {
        "ActualSpend": {"Amount": "62.5", "Unit": "USD"},
        "ForecastedSpend": {"Amount": "120.25", "Unit": "USD"},
    }
    return {
        "BudgetName": name,
        "BudgetLimit": {"Amount": limit, "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
        "CalculatedSpend": spent,
    } | more


def asked(token: str = "") -> dict[str, Any]:
    more = {"NextToken": token} if token else {}
    return {"AccountId": "111122223333", "MaxResults": 100} | more


async def test_all_pages_are_read_and_what_is_no_cost_is_left_out(monkeypatch: pytest.MonkeyPatch):
    usage = budget("hours", BudgetType="USAGE", BudgetLimit={"Amount": "5", "Unit": "Hrs"})
    planned = budget("planned")
    del planned["BudgetLimit"]
    young = budget("young", CalculatedSpend={"ActualSpend": {"Amount": "0", "Unit": "USD"}})
    stubs = Stubs(
        monkeypatch,
        budgets,
        {
            "sts": [WHO],
            "budgets": [
                (
                    "describe_budgets",
                    asked(),
                    {"Budgets": [budget("b\nevil"), usage], "NextToken": "more"},
                ),
                ("describe_budgets", asked("more"), {"Budgets": [budget("A"), planned, young]}),
            ],
        },
    )
    found = await Budgets().listed()
    assert [one.name for one in found] == ["A", "b evil", "young"]
    first = found[0]
    assert (first.limit.amount, first.limit.currency) == (Decimal(100), "USD")
    assert first.spent.amount == Decimal("62.5")
    assert first.forecast is not None and first.forecast.amount == Decimal("120.25")
    assert (first.cadence, found[2].forecast) == ("monthly", None)
    stubs.done()


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("AccessDeniedException", PermanentError, "budgets:ViewBudget"),
        ("ThrottlingException", NotTakenError, "asks to wait"),
        ("ExpiredTokenException", PermanentError, "credentials"),
    ],
)
async def test_a_refusal_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, code: str, kind: type[Exception], said: str
):
    answers: Any = {"sts": [WHO], "budgets": [("describe_budgets", asked(), code)]}
    Stubs(monkeypatch, budgets, answers)
    with pytest.raises(kind, match=said):
        await Budgets().listed()
