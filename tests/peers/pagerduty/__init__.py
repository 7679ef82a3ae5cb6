"""A strict PagerDuty on this machine: incidents by dedup_key, and signed webhooks."""

from tests.peers.pagerduty.peer import Incident, PagerDutyPeer
from tests.peers.pagerduty.webhooks import delivery, integration, person, sign

__all__ = ["Incident", "PagerDutyPeer", "delivery", "integration", "person", "sign"]
