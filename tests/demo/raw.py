"""A demo bill read back with nothing but pyarrow and pandas, to check what its truth says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from integrations.demo.truth import Truth

WORDS = (
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "ChargeDescription",
    "CommitmentDiscountId",
    "CommitmentDiscountStatus",
    "InvoiceId",
    "PricingCategory",
    "PublisherName",
    "RegionId",
    "ResourceId",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountName",
)
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
OTHERS = (
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "BillingPeriodStart",
    "ListUnitPrice",
    "ContractedUnitPrice",
    "PricingQuantity",
    "PricingUnit",
    "ConsumedQuantity",
    "ConsumedUnit",
    "CommitmentDiscountQuantity",
    "Tags",
    "x_Discounts",
)


@dataclass(frozen=True)
class Raw:
    folder: Path
    truth: Truth

    @cached_property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob("data/BILLING_PERIOD=*/*.parquet"))

    @cached_property
    def table(self) -> pa.Table:
        return pa.concat_tables(
            pq.ParquetFile(file).read([*WORDS, *COSTS, *OTHERS]) for file in self.files
        )

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Everything but the maps; one row per charge, text as categories."""
        plain = self.table.drop_columns(["Tags", "x_Discounts"])
        return plain.to_pandas(strings_to_categorical=True)

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Every tag of every row: the row's number, the key, the value."""
        maps = self.table["Tags"].combine_chunks()
        sizes = np.diff(maps.offsets.to_numpy())
        sides = (
            maps.keys.to_numpy(zero_copy_only=False),
            maps.items.to_numpy(zero_copy_only=False),
        )
        return np.repeat(np.arange(len(sizes)), sizes), *sides

    def tagged(self, key: str, value: str | None = None) -> np.ndarray:
        """Which rows have the tag, with that value where one is given."""
        rows, keys, values = self.pairs
        mask = np.zeros(len(self.rows), dtype=bool)
        mask[rows[(keys == key) & ((values == value) | (value is None))]] = True
        return mask

    def chosen(self, series: Mapping[str, str], start: date, end: date) -> pd.DataFrame:
        """The rows of a series of FOCUS columns on whole days, by plain comparison."""
        days = self.rows["ChargePeriodStart"]
        keep = (days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))
        for name, value in series.items():
            if name.startswith("Tags."):
                keep &= self.tagged(name.removeprefix("Tags."), value)
            else:
                keep &= self.rows[name] == value
        return self.rows[keep]

    def daily(self, series: Mapping[str, str]) -> pd.Series:
        """BilledCost of a series by day, nought where there is no row."""
        truth = self.truth
        rows = self.chosen(series, truth.first_day, truth.last_day)
        days = pd.date_range(truth.first_day, truth.last_day)
        sums = rows.groupby("ChargePeriodStart")["BilledCost"].sum()
        return sums.reindex(days, fill_value=0.0)


def exact(costs: pd.Series) -> Decimal:
    """The sum to the last of ten decimals."""
    return Decimal(int(np.rint(costs.to_numpy() * 1e10).astype(np.int64).sum())).scaleb(-10)
