"""Where the numbers of units come from: each kind is made when it is first asked."""

from functools import cached_property
from pathlib import Path

from bot.settings import Settings
from domain.errors import PermanentError
from domain.period import Period
from domain.ports import Metrics
from domain.unit import CloudWatchMetric, Counts, CsvMetric, DatadogMetric, Unit


class UnitSources:
    """Implements `domain.ports.Metrics` for units of every kind; `folder` holds their files."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder

    async def daily(self, unit: Unit, period: Period) -> Counts:
        match unit.metric:
            case CloudWatchMetric():
                return await self._cloudwatch.daily(unit, period)
            case DatadogMetric():
                return await self._datadog.daily(unit, period)
            case CsvMetric():
                return await self._files.daily(unit, period)

    @cached_property
    def _cloudwatch(self) -> Metrics:
        from integrations.aws import CloudWatch

        return CloudWatch()

    @cached_property
    def _datadog(self) -> Metrics:
        from integrations.datadog import DatadogMetrics
        from integrations.datadog.client import Client

        key, app_key = self._settings.dd_api_key, self._settings.dd_app_key
        if key is None or app_key is None:
            raise PermanentError("Datadog is not connected: set DD_API_KEY and DD_APP_KEY")
        return DatadogMetrics(Client(key.reveal(), app_key.reveal(), self._settings.dd_host))

    @cached_property
    def _files(self) -> Metrics:
        from integrations.counts import CountFiles

        return CountFiles(self._folder)
