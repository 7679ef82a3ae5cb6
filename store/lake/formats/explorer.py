"""What costbot writes down of Cost Explorer: cost by day, account, service and type of charge."""

from store.lake.columns import Columns
from store.lake.formats import Fault, Format
from store.lake.formats.shared import SUPPORT

REQUIRED = {
    "TimePeriodStart": "charge_period_start",
    "PayerAccount": "billing_account_id",
    "RecordType": "line_type",
    "UnblendedCost": "unblended_cost",
    "AmortizedCost": "amortised_cost",
    "Currency": "billing_currency",
}

#: Services that are reserved by paying upfront; elsewhere a fee is none of a commitment.
_RESERVED = (
    "(?i)elastic compute|relational database|elasticache|redshift|opensearch|memorydb|dynamo"
)

_CHARGE_TYPE = f"""CASE
    WHEN line_type IN ('Tax', 'Credit', 'Refund') THEN lower(line_type)
    WHEN seller = 'AWS Marketplace' THEN 'marketplace'
    WHEN {SUPPORT} THEN 'support'
    WHEN line_type IN ('SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee')
        OR (line_type = 'Fee' AND regexp_matches(service_name, '{_RESERVED}')) THEN 'commitment'
    WHEN line_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage',
        'SavingsPlanNegation') THEN 'usage'
    ELSE 'other' END"""

_CHARGE_CATEGORY = """CASE
    WHEN line_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage',
        'SavingsPlanNegation') THEN 'Usage'
    WHEN line_type IN ('Tax', 'Credit') THEN line_type
    WHEN line_type LIKE '%Fee' THEN 'Purchase'
    ELSE 'Adjustment' END"""

_TEXTS = (
    "publisher_name",
    "invoice_issuer_name",
    "invoice_id",
    "region_id",
    "availability_zone",
    "service_category",
    "charge_class",
    "charge_description",
    "pricing_category",
    "commitment_discount_id",
    "commitment_discount_type",
    "commitment_discount_status",
    "sku_meter",
    "operation",
    "resource_id",
    "resource_name",
    "sku_id",
    "consumed_unit",
)


def _select(c: Columns) -> dict[str, str]:
    day = c.moment("TimePeriodStart")
    return {
        **dict.fromkeys(_TEXTS, "NULL::VARCHAR"),
        "line_type": c.text("RecordType"),
        "seller": c.text("BillingEntity"),
        "charge_period_start": day,
        "charge_period_end": f"{day} + INTERVAL 1 DAY",
        "billing_period_start": f"CAST(date_trunc('month', {day}) AS DATE)",
        "billing_account_id": c.text("PayerAccount"),
        "billing_account_name": "NULL::VARCHAR",
        "sub_account_id": c.text("LinkedAccount"),
        "sub_account_name": c.text("LinkedAccountName"),
        "provider_name": "'AWS'",
        "service_name": c.text("Service"),
        "charge_category": _CHARGE_CATEGORY,
        "charge_type": _CHARGE_TYPE,
        "charge_frequency": "CASE WHEN line_type IN ('RIFee', 'SavingsPlanRecurringFee') THEN "
        "'Recurring' WHEN line_type LIKE '%Fee' THEN 'One-Time' ELSE 'Usage-Based' END",
        "consumed_quantity": "NULL::DOUBLE",
        "pricing_quantity": "NULL::DOUBLE",
        "tags": "CAST(NULL AS MAP(VARCHAR, VARCHAR))",
        "billing_currency": c.text("Currency"),
        "unblended_cost": c.money("UnblendedCost"),
        "amortised_cost": c.money("AmortizedCost"),
        "net_unblended_cost": f"coalesce({c.money('NetUnblendedCost')}, unblended_cost)",
        "net_amortised_cost": f"coalesce({c.money('NetAmortizedCost')}, amortised_cost)",
        # It has no list prices: what was invoiced stands in.
        "list_cost": "unblended_cost",
    }


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
