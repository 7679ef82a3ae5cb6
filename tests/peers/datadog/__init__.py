"""A strict Datadog on this machine: gauges, events and dashboards, with its limits."""

from tests.peers.datadog.peer import API_KEY, APP_KEY, DatadogPeer, Event

__all__ = ["API_KEY", "APP_KEY", "DatadogPeer", "Event"]
