"""What Datadog was told about a finding last."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from domain.finding import Finding
from integrations.datadog.event import told
from integrations.datadog.series import Gauge


@dataclass(frozen=True, slots=True)
class Memo:
    """Digests of the last event, and of the last gauges with the day (UTC) they were sent on."""

    told: str = ""
    measured: str = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self))


NOTHING = Memo()


def memo(finding: Finding, measured: Sequence[Gauge], now: datetime) -> Memo:
    """What should have been told by now; gauges without their moment, which always changes."""
    values = sorted(f"{each.metric} {each.tags} {each.value!r}" for each in measured)
    digest = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:40]
    return Memo(told(finding), f"{now:%Y-%m-%d} {digest}" if values else "")


def read(text: str) -> Memo:
    """The memo of a receipt; NOTHING where it cannot be read."""
    try:
        noted: dict[str, Any] = json.loads(text)
        return Memo(str(noted["told"]), str(noted["measured"]))
    except (ValueError, TypeError, KeyError):
        return NOTHING
