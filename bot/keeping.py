"""`python -m bot migrate`, `backup` and `restore`: what is remembered, kept and brought back."""

from datetime import datetime
from pathlib import Path

from bot.settings import Settings
from store.state import default_url
from store.state.backup import backup, restore, shape


def migrated(settings: Settings) -> str:
    """Bring the database to the newest shape; what to tell about it."""
    before, now = shape(_url(settings))
    if before == now:
        return f"The database is at version {now} already."
    return f"The database was {f'at version {before}' if before else 'empty'}; now it is at {now}."


def backed_up(settings: Settings, file: Path) -> str:
    """Write a backup; what to tell about it."""
    backup(_url(settings), file)
    size = file.stat().st_size / 1024
    return f"{file} is written ({size:,.0f} KiB). It does not hold the bills."


def restored(settings: Settings, file: Path, now: datetime) -> str:
    """Put a backup back; what to tell about it."""
    kept = restore(_url(settings), file, now)
    before = f" What was there before is {kept}." if kept else ""
    return f"{file} is restored.{before} Start the bot again."


def _url(settings: Settings) -> str:
    given = settings.database_url
    return given.reveal() if given else default_url(settings.data_dir)
