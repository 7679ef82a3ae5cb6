"""Datadog: findings as events, their numbers as gauges, a dashboard kept as code, and queries."""

from integrations.datadog.destination import Datadog
from integrations.datadog.metrics import DatadogMetrics

__all__ = ["Datadog", "DatadogMetrics"]
