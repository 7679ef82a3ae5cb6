"""The calls of Datadog's API that costbot makes, in our words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from domain.errors import PermanentError, TemporaryError
from integrations.datadog.event import Event
from integrations.datadog.series import Gauge
from integrations.datadog.transport import Transport
from integrations.plain import line

if TYPE_CHECKING:
    from datadog_api_client import ApiClient


class Client:
    """Blocking calls, from any thread; what they raise is in `Transport.call`."""

    def __init__(self, api_key: str, app_key: str = "", host: str = "") -> None:
        self._transport = Transport(api_key, app_key, host)
        #: Whether there is an application key, without which Datadog only takes.
        self.reads = bool(app_key)

    def submit(self, gauges: Sequence[Gauge]) -> None:
        """Send one batch. Sent again, a gauge overwrites itself."""
        from datadog_api_client.v2.api.metrics_api import MetricsApi
        from datadog_api_client.v2.model.metric_content_encoding import MetricContentEncoding
        from datadog_api_client.v2.model.metric_intake_type import MetricIntakeType
        from datadog_api_client.v2.model.metric_payload import MetricPayload
        from datadog_api_client.v2.model.metric_point import MetricPoint
        from datadog_api_client.v2.model.metric_series import MetricSeries

        payload = MetricPayload(
            series=[
                MetricSeries(
                    metric=gauge.metric,
                    type=MetricIntakeType.GAUGE,
                    points=[MetricPoint(timestamp=gauge.at, value=gauge.value)],
                    tags=list(gauge.tags),
                )
                for gauge in gauges
            ]
        )
        self._transport.call(
            lambda api: MetricsApi(api).submit_metrics(
                content_encoding=MetricContentEncoding.DEFLATE, body=payload
            )
        )

    def post(self, event: Event) -> str:
        """Send one event; its address for people, "" where Datadog names none."""
        from datadog_api_client.v1.api.events_api import EventsApi
        from datadog_api_client.v1.model.event_alert_type import EventAlertType
        from datadog_api_client.v1.model.event_create_request import EventCreateRequest
        from datadog_api_client.v1.model.event_priority import EventPriority

        request = EventCreateRequest(
            title=event.title,
            text=event.text,
            alert_type=EventAlertType(event.alert_type),
            priority=EventPriority(event.priority),
            aggregation_key=event.aggregation_key,
            source_type_name=event.source,
            tags=list(event.tags),
            date_happened=event.at,
        )
        said = self._transport.call(lambda api: EventsApi(api).create_event(body=request))
        made: Any = said.get("event") if isinstance(said, dict) else None
        return str(made.get("url") or "") if isinstance(made, dict) else ""

    def has_event(self, tag: str, start: int, end: int) -> bool:
        """Whether the stream holds an event with this tag between two moments (seconds)."""
        from datadog_api_client.v1.api.events_api import EventsApi

        said = self._transport.call(
            lambda api: EventsApi(api).list_events(
                start=start, end=end, tags=tag, unaggregated=True
            )
        )
        return any(tag in (each.get("tags") or ()) for each in _listed(said, "events"))

    def dashboards(self, start: int, count: int) -> list[dict[str, Any]]:
        """Summaries (id, title, description, url) of `count` dashboards from the `start`-th."""
        from datadog_api_client.v1.api.dashboards_api import DashboardsApi

        said = self._transport.call(
            lambda api: DashboardsApi(api).list_dashboards(start=start, count=count)
        )
        return _listed(said, "dashboards")

    def put_dashboard(self, dashboard: dict[str, Any], dashboard_id: str = "") -> dict[str, Any]:
        """Make the dashboard, or replace the one with this id; what Datadog says it is now."""
        from datadog_api_client.v1.api.dashboards_api import DashboardsApi

        def call(api: "ApiClient") -> Any:
            body: Any = dashboard
            if dashboard_id:
                return DashboardsApi(api).update_dashboard(dashboard_id=dashboard_id, body=body)
            return DashboardsApi(api).create_dashboard(body=body)

        said = self._transport.call(call)
        return said if isinstance(said, dict) else {}

    def query(self, query: str, start: int, end: int) -> list[dict[str, Any]]:
        """The series of a query over metrics between two moments (seconds)."""
        from datadog_api_client.v1.api.metrics_api import MetricsApi

        said = self._transport.call(
            lambda api: MetricsApi(api).query_metrics(_from=start, to=end, query=query)
        )
        if isinstance(said, dict) and said.get("status") == "error":
            # Datadog answers 200 to a query that makes no sense.
            cause = line(str(said.get("error") or ""), 200)
            raise PermanentError(f"Datadog does not understand the query: {cause}")
        return _listed(said, "series")

    def close(self) -> None:
        """Let go of connections; the next call makes new ones."""
        self._transport.close()


def _listed(said: Any, name: str) -> list[dict[str, Any]]:
    """A list that cannot be read is not an empty one: who looks would make a second copy."""
    if not isinstance(said, dict) or not isinstance(said.get(name), list):
        raise TemporaryError(f"Datadog's list of {name} cannot be read")
    return said[name]
