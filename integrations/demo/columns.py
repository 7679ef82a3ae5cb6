"""The sixty columns of a FOCUS 1.2 export of AWS, and the tables that carry them."""

import hashlib
from base64 import b32encode
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from integrations.demo.charges import AMAZON, Charge
from integrations.demo.costs import Prices, Usage
from integrations.demo.fleet import Fleet, Line
from integrations.demo.organisation import PAYER_ID, PAYER_NAME, REGIONS, account_id

#: What pyarrow makes; it has no types of its own.
Array: TypeAlias = Any
Table: TypeAlias = Any
Schema: TypeAlias = Any

#: In the order of the export; the types are those of AWS's table dictionary.
TEXT = (
    "AvailabilityZone",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "ConsumedUnit",
    "InvoiceId",
    "InvoiceIssuerName",
    "PricingCategory",
    "PricingCurrency",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "x_Operation",
    "x_ServiceCode",
)
NUMBERS = (
    "BilledCost",
    "CommitmentDiscountQuantity",
    "ConsumedQuantity",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "ListCost",
    "ListUnitPrice",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "PricingQuantity",
)
TIMES = ("BillingPeriodEnd", "BillingPeriodStart", "ChargePeriodEnd", "ChargePeriodStart")
TEXT_MAPS = ("SkuPriceDetails", "Tags")
NUMBER_MAPS = ("x_Discounts",)
_EXTENSIONS = ("x_Discounts", "x_Operation", "x_ServiceCode")
COLUMNS = (
    *sorted({*TEXT, *NUMBERS, *TIMES, *TEXT_MAPS} - {*_EXTENSIONS}, key=str.lower),
    *_EXTENSIONS,
)


def schema(encoded: bool = False) -> Schema:
    """The export's schema; `encoded` has its text as dictionaries, which is how it is made."""
    import pyarrow as pa

    text = pa.dictionary(pa.int32(), pa.string()) if encoded else pa.string()
    kinds = {
        **dict.fromkeys(TEXT, text),
        **dict.fromkeys(NUMBERS, pa.float64()),
        **dict.fromkeys(TIMES, pa.timestamp("ms")),
        **dict.fromkeys(TEXT_MAPS, pa.map_(pa.string(), pa.string())),
        **dict.fromkeys(NUMBER_MAPS, pa.map_(pa.string(), pa.float64())),
    }
    return pa.schema([(name, kinds[name]) for name in COLUMNS])


def sku(meter: str, operation: str | None) -> str:
    """A stable SKU id of AWS's looks: sixteen letters and digits."""
    digest = hashlib.blake2b(f"{meter}|{operation}".encode(), digest_size=10).digest()
    return b32encode(digest).decode()


#: Offer term and rate codes of AWS price lists: on demand, per hour or unit.
ON_DEMAND, UPFRONT = "JRTCKXETXF.6YS6EN2CT7", "NQ3QZPMQV9.2TG2D8R56U"


class Columns:
    """The text of a fleet's rows: each column's values once, and a code per resource."""

    def __init__(self, fleet: Fleet, price: Prices) -> None:
        self._fleet, self._price = fleet, price
        self._coded: dict[str, tuple[NDArray[np.int32], list[str | None]]] = {}
        self._maps: dict[str, Array] = {}
        for name, of_line in _OF_LINE.items():
            values = [of_line(line) for line in fleet.lines]
            self._code(name, [values[line] for line in fleet.line])
        self._code("ResourceId", fleet.ids)
        self._code("ResourceName", [_name(identity) for identity in fleet.ids])
        self._code("AvailabilityZone", _zones(fleet))
        self._code("CommitmentDiscountStatus", self._committed("Used"))
        self._code("PricingCategory", self._pricing())
        self._code("CommitmentDiscountType", self._committed("Savings Plan", "Reserved"))
        self._code("CommitmentDiscountCategory", self._committed("Spend", "Usage"))
        self._code("CommitmentDiscountUnit", self._committed("USD", "Hours"))
        self._maps["Tags"] = _maps(fleet.tags)
        self._maps["SkuPriceDetails"] = _maps([_details(fleet.lines[at]) for at in fleet.line])

    @property
    def names(self) -> list[str]:
        return [name for name in self._coded if name in TEXT]

    def text(self, name: str, resources: NDArray[np.int64]) -> Array:
        codes, values = self._coded[name]
        return dictionary(codes[resources], values)

    def maps(self, name: str, resources: NDArray[np.int64]) -> Array:
        import pyarrow as pa

        return self._maps[name].take(pa.array(resources))

    def discounts(self, rows: Usage) -> Array:
        """What private prices took off the list price, below zero as AWS writes discounts."""
        import pyarrow as pa

        off = np.round(rows.contracted - rows.list, 10)
        codes, names = self._coded["discount"]
        has = (off < 0) & (codes[rows.resource] >= 0) & (rows.billed > 0)
        ends = np.concatenate([[0], np.cumsum(has)]).astype(np.int32)
        keys = dictionary(codes[rows.resource[has]], names).cast(pa.string())
        return pa.MapArray.from_arrays(pa.array(ends), keys, pa.array(off[has]))

    def _code(self, name: str, values: Sequence[str | None]) -> None:
        seen: dict[str | None, int] = {}
        codes = [-1 if value is None else seen.setdefault(value, len(seen)) for value in values]
        self._coded[name] = (np.array(codes, dtype=np.int32), list(seen))

    def _committed(self, plan: str, reserved: str | None = None) -> list[str | None]:
        words = (None, plan, reserved or plan)
        return [words[code] for code in self._price.commitment]

    def _pricing(self) -> list[str | None]:
        spot = [line.meter.usage_type.startswith("Spot") for line in self._fleet.lines]
        return [
            "Committed" if code else "Dynamic" if spot[line] else "Standard"
            for code, line in zip(self._price.commitment, self._fleet.line, strict=True)
        ]


_OF_LINE: dict[str, Callable[[Line], str | None]] = {
    "ChargeDescription": lambda line: (
        f"${line.price:.10f}".rstrip("0").rstrip(".")
        + f" per {line.meter.unit} of {line.usage_type} - {REGIONS[line.region][0]}"
    ),
    "ChargeFrequency": lambda line: (
        "Recurring" if line.meter.rhythm.name == "MONTHLY" else "Usage-Based"
    ),
    "ConsumedUnit": lambda line: line.meter.unit,
    "PricingUnit": lambda line: line.meter.unit,
    "RegionId": lambda line: line.region,
    "RegionName": lambda line: REGIONS[line.region][0],
    "ResourceType": lambda line: line.meter.resource or None,
    "ServiceCategory": lambda line: line.meter.kind[0] or line.service.category,
    "ServiceName": lambda line: line.service.name,
    "ServiceSubcategory": lambda line: line.meter.kind[1] or line.service.subcategory,
    "SkuId": lambda line: sku(line.usage_type, line.meter.operation),
    "SkuMeter": lambda line: line.usage_type,
    "SkuPriceId": lambda line: f"{sku(line.usage_type, line.meter.operation)}.{ON_DEMAND}",
    "SubAccountId": lambda line: account_id(line.account.name),
    "SubAccountName": lambda line: line.account.name,
    "x_Operation": lambda line: line.meter.operation,
    "x_ServiceCode": lambda line: line.service.code,
    "discount": lambda line: line.discount[0] or None,
}
#: The same in every row of a fleet.
CONSTANT = {
    "BillingAccountId": PAYER_ID,
    "BillingAccountName": PAYER_NAME,
    "BillingAccountType": "Management Account",
    "BillingCurrency": "USD",
    "ChargeCategory": "Usage",
    "InvoiceIssuerName": AMAZON,
    "PricingCurrency": "USD",
    "ProviderName": "AWS",
    "PublisherName": AMAZON,
    "SubAccountType": "AWS Account",
}


def charges_table(charges: Sequence[Charge], invoice: str | None) -> Table:
    """The rows of charges that are not usage of the fleet."""
    import pyarrow as pa

    rows = [_complete(charge, invoice) for charge in charges]
    return pa.Table.from_pylist(rows, schema=schema()).cast(schema(encoded=True))


def _complete(charge: Charge, invoice: str | None) -> dict[str, Any]:
    row = CONSTANT | {"InvoiceId": invoice, "SubAccountId": account_id(charge["SubAccountName"])}
    row |= charge
    meter = row.get("SkuMeter")
    if meter is not None:
        row["SkuId"] = sku(f"{row['ServiceName']} {meter}", None)
        row["SkuPriceId"] = f"{row['SkuId']}.{UPFRONT}"
    region = row.get("RegionId")
    if region is not None:
        row["RegionName"] = REGIONS[str(region)][0]
    if row["PublisherName"] != AMAZON and invoice is not None:
        row["InvoiceId"] = f"{invoice}-MP"
    for price in ("ContractedUnitPrice", "ListUnitPrice"):
        row[f"PricingCurrency{price}"] = row.get(price)
    row["PricingCurrencyEffectiveCost"] = row["EffectiveCost"]
    return {name: _moment(value) for name, value in row.items()}


def _moment(value: object) -> object:
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


def _name(identity: str | None) -> str | None:
    """What people call a resource: the last part of an ARN, where it says more than the id."""
    return identity.rsplit("/", 1)[-1] if identity and identity.startswith("arn:") else None


def _zones(fleet: Fleet) -> list[str | None]:
    zonal = {"instance", "volume", "natgateway", "db", "cache"}
    return [
        f"{fleet.lines[line].region}{'abc'[nth % 3]}"
        if fleet.lines[line].meter.resource in zonal
        else None
        for nth, line in enumerate(fleet.line)
    ]


def _details(line: Line) -> dict[str, str] | None:
    _, _, size = line.meter.usage_type.partition(":")
    return {"InstanceType": size} if line.meter.resource in ("instance", "db", "cache") else None


def _maps(values: Sequence[dict[str, str] | None]) -> Array:
    import pyarrow as pa

    pairs = [None if value is None else list(value.items()) for value in values]
    return pa.array(pairs, type=pa.map_(pa.string(), pa.string()))


def dictionary(codes: NDArray[np.int32], values: Sequence[str | None]) -> Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=codes < 0), pa.array(values, type=pa.string())
    )
