"""The two tables of the lake: every charge as a line, and a narrow sum per day."""

from domain.query import Measure

#: Why twelve decimals: docs/adr/0001-money-scale.md
MONEY = "DECIMAL(28,12)"

#: One money column per measure; never NULL.
COSTS = tuple(f"{measure.name.lower()}_cost" for measure in Measure)

#: The charges as the provider listed them, in FOCUS words. NULL means: no value.
LINES: dict[str, str] = {
    "charge_date": "DATE",
    "charge_period_start": "TIMESTAMP",
    "charge_period_end": "TIMESTAMP",
    "billing_period_start": "DATE",
    "billing_account_id": "VARCHAR",
    "billing_account_name": "VARCHAR",
    "sub_account_id": "VARCHAR",
    "sub_account_name": "VARCHAR",
    "provider_name": "VARCHAR",
    "publisher_name": "VARCHAR",
    "invoice_issuer_name": "VARCHAR",
    "invoice_id": "VARCHAR",
    "region_id": "VARCHAR",
    "availability_zone": "VARCHAR",
    "service_name": "VARCHAR",
    "service_category": "VARCHAR",
    "charge_category": "VARCHAR",
    "charge_class": "VARCHAR",
    "charge_type": "VARCHAR",
    "charge_frequency": "VARCHAR",
    "charge_description": "VARCHAR",
    "pricing_category": "VARCHAR",
    "commitment_discount_id": "VARCHAR",
    "commitment_discount_type": "VARCHAR",
    "commitment_discount_status": "VARCHAR",
    "sku_meter": "VARCHAR",
    "operation": "VARCHAR",
    "resource_id": "VARCHAR",
    "resource_name": "VARCHAR",
    "sku_id": "VARCHAR",
    "consumed_quantity": "DOUBLE",
    "consumed_unit": "VARCHAR",
    "pricing_quantity": "DOUBLE",
    "tags": "MAP(VARCHAR, VARCHAR)",
    "billing_currency": "VARCHAR",
    **dict.fromkeys(COSTS, MONEY),
}

DAILY_KEYS = (
    "charge_date",
    "billing_period_start",
    "billing_account_id",
    "sub_account_id",
    "provider_name",
    "region_id",
    "service_name",
    "service_category",
    "charge_type",
    "pricing_category",
    "billing_currency",
)

#: The same money per day, without tags, resources and usage types: small enough to answer at once.
DAILY: dict[str, str] = {name: LINES[name] for name in (*DAILY_KEYS, *COSTS)}
