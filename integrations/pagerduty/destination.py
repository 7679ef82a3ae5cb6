"""The destination: shows findings as incidents, one event per change."""

from collections.abc import Mapping

from domain.delivery import Receipt, Receipts
from domain.errors import PermanentError
from domain.finding import Finding
from integrations.calls import within
from integrations.pagerduty import events, memo, session
from integrations.plain import line

#: Longer than one connection and one answer may take.
DEADLINE_SECONDS = 15.0


class PagerDuty:
    """Addresses are `pagerduty`, and `pagerduty:<name>` for the names in `services`.

    `routing_key` is the integration key of the default service, `services` maps names to keys.
    `events_url` is https://events.pagerduty.com where empty; accounts in Europe have their own.
    `client_url` is where an incident's "view in costbot" leads.

    An incident is triggered while its finding is open, acknowledged when somebody has taken it,
    resolved when it is closed. The dedup_key makes every repeat harmless: see `memo.next_event`.
    """

    scheme = "pagerduty"

    def __init__(
        self,
        routing_key: str = "",
        services: Mapping[str, str] | None = None,
        *,
        events_url: str = "",
        client_url: str = "",
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._keys = {"": routing_key, **(services or {})}
        self._events_url = events_url.rstrip("/") or session.EVENTS_URL
        self._client_url = client_url
        self._deadline_seconds = deadline_seconds

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        """At most one event. `wish` may hold severity, note and who; `ref` is the dedup_key.

        PagerDuty does not say where the incident is; the webhook does, and a url that it brought
        is kept, until a trigger after the end makes another incident.
        """
        mine = receipts.mine
        now = memo.memo(finding, mine)
        before, url = memo.read(mine.receipt.memo), mine.receipt.url
        event = memo.next_event(before, now, mine)
        key = events.dedup_key(finding)
        if event is not None:
            trigger = event == "trigger"
            if trigger and before and before.phase is memo.Phase.CLOSED:
                url = ""
            body = events.trigger(finding, receipts, self._client_url) if trigger else {}
            await within(
                self._deadline_seconds, "PagerDuty", session.send,
                self._routing_key(mine.address), self._events_url, event, key, body, receipts.now,
            )  # fmt: skip
        return Receipt(mine.destination, key, url, str(now))

    async def close(self) -> None:
        """Nothing is held between two events."""

    def _routing_key(self, address: str) -> str:
        if key := self._keys.get(address):
            return key
        if not address:
            raise PermanentError("no default service for pages: set PAGERDUTY_ROUTING_KEY")
        names = ", ".join(sorted(name for name in self._keys if name)) or "none"
        raise PermanentError(
            f"there is no PagerDuty service '{line(address, 60)}'; known: {line(names, 300)}"
        )
