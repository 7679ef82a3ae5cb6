"""AWS itself: feedback on its anomalies, what CloudTrail saw, and the numbers of CloudWatch."""

from integrations.aws.cloudwatch import CloudWatch
from integrations.aws.feedback import AnomalyFeedback
from integrations.aws.trail import Trail

__all__ = ["AnomalyFeedback", "CloudWatch", "Trail"]
