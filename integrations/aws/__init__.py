"""AWS itself: feedback on its anomalies goes there, and what CloudTrail saw comes from there."""

from integrations.aws.feedback import AnomalyFeedback
from integrations.aws.trail import Trail

__all__ = ["AnomalyFeedback", "Trail"]
