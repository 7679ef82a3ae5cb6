"""Daily sums in costbot's own words, as they come out of a table of aggregates."""

from domain.query import ChargeType
from store.lake.columns import Columns
from store.lake.engine import text
from store.lake.formats import Fault, Format
from store.lake.formats.shared import list_cost, whole

REQUIRED = {
    "day": "charge_period_start",
    "payer": "billing_account_id",
    "service": "service_name",
    "charge": "charge_type",
    "currency": "billing_currency",
    "unblended": "unblended_cost",
}
#: All of the file's columns, in the words of questions.
COLUMNS = (
    *REQUIRED,
    *(
        "period",
        "payer_name",
        "account",
        "account_name",
        "provider",
        "region",
        "category",
        "purchase",
    ),
    *("net_unblended", "amortised", "net_amortised", "list"),
)
LABEL = "Daily sums"

_CHARGE_CATEGORY = """CASE charge_type WHEN 'usage' THEN 'Usage' WHEN 'tax' THEN 'Tax'
    WHEN 'credit' THEN 'Credit' WHEN 'commitment' THEN 'Purchase' WHEN 'refund' THEN 'Adjustment'
    END"""


def _select(c: Columns) -> dict[str, str]:
    day = c.moment("day")
    period = f"coalesce({c.moment('period')}, {day})"
    amortised = f"coalesce({c.money('amortised')}, unblended_cost)"
    net = f"coalesce({c.money('net_unblended')}, unblended_cost)"
    return whole(
        {
            "charge_period_start": day,
            "charge_period_end": f"{day} + INTERVAL 1 DAY",
            "billing_period_start": f"CAST(date_trunc('month', {period}) AS DATE)",
            "billing_account_id": c.text("payer"),
            "billing_account_name": c.text("payer_name"),
            "sub_account_id": c.text("account"),
            "sub_account_name": c.text("account_name"),
            "provider_name": c.text("provider"),
            "region_id": c.text("region"),
            "service_name": c.text("service"),
            "service_category": c.text("category"),
            "charge_type": c.text("charge"),
            "charge_category": _CHARGE_CATEGORY,
            "pricing_category": c.text("purchase"),
            "billing_currency": c.text("currency"),
            "unblended_cost": c.money("unblended"),
            "net_unblended_cost": net,
            "amortised_cost": amortised,
            "net_amortised_cost": f"coalesce({c.money('net_amortised')}, amortised_cost)",
            "list_cost": list_cost(c.money("list")),
        }
    )


def _faults(_: Columns) -> list[Fault]:
    known = ", ".join(text(kind.value) for kind in ChargeType)
    advice = f"Write one of {', '.join(ChargeType)}."
    return [Fault(f"charge_type NOT IN ({known})", "charge", "there is no such type.", advice)]


AGGREGATES = Format(
    LABEL,
    ("unblended", "payer", "charge", "day"),
    REQUIRED,
    _select,
    _faults,
    "Load the table again.",
    lambda _: LABEL,
)
