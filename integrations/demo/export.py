"""The demo bill on disk, in the layout of AWS Data Exports: data, manifests, and the truth."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from domain.period import Period
from integrations.demo.bill import make
from integrations.demo.columns import NUMBER_MAPS, NUMBERS, TEXT_MAPS, TIMES, Table, schema
from integrations.demo.costs import exact, whole
from integrations.demo.truth import Auditor, Truth

NAME = "costbot-demo"
BUCKET = "northwind-billing-exports"
QUANTITIES = ("PricingQuantity", "ConsumedQuantity")


def write(folder: Path, as_of: date, seed: int = 7, scale: float = 1.0) -> Truth:
    """Thirteen months ending the day before `as_of`; the same arguments give the same values.

    `scale` splits the same bill among more (or fewer) resources, so it sets the number of rows.
    """
    _clear(folder)
    bill = make(as_of, seed, scale)
    auditor = Auditor(bill)
    for period in bill.calendar.months:
        month = bill.month(period)
        deliver(folder, period, bill.tables(month), as_of)
        auditor.add(month)
    truth = auditor.finish()
    truth.write(folder / "truth.json")
    return truth


def deliver(folder: Path, period: Period, tables: Iterable[Table], as_of: date) -> None:
    """Write one billing period: its data first, then the manifest that lists it."""
    import pyarrow.parquet as pq

    data = data_file(folder, period)
    data.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(
        data, schema(encoded=True), compression="snappy", store_schema=False
    ) as f:
        for table in tables:
            f.write_table(table)
    manifest = _manifest_file(folder, period)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps(_manifest(folder, period, as_of), indent=1) + "\n")


def restate(folder: Path, period: Period, as_of: date) -> Decimal:
    """Late storage requests reach a month that was closed; the difference in BilledCost.

    A tenth of the month's S3 usage of its last three days is billed on top, and the month's file
    and manifest are delivered again, as AWS does in the two weeks after a month.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(data_file(folder, period)).read()
    starts = table["ChargePeriodStart"].to_numpy()
    storage = table["ServiceName"].to_numpy() == "Amazon Simple Storage Service"
    usage = table["ChargeClass"].is_null().to_numpy()
    late = table.filter(pa.array(storage & usage & (starts >= np.unique(starts)[-3])))
    for name in (*(name for name in NUMBERS if name.endswith("Cost")), *QUANTITIES):
        tenth = pa.array(np.round(late[name].to_numpy() / 10, 10))
        late = late.set_column(late.schema.get_field_index(name), name, tenth)
    encoded = schema(encoded=True)
    deliver(folder, period, [part.cast(encoded) for part in (table, late)], as_of)
    return exact(whole(late["BilledCost"].to_numpy()).sum())


def data_file(folder: Path, period: Period) -> Path:
    return folder / "data" / _partition(period) / f"{NAME}-00001.snappy.parquet"


def _manifest_file(folder: Path, period: Period) -> Path:
    return folder / "metadata" / _partition(period) / f"{NAME}-Manifest.json"


def _partition(period: Period) -> str:
    return f"BILLING_PERIOD={period.start:%Y-%m}"


def _manifest(folder: Path, period: Period, as_of: date) -> dict[str, object]:
    """Columns, files and days, with the keys that readers of Data Exports manifests look up."""
    content = hashlib.sha256(data_file(folder, period).read_bytes()).hexdigest()
    key = data_file(Path(NAME), period).as_posix()
    return {
        "executionId": "-".join((content[:8], content[8:12], content[12:16], content[16:20],
                                 content[20:32])),
        "exportName": NAME,
        "createdAt": f"{as_of}T06:00:00.000Z",
        "billingPeriod": {"start": f"{period.start}T00:00:00.000Z",
                          "end": f"{period.end}T00:00:00.000Z"},
        "bucket": BUCKET,
        "contentType": "Parquet",
        "compression": "PARQUET",
        "columns": [{"name": name, "type": _kind(name)} for name in schema().names],
        "dataFiles": [f"s3://{BUCKET}/{key}"],
    }  # fmt: skip


def _kind(name: str) -> str:
    for names, kind in (
        (NUMBERS, "double"),
        (TIMES, "timestamp_milliseconds"),
        (TEXT_MAPS, "map<string,string>"),
        (NUMBER_MAPS, "map<string,double>"),
    ):
        if name in names:
            return kind
    return "string"


def _clear(folder: Path) -> None:
    """Remove an earlier demo, and nothing else."""
    for stale in folder.glob(f"*/BILLING_PERIOD=*/{NAME}-*"):
        stale.unlink()
