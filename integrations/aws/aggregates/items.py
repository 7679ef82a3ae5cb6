"""The single table's layout: which key an item has, and what each attribute is called.

| pk                            | sk                            | what it is                   |
|-------------------------------|-------------------------------|------------------------------|
| bills                         | 2026-10#111122223333          | the newest version of a bill |
| bills                         | lake                          | corrections by AWS, settling |
| bill#2026-10#1111…#<version>  | day#service#2026-10-05#000042 | one sum of that version      |
| the same                      | month#service#2026-10-01#…    | the same for the whole month |
| the same                      | words#service                 | the values of a dimension    |
| versions                      | 2026-10#1111…#<version>       | a version, to be cleared up  |
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.aggregates import COSTS, OF_BILL, Cut, Grain, Snapshot, Words
from domain.period import Period, next_month
from domain.ports import Bill, Restatement
from domain.query import DIMENSIONS
from domain.settling import Revised, Settling
from integrations.aws.aggregates.table import EXPIRES, PK, SK, Item

#: Another number when what is written changes; a version of another shape is written anew.
SHAPE = 1
BILLS, LAKE, VERSIONS = "bills", "lake", "versions"
#: What nobody renews ends by itself: the pointer first, so that no sum of it is missed.
LIVES, LONGER = timedelta(days=400), timedelta(days=30)

#: Attribute by column of the lake, in the words of questions: `service`, `unblended`.
NAMES = {
    **{
        column: name
        for name, column in DIMENSIONS.items()
        if column in {*OF_BILL, "charge_type", "service_name", "service_category", "region_id"}
        or column in {"sub_account_id", "provider_name", "pricing_category"}
    },
    "charge_date": "day",
    "billing_period_start": "period",
    **{column: measure.value.replace(" ", "_") for column, measure in COSTS.items()},
}
_COLUMNS = {name: column for column, name in NAMES.items()}
#: An item holds 400 KB; the dearest words are kept.
_MOST_BYTES = 300_000
#: How many corrections and late days are kept.
_MOST = 100


def stem(snapshot: Snapshot) -> str:
    """A bill in keys: its month and who pays, or a hash of an id that is no plain word."""
    account = snapshot.bill.billing_account
    if not re.fullmatch(r"[\w.:@/+-]{1,100}", account, re.ASCII):
        account = "~" + hashlib.sha256(account.encode()).hexdigest()[:32]
    return f"{snapshot.bill.period.start:%Y-%m}#{account}"


def partition(snapshot: Snapshot) -> str:
    """Where the sums of a version are."""
    return f"bill#{stem(snapshot)}#{snapshot.version}"


def key(pk: str, sk: str) -> Item:
    return {PK: {"S": pk}, SK: {"S": sk}}


def place(cut: Cut, grain: Grain, day: date | str = "", number: int | None = None) -> str:
    """The sort key of a sum, or what it begins with."""
    return f"{grain}#{cut.name}#{day}" + (f"#{number:06}" if number is not None else "")


def pointer(snapshot: Snapshot, now: datetime) -> Item:
    """Names the version that counts, with all that is to be known of the bill."""
    bill = snapshot.bill
    return {
        **key(BILLS, stem(snapshot)),
        "payer": {"S": bill.billing_account},
        "period": {"S": f"{bill.period.start:%Y-%m}"},
        "version": {"S": snapshot.version},
        "items": {"S": partition(snapshot)},
        "fingerprint": {"S": snapshot.fingerprint},
        "shape": {"N": str(SHAPE)},
        "loaded_at": {"S": _moment(bill.loaded_at)},
        "published_at": {"S": _moment(now)},
        "rows": {"N": str(bill.rows)},
        "first_day": {"S": str(bill.first_day)},
        "last_day": {"S": str(bill.last_day)},
        "source": {"S": bill.source},
        "currency": {"S": snapshot.currency},
        "cuts": {"M": {name: {"N": str(count)} for name, count in snapshot.cuts.items()}},
        **{NAMES[column]: {"N": _number(total)} for column, total in snapshot.totals.items()},
        EXPIRES: ends(now + LIVES),
    }


def snapshot_of(item: Item) -> Snapshot:
    """The other way round."""
    start = date.fromisoformat(item["period"]["S"] + "-01")
    totals = {column: Decimal(item[NAMES[column]]["N"]) for column in COSTS}
    bill = Bill(
        item["payer"]["S"],
        Period(start, next_month(start)),
        int(item["rows"]["N"]),
        date.fromisoformat(item["first_day"]["S"]),
        date.fromisoformat(item["last_day"]["S"]),
        datetime.fromisoformat(item["loaded_at"]["S"]),
        item["source"]["S"],
        totals["unblended_cost"],
    )
    cuts = {name: int(count["N"]) for name, count in item["cuts"]["M"].items()}
    named = item["fingerprint"]["S"], item["currency"]["S"]
    return Snapshot(bill, *named, totals, cuts, item["version"]["S"])


def row_item(
    snapshot: Snapshot, cut: Cut, grain: Grain, number: int, row: Mapping[str, Any], until: datetime
) -> Item:
    """One sum; what has no value has no attribute."""
    day: date = row["charge_date"]
    item = {
        **key(partition(snapshot), place(cut, grain, day, number)),
        "day": {"S": str(day)},
        "period": {"S": f"{snapshot.bill.period.start:%Y-%m}"},
        "payer": {"S": snapshot.bill.billing_account},
        "currency": {"S": snapshot.currency},
        **{NAMES[column]: {"N": _number(row[column])} for column in COSTS},
        EXPIRES: ends(until),
    }
    for column in cut.columns:
        if row[column] is not None:
            item[NAMES[column]] = {"S": row[column]}
    return item


def row_of(item: Item, snapshot: Snapshot) -> dict[str, Any]:
    """A sum in the lake's columns, as far as they were asked for."""
    row: dict[str, Any] = {
        "billing_period_start": snapshot.bill.period.start,
        "billing_account_id": snapshot.bill.billing_account,
        "billing_currency": snapshot.currency,
    }
    for name, value in item.items():
        column = _COLUMNS[name]
        row[column] = Decimal(value["N"]) if column in COSTS else value["S"]
    row["charge_date"] = date.fromisoformat(row["charge_date"])
    return row


def words_items(snapshot: Snapshot, words: Words, until: datetime) -> list[Item]:
    """The values of each dimension in one item: JSON, for a map of DynamoDB takes no empty key."""
    return [
        {
            **key(partition(snapshot), f"words#{name}"),
            "values": {"S": _fitting(values)},
            EXPIRES: ends(until),
        }
        for name, values in words.items()
    ]


def words_of(item: Item) -> tuple[str, Mapping[str, str]]:
    return item[SK]["S"].removeprefix("words#"), json.loads(item["values"]["S"])


def lake_item(
    restatements: tuple[Restatement, ...], settling: Settling, as_of: datetime
) -> dict[str, dict[str, Any]]:
    """What the lake knows of all bills together; the newest of it."""
    known = {
        "restatements": [
            [r.billing_account, str(r.period.start), _moment(r.seen_at), *_texts(r.before, r.after)]
            for r in restatements[-_MOST:]
        ],
        "lag_days": settling.lag_days,
        "services": dict(settling.services),
        "revised": [
            [str(r.seen_on), r.service, str(r.day), *_texts(r.before, r.after)]
            for r in settling.revised[:_MOST]
        ],
    }
    return {
        **key(BILLS, LAKE),
        "loaded_at": {"S": _moment(as_of)},
        "known": {"S": json.dumps(known)},
    }


def lake_of(item: Item) -> tuple[tuple[Restatement, ...], Settling]:
    known = json.loads(item["known"]["S"])
    restatements = tuple(
        Restatement(
            payer,
            Period(date.fromisoformat(start), next_month(date.fromisoformat(start))),
            datetime.fromisoformat(seen),
            Decimal(before),
            Decimal(after),
        )
        for payer, start, seen, before, after in known["restatements"]
    )
    revised = tuple(
        Revised(
            date.fromisoformat(seen),
            service,
            date.fromisoformat(day),
            Decimal(before),
            Decimal(after),
        )
        for seen, service, day, before, after in known["revised"]
    )
    return restatements, Settling(known["lag_days"], known["services"], revised)


def ends(at: datetime) -> dict[str, str]:
    """Time to live is read in seconds since 1970."""
    return {"N": f"{at.timestamp():.0f}"}


def _fitting(values: Mapping[str, str]) -> str:
    """All of the values, or the first of them that fit; they come with the dearest first."""
    kept, size = dict[str, str](), 0
    for value, cost in values.items():
        size += len(json.dumps(value)) + len(cost) + 8
        if size > _MOST_BYTES:
            break
        kept[value] = cost
    return json.dumps(kept)


def _moment(at: datetime) -> str:
    """Sorts as text as it does in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _number(amount: Decimal) -> str:
    return format(amount.normalize() if amount else Decimal(0), "f")


def _texts(*amounts: Decimal) -> tuple[str, ...]:
    return tuple(format(amount, "f") for amount in amounts)
