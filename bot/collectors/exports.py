"""Exports in S3, looked at every hour: new deliveries are loaded."""

from datetime import timedelta

from bot.collectors.child import load
from bot.collectors.model import Collector
from bot.rights import reading

COLLECTOR = Collector(
    "exports",
    lambda settings: settings.exports,
    load,
    reading,
    every=timedelta(hours=1),
    late=timedelta(hours=26),
    seconds=6 * 3600.0,
    here=True,
)
