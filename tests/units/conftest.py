"""The demo bill, a lake of it and a bot over it, as the reports have them."""

from tests.reports.conftest import bot, bot_of, lake, raw

__all__ = ["bot", "bot_of", "lake", "raw"]
