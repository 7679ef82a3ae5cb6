"""cost-explorer://: bills out of Cost Explorer, where there is no export. Each request costs $0.01.

The first time 13 months are asked for; after that the months that AWS may still change.
"""

import asyncio
import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from bot.sources.model import Batch, Skipped, Source, Wish
from domain.period import ONE_DAY, Period
from integrations.aws.account import account_id
from integrations.aws.explorer import Explorer, bills, vocabulary
from integrations.aws.explorer.asking import RESTATED
from store.lake import catalog, explored
from store.state import Memory, default_url

MONTHS = 13
LABEL = "Cost Explorer"
_CLOSED = "closed"


def fetch(wish: Wish) -> Iterator[Batch | Skipped]:
    """A batch for each month that is new or differs, newest first."""
    url = wish.settings.database_url
    memory = Memory(url.reveal() if url else default_url(wish.settings.data_dir))
    memory.open()
    try:
        explorer = Explorer(
            wish.settings.aws_access,
            memory.spent,
            memory.replies,
            wish.settings.cost_explorer_limit,
            lambda: wish.now,
        )
        with asyncio.Runner() as runner:
            yield from _months(wish, explorer, runner)
    finally:
        memory.close()


def _months(wish: Wish, explorer: Explorer, runner: asyncio.Runner) -> Iterator[Batch | Skipped]:
    payer = account_id(wish.settings.aws_access)
    needed = [month for month in _newest(wish.now.date()) if _wanted(wish, payer, month)]
    if not needed:
        return
    tomorrow = wish.now.date() + ONE_DAY
    period = Period(needed[-1].start, min(needed[0].end, tomorrow))
    wish.progress(f"asking Cost Explorer for {period.start:%Y-%m} to {needed[0].start:%Y-%m}")
    files = runner.run(_written(wish, explorer, payer, period))
    spent = runner.run(explorer.spent())
    wish.progress(f"Cost Explorer: ${spent:,.2f} of ${explorer.limit:,.2f} spent today")
    explored.remember(wish.settings.data_dir, runner.run(vocabulary.known(explorer, period)))
    for month in needed:
        name = f"{month.start:%Y-%m}"
        path = files.get(month.start)
        if path is None:
            continue
        mark = _CLOSED if _closed(month, wish) else _hashed(path)
        if wish.known.get(name) != mark:
            yield Batch(name, (path,), mark, wish.folder, "cost-explorer:/")


def _newest(today: date) -> list[Period]:
    """The months that Cost Explorer knows by day, newest first."""
    months = [Period.month(today.year, today.month)]
    while len(months) < MONTHS:
        before = months[-1].start - timedelta(days=1)
        months.append(Period.month(before.year, before.month))
    return months


def _wanted(wish: Wish, payer: str, month: Period) -> bool:
    """Not where an export is loaded, which knows more, nor where nothing changes any more."""
    there = catalog.read(wish.settings.data_dir.resolve() / catalog.FOLDER)
    known = [bill.bill for bill in there.bills if bill.key == (payer, month.start)]
    if known and not known[0].source.startswith(LABEL):
        return False
    return not (known and wish.known.get(f"{month.start:%Y-%m}") == _CLOSED)


def _closed(month: Period, wish: Wish) -> bool:
    return month.end + RESTATED <= wish.now.date()


async def _written(
    wish: Wish, explorer: Explorer, payer: str, period: Period
) -> Mapping[date, Path]:
    """A file for each month, by its first day; months without any charge have none."""
    among = await bills.parts(explorer, period)
    rows: dict[date, list[Mapping[str, str]]] = defaultdict(list)
    async for row in bills.rows(explorer, payer, period, among):
        day = date.fromisoformat(row["TimePeriodStart"])
        rows[day.replace(day=1)].append(row)
    paths: dict[date, Path] = {}
    for month, found in rows.items():
        path = paths[month] = wish.folder / f"{month:%Y-%m}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, bills.COLUMNS)
            writer.writeheader()
            writer.writerows(found)
    return paths


def _hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


SOURCE = Source("cost-explorer", "bills out of Cost Explorer: cost-explorer://", fetch)
