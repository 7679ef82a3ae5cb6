"""FOCUS 1.0 and 1.2: BilledCost is what is invoiced, EffectiveCost is amortised; both are net."""

from store.lake.columns import Columns
from store.lake.formats import Fault, Format
from store.lake.formats.shared import SUPPORT, list_cost, tags

REQUIRED = {
    "BilledCost": "unblended_cost",
    "EffectiveCost": "amortised_cost",
    "BillingAccountId": "billing_account_id",
    "BillingCurrency": "billing_currency",
    "BillingPeriodStart": "billing_period_start",
    "ChargePeriodStart": "charge_period_start",
    "ChargeCategory": "charge_category",
    "ServiceName": "service_name",
}

_MARKETPLACE = """(provider_name ILIKE 'AWS%' OR provider_name ILIKE 'Amazon%') AND (
    NOT (publisher_name ILIKE 'AWS%' OR publisher_name ILIKE 'Amazon%')
    OR service_name ILIKE 'AWS Marketplace%')"""

# A covered use of a commitment stays usage; what is bought, or left unused, is the commitment.
_CHARGE_TYPE = f"""CASE
    WHEN charge_category = 'Credit' THEN 'credit'
    WHEN charge_category = 'Tax' THEN 'tax'
    WHEN charge_class = 'Correction' AND unblended_cost < 0 THEN 'refund'
    WHEN {_MARKETPLACE} THEN 'marketplace'
    WHEN {SUPPORT} THEN 'support'
    WHEN charge_category = 'Purchase' AND (commitment_discount_id IS NOT NULL
        OR regexp_matches(service_name, '(?i)savings plan')) THEN 'commitment'
    WHEN charge_category = 'Usage' AND commitment_discount_status = 'Unused' THEN 'commitment'
    WHEN charge_category = 'Usage' THEN 'usage'
    ELSE 'other' END"""


def _select(c: Columns) -> dict[str, str]:
    return {
        "charge_period_start": c.moment("ChargePeriodStart"),
        "charge_period_end": c.moment("ChargePeriodEnd"),
        "billing_period_start": f"CAST({c.moment('BillingPeriodStart')} AS DATE)",
        "billing_account_id": c.text("BillingAccountId"),
        "billing_account_name": c.text("BillingAccountName"),
        "sub_account_id": c.text("SubAccountId"),
        "sub_account_name": c.text("SubAccountName"),
        "provider_name": c.text("ProviderName"),
        "publisher_name": c.text("PublisherName"),
        "invoice_issuer_name": c.text("InvoiceIssuerName"),
        "invoice_id": c.text("InvoiceId"),
        "region_id": c.text("RegionId"),
        "availability_zone": c.text("AvailabilityZone"),
        "service_name": c.text("ServiceName"),
        "service_category": c.text("ServiceCategory"),
        "charge_category": c.text("ChargeCategory"),
        "charge_class": c.text("ChargeClass"),
        "charge_frequency": c.text("ChargeFrequency"),
        "charge_description": c.text("ChargeDescription"),
        "pricing_category": c.text("PricingCategory"),
        "commitment_discount_id": c.text("CommitmentDiscountId"),
        "commitment_discount_type": c.text("CommitmentDiscountType"),
        "commitment_discount_status": c.text("CommitmentDiscountStatus"),
        "sku_meter": c.text("SkuMeter", "x_UsageType"),
        "operation": c.text("x_Operation"),
        "resource_id": c.text("ResourceId"),
        "resource_name": c.text("ResourceName"),
        "sku_id": c.text("SkuId"),
        "consumed_quantity": c.quantity("ConsumedQuantity"),
        "consumed_unit": c.text("ConsumedUnit"),
        "pricing_quantity": c.quantity("PricingQuantity"),
        "tags": _tags(c),
        "billing_currency": c.text("BillingCurrency"),
        "unblended_cost": c.money("BilledCost"),
        "net_unblended_cost": c.money("BilledCost"),
        "amortised_cost": c.money("EffectiveCost"),
        "net_amortised_cost": c.money("EffectiveCost"),
        "charge_type": _CHARGE_TYPE,
        "list_cost": list_cost(c.money("ListCost")),
    }


def _tags(c: Columns) -> str:
    if "x_CostCategories" not in c:
        return tags(c.pairs("Tags"), "user:")
    named = "lambda e: {'k': 'cost_category/' || e.k, 'v': e.v}"
    categories = f"list_transform({c.pairs('x_CostCategories')}, {named})"
    return tags(f"list_concat({c.pairs('Tags')}, {categories})", "user:")


def _faults(c: Columns) -> list[Fault]:
    return [
        Fault(c.not_an_object(column), column, "the value is not a JSON object.")
        for column in ("Tags", "x_CostCategories")
    ]


def _label(c: Columns) -> str:
    """The version by the columns that each one added."""
    if any(column in c for column in ("InvoiceId", "BillingAccountType", "PricingCurrency")):
        return "FOCUS 1.2"
    added = ("SkuMeter", "SkuPriceDetails", "ServiceSubcategory", "CapacityReservationId")
    return "FOCUS 1.1" if any(column in c for column in added) else "FOCUS 1.0"


FOCUS = Format(
    "FOCUS",
    ("BilledCost", "EffectiveCost", "ChargeCategory", "ChargePeriodStart", "BillingPeriodStart"),
    REQUIRED,
    _select,
    _faults,
    "Export all FOCUS columns.",
    _label,
)
