"""PagerDuty: findings as incidents through Events API v2, and what people do to them back."""

from integrations.pagerduty.destination import PagerDuty

__all__ = ["PagerDuty"]
