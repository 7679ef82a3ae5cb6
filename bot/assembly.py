"""The composition root of every answer: lake, handlers and router put together."""

from collections.abc import Callable
from datetime import datetime

from bot import registry
from bot.router import Router
from bot.settings import Settings
from domain.errors import SettingsError
from handlers.kinds import Use
from store.lake import DuckLake


def assemble(settings: Settings, now: Callable[[], datetime]) -> Router:
    """A router over the lake of the settings; opens no connection and reads no bill yet."""
    if settings.engine != "duckdb":
        raise SettingsError(f"COSTBOT_ENGINE={settings.engine} is not built yet; use duckdb.")
    lake = DuckLake(settings.data_dir)
    use = Use(lake, registry.commands(), settings.measure, settings.owner_tags, zone=settings.zone)
    return Router(use, registry.actions(), now)
