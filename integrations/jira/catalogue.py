"""What Jira offers for a form, kept for a while, for a form opens even when Jira is silent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from domain.catalogue import Catalogue, Choice
from domain.errors import DeliveryError
from integrations.jira import wiki
from integrations.jira.issues import person_id
from integrations.jira.line import Attempt, Line

FRESH = timedelta(minutes=10)
_PAGE = 100


class Shelf:
    """Catalogues by project. Names come from people over there, and are cleaned."""

    def __init__(self, line: Line, project: str, issue_type: str) -> None:
        self._line = line
        self._project = project
        self._issue_type = issue_type
        self._kept: dict[str, tuple[datetime, Catalogue]] = {}
        self._account = ""

    def catalogue(self, attempt: Attempt, now: datetime, project: str) -> Catalogue:
        key = project or self._project
        kept = self._kept.get(key)
        if kept and kept[0] <= now < kept[0] + FRESH:
            return kept[1]
        try:
            found = self._asked(attempt, key)
        except DeliveryError:
            return self.last(project)
        self._kept[key] = (now, found)
        return found

    def last(self, project: str) -> Catalogue:
        """What was known last, or what is known without asking."""
        key = project or self._project
        if kept := self._kept.get(key):
            return kept[1]
        own = (Choice(key, key),) if key else ()
        return Catalogue(key, own, (Choice(self._issue_type, self._issue_type),))

    def people(self, attempt: Attempt, query: str, project: str) -> tuple[Choice, ...]:
        params: dict[str, str | int] = {
            "query" if self._line.cloud else "username": query,
            "project": project or self._project,
            "maxResults": 20,
        }
        try:
            found = self._line.get(attempt, "user/assignable/search", params)
        except DeliveryError:
            return ()
        return _choices(found, person_id, "displayName")

    def account(self, attempt: Attempt) -> str:
        if not self._account:
            try:
                found = self._line.get(attempt, "myself")
            except DeliveryError:
                return ""
            self._account = person_id(found) if isinstance(found, dict) else ""
        return self._account

    def _asked(self, attempt: Attempt, project: str) -> Catalogue:
        found = replace(self.last(project), project=project, projects=self._projects(attempt))
        if not project:
            return found
        metadata = f"issue/createmeta/{quote(project, safe='')}/issuetypes"
        params: dict[str, str | int] = {"maxResults": _PAGE}
        types = _page(self._line.get(attempt, metadata, params), "issueTypes")
        usable = [one for one in types if not one.get("subtask")]
        usual = next((one for one in usable if self._is_usual(one)), usable[0] if usable else None)
        found = replace(found, types=_choices(usable, _id, "name"))
        if usual is None:
            return found
        fields = _page(self._line.get(attempt, f"{metadata}/{_id(usual)}", params), "fields")
        screen = {str(one.get("fieldId") or one.get("key")): one for one in fields}
        return replace(
            found,
            priorities=self._priorities(attempt, screen["priority"])
            if "priority" in screen
            else (),
            takes_priority="priority" in screen,
            takes_assignee="assignee" in screen,
        )

    def _projects(self, attempt: Attempt) -> tuple[Choice, ...]:
        """Cloud has pages of projects, Data Center has one list."""
        path = "project/search" if self._line.cloud else "project"
        params: dict[str, str | int] = {"maxResults": _PAGE} if self._line.cloud else {}
        answer = self._line.get(attempt, path, params)
        return _choices(_page(answer, "values"), lambda one: str(one.get("key") or ""), "name")

    def _priorities(self, attempt: Attempt, field: Mapping[str, Any]) -> tuple[Choice, ...]:
        """Those of the project where the screen names them, else all of them."""
        allowed = field.get("allowedValues")
        return _choices(allowed or self._line.get(attempt, "priority"), _id, "name")

    def _is_usual(self, one: Mapping[str, Any]) -> bool:
        return self._issue_type.casefold() in (str(one.get("name")).casefold(), _id(one))


def _id(one: Mapping[str, Any]) -> str:
    return str(one.get("id") or "")


def _page(answer: Any, name: str) -> list[dict[str, Any]]:
    """Cloud calls the items of createmeta by name, Data Center calls them `values`."""
    found = answer.get(name) or answer.get("values") if isinstance(answer, dict) else answer
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _choices(
    found: Any, value: Callable[[Mapping[str, Any]], str], label: str
) -> tuple[Choice, ...]:
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(
        Choice(value(one), wiki.line(str(one.get(label) or value(one)), 75))
        for one in listed
        if value(one)
    )
