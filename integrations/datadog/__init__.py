"""Datadog: findings as events, their numbers as gauges, and a dashboard kept as code."""

from integrations.datadog.destination import Datadog

__all__ = ["Datadog"]
