"""Telling AWS what people made of an anomaly that AWS found."""

from collections.abc import Mapping

from domain.finding import Finding

#: The label under which a finding carries the id of AWS Cost Anomaly Detection.
ANOMALY = "aws_anomaly"


def wish(found: Finding, verdict: str) -> Mapping[str, Mapping[str, str]]:
    """Where to show it so that AWS learns: YES, NO or PLANNED_ACTIVITY; nowhere if not AWS's.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ProvideAnomalyFeedback.html
    """
    anomaly = found.labels.get(ANOMALY)
    return {"aws": {"anomaly": anomaly, "feedback": verdict}} if anomaly else {}
