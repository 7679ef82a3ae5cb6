"""What Jira or PagerDuty tells of a finding, as the body of its webhook."""

from typing import Any

from domain.finding import Finding
from tests.walks.office import Office


def done(office: Office, system: str, found: Finding, **more: Any) -> bytes:
    if system == "jira":
        return office.jira_news("Done", **more)
    return office.pager_news("resolved", found, **more)


def begun(office: Office, system: str, found: Finding) -> bytes:
    if system == "jira":
        return office.jira_news("In Progress")
    return office.pager_news("acknowledged", found)


def opened(office: Office, system: str, found: Finding) -> bytes:
    if system == "jira":
        return office.jira_news("To Do")
    return office.pager_news("unacknowledged", found)


def who(system: str) -> str:
    return {"jira": "Jo in Jira", "pagerduty": "Pat in PagerDuty"}[system]
