"""An S3 bucket as AWS Data Exports fills it: data files first, the manifest last."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.lake.bills import FOCUS_ROW

BUCKET = "example-billing"


class Export:
    """An export that replaces its deliveries, or keeps each in a folder of its execution."""

    def __init__(
        self, s3: Any, prefix: str = "costs/focus", *, partition: str = "BILLING_PERIOD"
    ) -> None:
        self.s3, self.prefix, self.partition = s3, prefix, partition
        self.name = prefix.rpartition("/")[2]
        s3.create_bucket(Bucket=BUCKET)

    @property
    def uri(self) -> str:
        return f"s3://{BUCKET}/{self.prefix}"

    def deliver(
        self,
        month: str,
        rows: Sequence[Mapping[str, str]],
        execution: str = "",
        base: Mapping[str, str] = FOCUS_ROW,
    ) -> str:
        """One month's bill; the key of its manifest."""
        key = self.data(month, rows, execution, base)
        return self.manifest(month, [key], execution)

    def data(
        self,
        month: str,
        rows: Sequence[Mapping[str, str]],
        execution: str = "",
        base: Mapping[str, str] = FOCUS_ROW,
        number: int = 1,
    ) -> str:
        start = {"BillingPeriodStart": f"{month}-01T00:00:00Z"}
        day = {
            "ChargePeriodStart": f"{month}-05T00:00:00Z",
            "ChargePeriodEnd": f"{month}-06T00:00:00Z",
        }
        text = io.StringIO()
        writer = csv.DictWriter(text, base)
        writer.writeheader()
        writer.writerows({**base, **start, **day, **row} for row in rows)
        key = self._key("data", month, execution, f"{self.name}-{number:05}.csv")
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=text.getvalue().encode())
        return key

    def manifest(self, month: str, keys: Sequence[str], execution: str = "") -> str:
        files = [f"s3://{BUCKET}/{key}" for key in keys]
        key = self._key("metadata", month, execution, f"{self.name}-Manifest.json")
        body = json.dumps({"dataFiles": files}).encode()
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return key

    def _key(self, kind: str, month: str, execution: str, name: str) -> str:
        parts = (self.prefix, kind, f"{self.partition}={month}", execution, name)
        return "/".join(part for part in parts if part)
