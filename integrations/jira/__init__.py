"""Jira, Cloud and Data Center: findings as issues, and news of what people do with them."""

from integrations.jira.destination import Jira
from integrations.jira.text import label

__all__ = ["Jira", "label"]
