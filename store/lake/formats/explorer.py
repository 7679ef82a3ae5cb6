"""What costbot writes down of Cost Explorer: cost by day, account, service and type of charge."""

from domain.charge import RESERVED_SERVICE
from store.lake.columns import Columns
from store.lake.engine import text
from store.lake.formats import Fault, Format
from store.lake.formats.shared import LINE_CATEGORY, LINE_FREQUENCY, line_charge_type, whole

REQUIRED = {
    "TimePeriodStart": "charge_period_start",
    "PayerAccount": "billing_account_id",
    "RecordType": "line_type",
    "UnblendedCost": "unblended_cost",
    "AmortizedCost": "amortised_cost",
    "Currency": "billing_currency",
}

#: It does not say which fee is for a reservation.
_RESERVED = f"regexp_matches(service_name, {text(RESERVED_SERVICE)})"


def _select(c: Columns) -> dict[str, str]:
    day = c.moment("TimePeriodStart")
    return whole(
        {
            "line_type": c.text("RecordType"),
            "seller": c.text("BillingEntity"),
            "charge_period_start": day,
            "charge_period_end": f"{day} + INTERVAL 1 DAY",
            "billing_period_start": f"CAST(date_trunc('month', {day}) AS DATE)",
            "billing_account_id": c.text("PayerAccount"),
            "sub_account_id": c.text("LinkedAccount"),
            "sub_account_name": c.text("LinkedAccountName"),
            "provider_name": "'AWS'",
            "service_name": c.text("Service"),
            "charge_category": LINE_CATEGORY,
            "charge_type": line_charge_type(_RESERVED),
            "charge_frequency": LINE_FREQUENCY,
            "billing_currency": c.text("Currency"),
            "unblended_cost": c.money("UnblendedCost"),
            "amortised_cost": c.money("AmortizedCost"),
            "net_unblended_cost": f"coalesce({c.money('NetUnblendedCost')}, unblended_cost)",
            "net_amortised_cost": f"coalesce({c.money('NetAmortizedCost')}, amortised_cost)",
            # It has no list prices: what was invoiced stands in.
            "list_cost": "unblended_cost",
        }
    )


def _faults(_: Columns) -> list[Fault]:
    return []


EXPLORER = Format(
    "Cost Explorer",
    ("RecordType", "LinkedAccount", "BillingEntity", "TimePeriodStart"),
    REQUIRED,
    _select,
    _faults,
    "Load cost-explorer:// again.",
    lambda _: "Cost Explorer",
)
