"""Jira, Cloud and Data Center: findings as issues, and news of what people do with them."""

from integrations.jira.destination import Jira

__all__ = ["Jira"]
