"""After every load: the daily sums of what changed go to a table that others read."""

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.scheduler import Job, Seen
from bot.settings import Settings
from cards import words
from domain.aggregates import WHOLE
from domain.ports import Lake
from handlers.kinds import Context
from integrations.calls import within
from store.lake import catalog
from store.lake.catalog import StoredBill
from store.lake.sums import published, sums_of, words_of

log = logging.getLogger(__name__)

#: Less than the hour after which what is written counts as forgotten.
SECONDS = 3000.0


def publishing(lake: Lake, settings: Settings) -> tuple[Job, ...]:
    """A job for the table of the settings, none where there is no such table.

    It looks once an hour as well, to clear up and to renew what would end by itself.
    """
    name = settings.aggregates_table
    if name is None or settings.aggregates_serve:
        return ()

    def logical(now: datetime) -> str | None:
        loaded = lake.status().as_of
        return f"{loaded.isoformat(timespec='seconds')}:{now:%Y%m%dT%H}" if loaded else None

    async def run(context: Context, _logical: str) -> Seen:
        said = await within(SECONDS, "DynamoDB", publish, settings.data_dir, name, context.now)
        for line in said:
            log.info("%s", line)
        return None

    return (Job("publish aggregates", logical, run, SECONDS),)


def publish(data_dir: Path, name: str, now: datetime) -> list[str]:
    """Publish the bills whose content is not there yet; what was done, a line for each bill."""
    from integrations.aws.aggregates import Publisher, Table

    seen = catalog.read(data_dir.resolve() / catalog.FOLDER)
    known, bills = published(seen), {bill.key: bill for bill in seen.bills}
    table = Table(name)
    try:
        publisher = Publisher(table)
        wanted = publisher.wanted(known.snapshots, now)
        said: list[str] = []
        # The newest month is asked for first.
        for snapshot in reversed(wanted):
            stored = bills[snapshot.key]
            with sums_of(data_dir, stored) as sums:
                counted = replace(snapshot, cuts={WHOLE.name: sums.count()})
                written = publisher.publish(counted, sums, words_of(data_dir, stored), now)
            said.append(_said(stored, written, name))
        if seen.bills:
            publisher.lake(known)
        publisher.sweep(now)
        return said
    finally:
        table.close()


def _said(stored: StoredBill, written: int, name: str) -> str:
    bill = f"{stored.bill.period.start:%Y-%m} of {stored.bill.billing_account}"
    if not written:
        return f"{name} has a newer {bill}"
    return f"{bill} is in {name}: {words.plural(written, 'item')}"
