"""What each load changed, by service and day: a small file that the catalog names."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from domain.settling import Move
from store.lake.catalog import StoredBill
from store.lake.engine import WRITTEN, text
from store.lake.schema import MONEY

#: A day is followed for so long; an older one that is loaded for the first time says nothing.
KEPT = timedelta(days=120)
YOUNG = timedelta(days=45)

_DAYS = """SELECT service_name AS service, charge_date AS day, sum(unblended_cost) AS cost
    FROM read_parquet([{files}]) WHERE charge_type = 'usage' GROUP BY ALL"""
_NOTHING = "SELECT NULL::VARCHAR AS service, NULL::DATE AS day, NULL::{money} AS cost WHERE false"


def follow(
    con: Any,
    folder: Path,
    known: str,
    old: Sequence[StoredBill],
    new: Sequence[StoredBill],
    seen_on: date,
) -> tuple[str, list[Move]]:
    """Write the moves known so far and those from `old` bills to `new` ones; path and content."""
    before = f"SELECT * FROM {_read(folder, known)}" if known else None
    changed = f"""SELECT DATE '{seen_on}' AS seen_on, coalesce(new.service, old.service) AS service,
        coalesce(new.day, old.day) AS day,
        CAST(coalesce(new.cost, 0) - coalesce(old.cost, 0) AS {MONEY}) AS change
        FROM ({_days(folder, old)}) AS old FULL JOIN ({_days(folder, new)}) AS new
        ON old.service IS NOT DISTINCT FROM new.service AND old.day = new.day
        WHERE coalesce(new.cost, 0) <> coalesce(old.cost, 0)
        AND coalesce(new.day, old.day) >= DATE '{seen_on - YOUNG}'"""
    every = f"{before} UNION ALL {changed}" if before else changed
    kept = f"SELECT * FROM ({every}) WHERE day >= DATE '{seen_on - KEPT}' ORDER BY ALL"
    (folder / "moves").mkdir(exist_ok=True)
    named = "|".join((known, *(bill.daily for bill in new)))
    stem = hashlib.sha256(named.encode()).hexdigest()[:16]
    path = f"moves/{seen_on}-{stem}.parquet"
    con.execute(f"COPY ({kept}) TO {text(str(folder / path))} {WRITTEN}")
    rows = con.execute(
        f"SELECT seen_on, service, day, change FROM {_read(folder, path)}"
    ).fetchall()
    return path, [Move(on, service or "", day, change) for on, service, day, change in rows]


def _days(folder: Path, bills: Sequence[StoredBill]) -> str:
    if not bills:
        return _NOTHING.format(money=MONEY)
    return _DAYS.format(files=", ".join(text(str(folder / bill.daily)) for bill in bills))


def _read(folder: Path, path: str) -> str:
    return f"read_parquet({text(str(folder / path))})"
