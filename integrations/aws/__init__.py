"""AWS itself: feedback on anomalies, CloudTrail's events, CloudWatch's numbers, AWS Budgets."""

from integrations.aws.budgets import Budgets
from integrations.aws.cloudwatch import CloudWatch
from integrations.aws.estimated import EstimatedCharges
from integrations.aws.feedback import AnomalyFeedback
from integrations.aws.trail import Trail

__all__ = ["AnomalyFeedback", "Budgets", "CloudWatch", "EstimatedCharges", "Trail"]
