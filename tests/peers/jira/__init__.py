"""A strict Jira in this process: Cloud or Data Center, with an index that lags."""

from tests.peers.jira.model import Issue, Person
from tests.peers.jira.peer import JiraPeer

__all__ = ["Issue", "JiraPeer", "Person"]
