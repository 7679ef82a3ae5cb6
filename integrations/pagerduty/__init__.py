"""PagerDuty: findings as incidents through Events API v2, and what people do to them back."""

from integrations.pagerduty.destination import PagerDuty
from integrations.pagerduty.events import dedup_key

__all__ = ["PagerDuty", "dedup_key"]
