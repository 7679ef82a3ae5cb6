"""What `python -m bot load` does: files at once, other sources batch by batch, and what it says."""

import fcntl
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.settings import Settings
from bot.sources import every
from bot.sources.model import Batch, Progress, Skipped, Source, Wish
from cards import words
from domain.errors import CostbotError, InputError, UserError
from domain.money import Money
from store.lake.fetched import known, remember
from store.lake.load import LoadReport, load

INCOMING = "incoming"


def loaded(
    given: Sequence[str], settings: Settings, now: datetime, progress: Progress
) -> Iterator[str]:
    """Loads what the addresses and paths stand for; yields what to say, as it is done.

    A batch that is wrong holds up no other: the first error is raised when all were tried.
    """
    sources = {address: _source(address) for address in given}
    paths = [address for address, source in sources.items() if source is None]
    if paths:
        yield report(_load(paths, settings, now, progress))
    for address, source in sources.items():
        if source is not None:
            yield from _fetched(source, address, settings, now, progress)


def _source(address: str) -> Source | None:
    """None for a path."""
    scheme, separator, _ = address.partition("://")
    if separator and scheme not in every():
        known_ones = ", ".join(f"{one}://" for one in every())
        advice = f"costbot knows paths and {known_ones}."
        raise InputError("this kind of address is not known.", address, advice=advice)
    return every()[scheme] if separator else None


def _fetched(
    source: Source, address: str, settings: Settings, now: datetime, progress: Progress
) -> Iterator[str]:
    errors: list[CostbotError] = []
    new = 0
    with _incoming(settings.data_dir) as folder:
        done = known(settings.data_dir, address)
        for batch in source.fetch(Wish(address, settings, now, folder, done, progress)):
            new += 1
            if isinstance(batch, Skipped):
                yield f"{batch.name}: {batch.why}."
                errors += [batch.error] if batch.error else []
                continue
            try:
                yield report(_load(batch.paths, settings, now, progress))
            except InputError as error:
                errors.append(_named(error, batch))
                continue
            remember(settings.data_dir, address, batch.name, batch.mark)
    if not new:
        yield f"Nothing is new at {address}."
    if errors:
        raise errors[0]


def _load(
    paths: Sequence[str | Path], settings: Settings, now: datetime, progress: Progress
) -> LoadReport:
    from analytics.settling import learn

    roll = None
    if settings.engine == "spark":
        from store.lake.spark import refuse_missing, roll_up, session

        refuse_missing()
        roll = partial(roll_up, session(settings.spark_master))
    done = load(paths, settings.data_dir, now, progress, learn, roll)
    if settings.engine == "athena":
        from bot.athena import copied

        copied(settings, progress)
    return done


def _named(error: InputError, batch: Batch) -> InputError:
    """The same error about where the file came from: its copy is gone soon."""
    here = str(batch.folder)
    return replace(
        error,
        file=str(error.file).replace(here, batch.shown),
        problem=error.problem.replace(here, batch.shown),
    )


@contextmanager
def _incoming(data_dir: Path) -> Generator[Path]:
    """An empty folder for what is fetched, for one fetch at a time; a killed one leaves nothing."""
    folder = data_dir.resolve() / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError("Bills are being fetched already. Wait until that is done.") from None
        files = folder / "files"
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir()
        try:
            yield files
        finally:
            shutil.rmtree(files, ignore_errors=True)


def report(done: LoadReport) -> str:
    """One line per bill, and the sum of what was read."""
    lines = [f"Read {words.plural(done.rows, 'row')} from {words.plural(done.files, 'file')}."]
    for bill in done.bills:
        total = words.money(Money(bill.total, done.currency))
        line = (
            f"  {bill.period.start:%Y-%m}  {bill.billing_account}  "
            f"{words.plural(bill.rows, 'row')}  {total}  {bill.action}"
        )
        if bill.action == "restated":
            line += f", {words.change_of(Money(bill.difference, done.currency))}"
        lines.append(line)
        if bill.warning:
            lines.append(f"  Warning: {bill.warning}")
    return "\n".join(lines)
