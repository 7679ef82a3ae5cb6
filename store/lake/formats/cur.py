"""CUR 2.0 and the legacy Cost and Usage Report, amortised by AWS's published case analysis.

A net amount comes from the `net` column of the same name; where that has no value (no private
discount) it is the gross one. CUR has no net form of a savings plan's unused commitment.
"""

from store.lake.columns import Columns
from store.lake.engine import text
from store.lake.formats import Fault, Format
from store.lake.formats.shared import (
    LINE_CATEGORY,
    LINE_FREQUENCY,
    line_charge_type,
    list_cost,
    tags,
)

# Cloud Intelligence Dashboards, summary view: one case per line item type.
_AMORTISED = """CASE line_type
    WHEN 'SavingsPlanCoveredUsage' THEN {plan_effective}
    WHEN 'SavingsPlanRecurringFee' THEN plan_total - coalesce(plan_used, 0)
    WHEN 'SavingsPlanNegation' THEN 0
    WHEN 'SavingsPlanUpfrontFee' THEN 0
    WHEN 'DiscountedUsage' THEN {reserved_effective}
    WHEN 'RIFee' THEN {unused}
    ELSE CASE
        WHEN line_type = 'Fee' AND reservation IS NOT NULL THEN 0
        WHEN line_type = 'Refund' AND product_code = 'ComputeSavingsPlans' THEN 0
        ELSE {otherwise} END
    END"""

_PRICING_CATEGORY = """CASE
    WHEN line_type IN ('DiscountedUsage', 'SavingsPlanCoveredUsage') THEN 'Committed'
    WHEN line_type = 'Usage' AND sku_meter LIKE '%SpotUsage%' THEN 'Dynamic'
    WHEN line_type = 'Usage' THEN 'Standard'
    ELSE 'Other' END"""


def _select(c: Columns) -> dict[str, str]:
    return _case_analysis(c) | _charge(c) | _money() | {"tags": _tags(c)}


def _case_analysis(c: Columns) -> dict[str, str]:
    """What the cases look at, under short names; these are no lake columns."""
    plan, reserved = "savingsPlan/", "reservation/"
    return {
        "line_type": c.text("lineItem/LineItemType"),
        "product_code": c.text("lineItem/ProductCode"),
        "seller": c.text("bill/BillingEntity"),
        "reservation": c.text("reservation/ReservationARN"),
        "plan": c.text("savingsPlan/SavingsPlanARN"),
        "net_unblended": c.money("lineItem/NetUnblendedCost"),
        "plan_total": c.money(plan + "TotalCommitmentToDate"),
        "plan_used": c.money(plan + "UsedCommitment"),
        "plan_effective": c.money(plan + "SavingsPlanEffectiveCost"),
        "net_plan_effective": c.money(plan + "NetSavingsPlanEffectiveCost"),
        "reserved_effective": c.money(reserved + "EffectiveCost"),
        "net_reserved_effective": c.money(reserved + "NetEffectiveCost"),
        "unused_upfront": c.money(reserved + "UnusedAmortizedUpfrontFeeForBillingPeriod"),
        "net_unused_upfront": c.money(reserved + "NetUnusedAmortizedUpfrontFeeForBillingPeriod"),
        "unused_recurring": c.money(reserved + "UnusedRecurringFee"),
        "net_unused_recurring": c.money(reserved + "NetUnusedRecurringFee"),
    }


def _charge(c: Columns) -> dict[str, str]:
    currency = c.text("lineItem/CurrencyCode", "pricing/currency")
    named = "lineItem/CurrencyCode" in c or "pricing/currency" in c
    return {
        "charge_period_start": c.moment("lineItem/UsageStartDate"),
        "charge_period_end": c.moment("lineItem/UsageEndDate"),
        "billing_period_start": f"CAST({c.moment('bill/BillingPeriodStartDate')} AS DATE)",
        "billing_account_id": c.text("bill/PayerAccountId"),
        "billing_account_name": c.text("bill/PayerAccountName"),
        "sub_account_id": c.text("lineItem/UsageAccountId"),
        "sub_account_name": c.text("lineItem/UsageAccountName"),
        "provider_name": "'AWS'",
        "publisher_name": c.text("lineItem/LegalEntity"),
        "invoice_issuer_name": c.text("bill/InvoicingEntity", "lineItem/LegalEntity"),
        "invoice_id": c.text("bill/InvoiceId"),
        "region_id": c.text("product/regionCode", "product/region"),
        "availability_zone": c.text("lineItem/AvailabilityZone"),
        # The product's name, as the invoice and Cost Explorer have it; `servicename` would move
        # a service's data transfer to a service of its own.
        "service_name": f"coalesce({c.text('product/ProductName')}, "
        f"{c.value('product', 'product_name')}, {c.text('product/servicename')}, product_code)",
        "service_category": "NULL::VARCHAR",
        "charge_category": LINE_CATEGORY,
        "charge_class": "NULL::VARCHAR",
        "charge_frequency": LINE_FREQUENCY,
        "charge_description": c.text("lineItem/LineItemDescription"),
        "commitment_discount_id": "coalesce(reservation, plan)",
        "commitment_discount_type": "CASE WHEN reservation IS NOT NULL THEN 'Reserved Instance' "
        "WHEN plan IS NOT NULL THEN 'Savings Plan' END",
        "commitment_discount_status": "CASE WHEN line_type IN ('DiscountedUsage', "
        "'SavingsPlanCoveredUsage') THEN 'Used' WHEN line_type = 'RIFee' THEN 'Unused' END",
        "sku_meter": c.text("lineItem/UsageType"),
        "pricing_category": _PRICING_CATEGORY,
        "operation": c.text("lineItem/Operation"),
        "resource_id": c.text("lineItem/ResourceId"),
        "resource_name": "NULL::VARCHAR",
        "sku_id": c.text("product/sku"),
        "consumed_quantity": c.quantity("lineItem/UsageAmount"),
        "consumed_unit": c.text("pricing/unit"),
        "pricing_quantity": c.quantity("lineItem/UsageAmount"),
        # Queries over CUR 2.0 often leave the currency out; AWS then means US dollars.
        "billing_currency": currency if named else "'USD'",
        "unblended_cost": c.money("lineItem/UnblendedCost"),
        "charge_type": line_charge_type("reservation IS NOT NULL"),
        "list_cost": list_cost(
            f"CASE WHEN line_type = 'SavingsPlanNegation' THEN 0"
            f" ELSE {c.money('pricing/publicOnDemandCost')} END"
        ),
    }


def _money() -> dict[str, str]:
    return {
        "amortised_cost": _AMORTISED.format(
            plan_effective="plan_effective",
            reserved_effective="reserved_effective",
            unused="coalesce(unused_upfront + unused_recurring, unused_upfront, unused_recurring)",
            otherwise="unblended_cost",
        ),
        "net_unblended_cost": "coalesce(net_unblended, unblended_cost)",
        "net_amortised_cost": _AMORTISED.format(
            plan_effective="coalesce(net_plan_effective, plan_effective)",
            reserved_effective="coalesce(net_reserved_effective, reserved_effective)",
            unused="coalesce(net_unused_upfront, unused_upfront, 0)"
            " + coalesce(net_unused_recurring, unused_recurring, 0)",
            otherwise="net_unblended_cost",
        ),
    }


def _tags(c: Columns) -> str:
    """Tags and cost categories: maps in CUR 2.0, a column each in the legacy report."""
    lists: list[str] = []
    for prefix in ("resourceTags/", "resource_tags_"):
        if entries := [f"{{'k': {text(key)}, 'v': {sql}}}" for key, sql in c.starting_with(prefix)]:
            lists.append(f"[{', '.join(entries)}]")
    for prefix in ("costCategory/", "cost_category_"):
        found = c.starting_with(prefix)
        if entries := [
            f"{{'k': {text('cost_category/' + key)}, 'v': {sql}}}" for key, sql in found
        ]:
            lists.append(f"[{', '.join(entries)}]")
    lists += [c.pairs(column) for column in ("resource_tags", "tags") if column in c]
    if "cost_category" in c:
        named = "lambda e: {'k': 'cost_category/' || e.k, 'v': e.v}"
        lists.append(f"list_transform({c.pairs('cost_category')}, {named})")
    if not lists:
        return "CAST(NULL AS MAP(VARCHAR, VARCHAR))"
    joined = lists[0]
    for more in lists[1:]:
        joined = f"list_concat({joined}, {more})"
    return tags(joined, "user:|user_")


def _faults(c: Columns) -> list[Fault]:
    """An amortised cost that cannot be told must not be left out of the sum in silence."""
    needs = {
        "SavingsPlanCoveredUsage": "savingsPlan/SavingsPlanEffectiveCost",
        "SavingsPlanRecurringFee": "savingsPlan/TotalCommitmentToDate",
        "DiscountedUsage": "reservation/EffectiveCost",
        "RIFee": "reservation/UnusedRecurringFee",
    }
    advice = "Export it: the amortised cost is computed from it."
    currency = "lineItem/CurrencyCode"
    currency = currency if currency in c else "pricing/currency"
    return (
        [
            Fault(
                f"line_type = '{line}' AND amortised_cost IS NULL",
                column,
                f"a {line} row needs a value here.",
                advice,
            )
            for line, column in needs.items()
        ]
        + [
            Fault(c.not_an_object(column), column, "the value is not a JSON object.")
            for column in ("product", "resource_tags", "tags", "cost_category")
        ]
        + [Fault("billing_currency IS NULL", currency, "a row has no value here.")]
    )


def _label(c: Columns) -> str:
    """CUR 2.0 has maps, and names of accounts; the legacy report had a column for each tag."""
    added = ("product", "resource_tags", "cost_category", "discount", "bill_payer_account_name")
    return "CUR 2.0" if any(column in c for column in added) else "legacy CUR"


CUR = Format(
    "Cost and Usage Report",
    (
        "lineItem/UnblendedCost",
        "lineItem/LineItemType",
        "lineItem/UsageStartDate",
        "lineItem/ProductCode",
        "bill/PayerAccountId",
        "bill/BillingPeriodStartDate",
    ),
    {
        "lineItem/UnblendedCost": "unblended_cost",
        "lineItem/LineItemType": "line_type",
        "lineItem/UsageStartDate": "charge_period_start",
        "lineItem/ProductCode": "service_name",
        "bill/PayerAccountId": "billing_account_id",
        "bill/BillingPeriodStartDate": "billing_period_start",
    },
    _select,
    _faults,
    "Export it with the standard columns of the report.",
    _label,
)
