"""SQL that several formats need: tags as one map, types of charges, a list price for all."""

from domain.charge import SUPPORT_SERVICE
from store.lake.engine import text
from store.lake.schema import LINES


def tags(entries: str, prefixes: str) -> str:
    """A map of the entries that have a value; `prefixes` (a pattern) are dropped from the keys.

    Where a key comes twice the first one counts. Sorting makes equal tags equal maps.
    """
    key = f"regexp_replace(e.k, '^({prefixes})', '')"
    named = f"list_transform({entries}, lambda e: {{'k': {key}, 'v': nullif(e.v, '')}})"
    whole = f"list_filter({named}, lambda e: e.v IS NOT NULL AND e.k IS NOT NULL AND e.k <> '')"
    keys = f"list_transform({whole}, lambda e: e.k)"
    once = f"list_filter({whole}, lambda e, i: list_position({keys}, e.k) = i)"
    made = (
        f"coalesce(TRY(map_from_entries(list_sort({whole}))), map_from_entries(list_sort({once})))"
    )
    return f"CASE WHEN len({entries}) > 0 THEN {made} END"


def list_cost(listed: str) -> str:
    """What a charge costs at list price; where the bill has none, its unblended cost stands in.

    A commitment's fee without a list price is nothing: the usage it covers counts at list price.
    """
    return (
        f"coalesce({listed}, CASE WHEN charge_type = 'commitment' THEN 0 ELSE unblended_cost END)"
    )


#: Whether a charge's service is a support plan.
SUPPORT = f"coalesce(regexp_matches(service_name, {text(SUPPORT_SERVICE)}), false)"

#: What a line item type of AWS is in FOCUS words; `line_type` is its column.
LINE_CATEGORY = """CASE
    WHEN line_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage',
        'SavingsPlanNegation') THEN 'Usage'
    WHEN line_type IN ('Tax', 'Credit') THEN line_type
    WHEN line_type LIKE '%Fee' THEN 'Purchase'
    ELSE 'Adjustment' END"""
LINE_FREQUENCY = """CASE
    WHEN line_type IN ('RIFee', 'SavingsPlanRecurringFee') THEN 'Recurring'
    WHEN line_type LIKE '%Fee' THEN 'One-Time'
    ELSE 'Usage-Based' END"""


def line_charge_type(commitment: str) -> str:
    """What a line item is for; `commitment` is SQL that tells a fee for one from another fee.

    A negation takes back what covered usage would have cost: both are usage, the fee is not.
    """
    return f"""CASE
    WHEN line_type IN ('Tax', 'Credit', 'Refund') THEN lower(line_type)
    WHEN seller = 'AWS Marketplace' THEN 'marketplace'
    WHEN {SUPPORT} THEN 'support'
    WHEN line_type IN ('SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee')
        OR (line_type = 'Fee' AND {commitment}) THEN 'commitment'
    WHEN line_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage',
        'SavingsPlanNegation') THEN 'usage'
    ELSE 'other' END"""


def whole(select: dict[str, str]) -> dict[str, str]:
    """With every column of the lake: what a format does not have is no value.

    The day is made of the charge's period, for all formats.
    """
    absent = (column for column in LINES if column not in select and column != "charge_date")
    return {column: f"CAST(NULL AS {LINES[column]})" for column in absent} | select
