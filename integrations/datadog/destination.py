"""The destination: a finding's numbers as gauges first, then one event that tells of it."""

from datetime import datetime

from domain.delivery import Receipt, Receipts
from domain.errors import PermanentError
from domain.finding import Finding
from integrations.calls import within
from integrations.datadog.client import Client
from integrations.datadog.event import Event, aggregation_key, event
from integrations.datadog.memo import memo, read
from integrations.datadog.series import Gauge, batches, gauges
from integrations.plain import web_address

#: Longer than the two requests of a usual finding may take.
DEADLINE_SECONDS = 30.0
#: Datadog's clock and ours, when looking for an event.
_SKEW_SECONDS = 60


class Datadog:
    """The only address is `datadog`. `host` is a site, or an address (DD_HOST).

    A changed finding costs one request for its gauges (more where they do not fit into one) and
    one for its event, in this order: gauges overwrite themselves, so that repeating them is
    nothing, and the event, which cannot be taken back, is repeated only when its own answer was
    lost. Then the stream is searched for it first, where there is an application key; without
    one, or while Datadog's index lags, the second event joins the first under one aggregation_key.

    An event is due when the status, the severity or the number changed; gauges when they did, and
    once a day (UTC), because a gauge that is not sent is a hole in the graph.
    """

    scheme = "datadog"

    def __init__(
        self,
        api_key: str,
        app_key: str = "",
        host: str = "",
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self.client = Client(api_key, app_key, host)
        self._deadline_seconds = deadline_seconds

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        """`ref` is the aggregation_key; `wish` may hold note and who."""
        mine = receipts.mine
        measured = gauges(finding, receipts.now)
        before, now = read(mine.receipt.memo), memo(finding, measured, receipts.now)
        unsure, changed = mine.unsure_since is not None, now.told != before.told
        due = measured if unsure or now.measured != before.measured else ()
        news = event(finding, receipts) if unsure or changed else None
        # What was told before the attempt of unknown outcome is there anyway, and proves nothing.
        since = mine.unsure_since if changed else None
        url = await within(self._deadline_seconds, "Datadog", self._show, due, news, since)
        address = web_address(url) or mine.receipt.url
        return Receipt(mine.destination, aggregation_key(finding), address, str(now))

    async def close(self) -> None:
        """Let go of connections."""
        self.client.close()

    def _show(self, due: tuple[Gauge, ...], news: Event | None, since: datetime | None) -> str:
        for batch in batches(due):
            self.client.submit(batch)
        if news is None or self._is_there(news, since):
            return ""
        return self.client.post(news)

    def _is_there(self, news: Event, since: datetime | None) -> bool:
        """Whether an attempt of unknown outcome has brought the event after all."""
        if since is None or not self.client.reads:
            return False
        tag = next(tag for tag in news.tags if tag.startswith("costbot_told:"))
        start = int(since.timestamp()) - _SKEW_SECONDS
        try:
            return self.client.has_event(tag, start, news.at + _SKEW_SECONDS)
        except PermanentError:
            return False  # An application key that may not read events: as if there were none.
