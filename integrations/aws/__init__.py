"""AWS itself: what people made of an anomaly goes back to Cost Anomaly Detection."""

from integrations.aws.feedback import AnomalyFeedback

__all__ = ["AnomalyFeedback"]
