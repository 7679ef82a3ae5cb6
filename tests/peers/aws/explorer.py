"""Cost Explorer, computed from a lake: one truth for both ways to the same costs.

Its sums are SQL of its own over the lake's Parquet files. Requests and answers are held to AWS's
description of the service (botocore's), its rules are those of AWS's pages:
docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
Not covered: AWS's own rounding, hourly data, resources, and how names of tags are activated.
"""

import asyncio
import base64
import hashlib
import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.model
import botocore.validate
import duckdb
from aiohttp import web

from store.lake import catalog

JSON = "application/x-amz-json-1.1"
TARGET = "AWSInsightsIndexService."
EC2 = "Amazon Elastic Compute Cloud"
#: What Cost Explorer calls things, as SQL over the lake's columns.
DIMENSIONS = {
    "SERVICE": f"""CASE WHEN service_name <> '{EC2}' THEN service_name
        WHEN sku_meter IS NULL OR regexp_matches(sku_meter, 'BoxUsage|SpotUsage|Dedicated')
        THEN '{EC2} - Compute' ELSE 'EC2 - Other' END""",
    "LINKED_ACCOUNT": "sub_account_id",
    "PAYER_ACCOUNT": "billing_account_id",
    "REGION": "coalesce(region_id, 'NoRegion')",
    "USAGE_TYPE": "coalesce(sku_meter, 'NoUsageType')",
    "OPERATION": "coalesce(operation, 'NoOperation')",
    "BILLING_ENTITY": "CASE WHEN charge_type = 'marketplace' THEN 'AWS Marketplace' ELSE 'AWS' END",
    "RECORD_TYPE": """CASE
        WHEN charge_type IN ('credit', 'refund', 'tax')
            THEN upper(charge_type[1]) || charge_type[2:]
        WHEN charge_type = 'commitment' AND commitment_discount_type = 'Savings Plan'
            AND charge_frequency = 'One-Time' THEN 'SavingsPlanUpfrontFee'
        WHEN charge_type = 'commitment' AND commitment_discount_type = 'Savings Plan'
            THEN 'SavingsPlanRecurringFee'
        WHEN charge_type = 'commitment' AND charge_frequency = 'One-Time' THEN 'Fee'
        WHEN charge_type = 'commitment' THEN 'RIFee'
        WHEN charge_type = 'support' THEN 'Fee'
        WHEN charge_type = 'other' THEN 'Other'
        WHEN commitment_discount_status = 'Used' AND commitment_discount_type = 'Savings Plan'
            THEN 'SavingsPlanCoveredUsage'
        WHEN commitment_discount_status = 'Used' THEN 'DiscountedUsage'
        ELSE 'Usage' END""",
}
METRICS = {
    "UnblendedCost": "unblended_cost",
    "NetUnblendedCost": "net_unblended_cost",
    "AmortizedCost": "amortised_cost",
    "NetAmortizedCost": "net_amortised_cost",
}


class RefusedError(Exception):
    """What AWS answers with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@cache
def _service() -> botocore.model.ServiceModel:
    loader = botocore.loaders.create_loader()
    return botocore.model.ServiceModel(loader.load_service_model("ce", "service-2"))


class Explorer:
    """`requests` is what was asked, by operation; `trouble` are error codes for the next ones."""

    def __init__(self, data_dir: Path, now: datetime, page: int = 4000) -> None:
        self.data_dir, self.now, self.page = data_dir, now, page
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.trouble: deque[str] = deque()
        self.url = ""
        # The pages of a question come one after the other.
        self._answered: tuple[str, list[tuple[Any, ...]]] = ("", [])

    @property
    def dollars(self) -> Decimal:
        return len(self.requests) * Decimal("0.01")

    async def answer(self, request: web.Request) -> web.Response:
        operation = request.headers.get("X-Amz-Target", "").removeprefix(TARGET)
        asked = json.loads(await request.read())
        signed = request.headers.get("Authorization", "")
        self.requests.append((operation, asked))
        try:
            if "/us-east-1/ce/aws4_request" not in signed:
                raise RefusedError("UnrecognizedClientException", "not signed for ce")
            if self.trouble:
                raise RefusedError(self.trouble.popleft(), "as the test wants it")
            _held("input_shape", operation, asked)
            answer = await asyncio.to_thread(self._answer, operation, asked)
            _held("output_shape", operation, _beginning(answer))
        except RefusedError as error:
            body = {"__type": error.code, "message": error.message}
            return web.json_response(body, status=400, content_type=JSON)
        return web.json_response(answer, content_type=JSON)

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        match operation:
            case "GetCostAndUsage":
                return self._costs(asked)
            case "GetTags":
                sql = "SELECT DISTINCT unnest(map_keys(tags)) AS k FROM {lines} WHERE {when}"
                keys = [k for (k,) in self._sql(sql + " ORDER BY k", asked)]
                plain = [key for key in keys if not key.startswith("cost_category/")]
                return {"Tags": plain, "ReturnSize": len(plain), "TotalSize": len(plain)}
            case "GetCostCategories":
                sql = "SELECT DISTINCT unnest(map_keys(tags)) AS k FROM {lines} WHERE {when}"
                keys = [k for (k,) in self._sql(sql + " ORDER BY k", asked)]
                named = [k.partition("/")[2] for k in keys if k.startswith("cost_category/")]
                return {
                    "CostCategoryNames": named,
                    "ReturnSize": len(named),
                    "TotalSize": len(named),
                }
            case "GetDimensionValues":
                column = DIMENSIONS[asked["Dimension"]]
                sql = f"SELECT DISTINCT {column} AS k FROM {{lines}} WHERE {{when}} ORDER BY k"
                values = [{"Value": k, "Attributes": {}} for (k,) in self._sql(sql, asked)]
                size = len(values)
                return {"DimensionValues": values, "ReturnSize": size, "TotalSize": size}
            case _:
                raise RefusedError("ValidationException", f"the peer does not know {operation}")

    def _costs(self, asked: dict[str, Any]) -> dict[str, Any]:
        groups = asked.get("GroupBy", [])
        if len(groups) > 2:
            raise RefusedError("ValidationException", "Only two group-bys are allowed.")
        start, end = _interval(asked)
        if end > self.now.date() + timedelta(days=1) and end.replace(day=1) > self.now.date():
            raise RefusedError("ValidationException", "end date past the beginning of next month")
        if start < _months_back(self.now.date(), 14):
            message = "You haven't enabled historical data beyond 14 months"
            raise RefusedError("ValidationException", message)
        mark = _mark(asked)
        if self._answered[0] != mark:
            self._answered = (mark, list(self._rows(asked, groups)))
        rows = self._answered[1]
        first, following = self._page_of(asked, len(rows))
        answer = {
            "ResultsByTime": self._results(asked, groups, rows[first:following]),
            "DimensionValueAttributes": self._names(asked, groups),
        }
        if groups:
            answer["GroupDefinitions"] = groups
        if following < len(rows):
            answer["NextPageToken"] = _token(asked, following)
        return answer

    def _page_of(self, asked: dict[str, Any], rows: int) -> tuple[int, int]:
        token = asked.get("NextPageToken")
        if token is None:
            return 0, min(self.page, rows)
        try:
            first, of = base64.b64decode(token).decode().split(":")
        except ValueError:
            raise RefusedError("InvalidNextTokenException", "no token of ours") from None
        if of != _mark(asked):
            raise RefusedError("RequestChangedException", "another question than before")
        return int(first), min(int(first) + self.page, rows)

    def _rows(self, asked: dict[str, Any], groups: list[Any]) -> Iterator[tuple[Any, ...]]:
        grain = "day" if asked["Granularity"] == "DAILY" else "month"
        keys = [_key(group) for group in groups]
        named = "".join(f", {sql} AS k{n}" for n, sql in enumerate(keys))
        sums = "".join(f", sum({METRICS[metric]})" for metric in asked["Metrics"])
        sql = (
            f"SELECT CAST(date_trunc('{grain}', charge_date) AS DATE) AS at{named}{sums}"
            f" FROM {{lines}} WHERE {{when}} GROUP BY ALL ORDER BY ALL"
        )
        yield from self._sql(sql, asked)

    def _results(
        self, asked: dict[str, Any], groups: list[Any], rows: list[tuple[Any, ...]]
    ) -> list[dict[str, Any]]:
        found: dict[date, list[tuple[Any, ...]]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(row[1:])
        start, end = _interval(asked)
        results: list[dict[str, Any]] = []
        for at in _moments(start, end, asked["Granularity"]):
            inside, until = found.get(at, []), _until(at, end, asked["Granularity"])
            result: dict[str, Any] = {
                "TimePeriod": {"Start": str(max(at, start)), "End": str(until)},
                "Estimated": until > _closed(self.now.date()),
                "Groups": [],
                "Total": {},
            }
            if groups:
                result["Groups"] = [
                    {
                        "Keys": list(row[: len(groups)]),
                        "Metrics": _metrics(asked, row[len(groups) :]),
                    }
                    for row in inside
                ]
            else:
                zero = tuple(Decimal(0) for _ in asked["Metrics"])
                result["Total"] = _metrics(asked, inside[0] if inside else zero)
            if inside or not groups:
                results.append(result)
        return results

    def _names(self, asked: dict[str, Any], groups: list[Any]) -> list[dict[str, Any]]:
        if not any(group["Key"] == "LINKED_ACCOUNT" for group in groups):
            return []
        sql = (
            "SELECT sub_account_id, any_value(sub_account_name) FROM {lines}"
            " WHERE {when} AND sub_account_id IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        found = self._sql(sql, asked)
        return [{"Value": one, "Attributes": {"description": name or ""}} for one, name in found]

    def _sql(self, sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
        folder = self.data_dir / catalog.FOLDER
        bills = catalog.read(folder).bills
        if not bills:
            raise RefusedError("DataUnavailableException", "The requested data is unavailable")
        files = ", ".join(f"'{folder / path}'" for bill in bills for path in bill.lines)
        start, end = _interval(asked)
        when = f"charge_date >= DATE '{start}' AND charge_date < DATE '{end}'"
        if "Filter" in asked:
            when += f" AND ({_filter(asked['Filter'])})"
        lines = f"read_parquet([{files}], hive_partitioning = false)"
        with duckdb.connect() as con:
            return con.execute(sql.format(lines=lines, when=when)).fetchall()


def _held(side: str, operation: str, value: Any) -> None:
    """Raise what AWS says of a request that is none; an answer that is none is the peer's fault."""
    shape = getattr(_service().operation_model(operation), side)
    report = botocore.validate.ParamValidator().validate(value, shape)
    extra = set(value) - set(shape.members)
    if report.has_errors() or extra:
        raise RefusedError("ValidationException", report.generate_report() or f"unknown {extra}")


def _beginning(answer: Any) -> Any:
    """The same shape with the first few of each list: all of it would take seconds to check."""
    if isinstance(answer, dict):
        return {name: _beginning(value) for name, value in answer.items()}
    return [_beginning(one) for one in answer[:3]] if isinstance(answer, list) else answer


def _interval(asked: Mapping[str, Any]) -> tuple[date, date]:
    period = asked["TimePeriod"]
    start, end = date.fromisoformat(period["Start"]), date.fromisoformat(period["End"])
    if start >= end:
        raise RefusedError("ValidationException", "Start date (and hour) should be before end date")
    return start, end


def _key(group: Mapping[str, str]) -> str:
    match group["Type"]:
        case "DIMENSION":
            return DIMENSIONS[group["Key"]]
        case "TAG":
            return f"'{group['Key']}$' || coalesce(tags['{group['Key']}'], '')"
        case "COST_CATEGORY":
            value = f"coalesce(tags['cost_category/{group['Key']}'], '')"
            return f"'{group['Key']}$' || {value}"
        case kind:
            raise RefusedError("ValidationException", f"no group of type {kind}")


def _filter(expression: Mapping[str, Any]) -> str:
    if len(expression) != 1:
        raise RefusedError("ValidationException", "Expression must have one key only")
    (kind, inside), *_ = expression.items()
    match kind:
        case "And" | "Or":
            if len(inside) < 2:
                raise RefusedError("ValidationException", f"{kind} needs two expressions at least")
            return f" {kind} ".join(f"({_filter(one)})" for one in inside)
        case "Not":
            return f"NOT ({_filter(inside)})"
        case "Dimensions":
            column = DIMENSIONS[inside["Key"]]
        case "Tags":
            column = f"coalesce(tags['{inside['Key']}'], '')"
        case "CostCategories":
            column = f"coalesce(tags['cost_category/{inside['Key']}'], '')"
        case _:
            raise RefusedError("ValidationException", f"no filter by {kind}")
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in inside["Values"])
    return f"{column} IN ({values})"


def _metrics(asked: Mapping[str, Any], sums: tuple[Any, ...]) -> dict[str, Any]:
    return {
        metric: {"Amount": format(amount.normalize(), "f"), "Unit": "USD"}
        for metric, amount in zip(asked["Metrics"], sums, strict=True)
    }


def _moments(start: date, end: date, granularity: str) -> Iterator[date]:
    at = start if granularity == "DAILY" else start.replace(day=1)
    while at < end:
        yield at
        at = _until(at, end + timedelta(days=400), granularity)


def _until(at: date, end: date, granularity: str) -> date:
    if granularity == "DAILY":
        return at + timedelta(days=1)
    return min((at.replace(day=1) + timedelta(days=32)).replace(day=1), end)


def _closed(today: date) -> date:
    """Numbers before this day are final: a month is closed about two weeks after its end."""
    month = today.replace(day=1)
    return month if today.day > 15 else (month - timedelta(days=1)).replace(day=1)


def _months_back(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _mark(asked: Mapping[str, Any]) -> str:
    same = {name: value for name, value in asked.items() if name != "NextPageToken"}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:16]


def _token(asked: Mapping[str, Any], first: int) -> str:
    return base64.b64encode(f"{first}:{_mark(asked)}".encode()).decode()


@contextmanager
def running(explorer: Explorer) -> Iterator[Explorer]:
    """The peer on a thread of its own: the command line that asks it is no coroutine."""
    ready, end = threading.Event(), threading.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/", explorer.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        explorer.url = f"http://{host}:{port}"
        ready.set()
        while not end.is_set():
            await asyncio.sleep(0.02)
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield explorer
    finally:
        end.set()
        thread.join(10)
