"""What can be done with issues: one function for each request, and Jira's words end here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from domain.errors import PermanentError, TemporaryError
from integrations.jira.failures import GoneError, RefusedError
from integrations.jira.line import Attempt, Line, Params

PROPERTY = "costbot.finding"
#: An issue is worth having without these, when a screen has no place for them.
_SPARED = frozenset({"priority", "assignee", "description"})
_DISMISSALS = ("won't", "wont", "reject", "declin", "cancel", "duplicate", "invalid")


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as Jira has it; `amount` is what the property told when it was made."""

    key: str
    done: bool = False
    assignee: str = ""
    description: str = ""
    amount: str = ""


class Issues:
    """The issues of one Jira, within one attempt."""

    def __init__(self, line: Line, attempt: Attempt) -> None:
        self._line = line
        self._attempt = attempt

    def find(self, project: str, label: str) -> str | None:
        """The key of the oldest issue with our label. The index of Jira lags by up to minutes:
        not found does not mean that there is none
        (developer.atlassian.com/cloud/jira/platform/search-and-reconcile)."""
        jql = f'project = "{project}" AND labels = "{label}" ORDER BY created ASC'
        path = "search/jql" if self._line.cloud else "search"
        params = {"jql": jql, "fields": "labels", "maxResults": 10}
        try:
            answer = self._line.get(self._attempt, path, params)
        except RefusedError:
            refusal = f"Jira has no project {project}, or hides it from costbot's user"
        except GoneError:
            refusal = "this is no Jira Cloud: leave the e-mail address out for a Data Center"
        else:
            return next((_key(one) for one in _list(answer, "issues") if _has(one, label)), None)
        raise PermanentError(refusal)

    def create(self, fields: Mapping[str, Any], told: Mapping[str, Any]) -> str:
        """One POST with label and property; one more only after a refusal, without what was
        refused. `create_issue` of the library cannot set properties. Returns the key."""
        properties = [{"key": PROPERTY, "value": dict(told)}]
        answer = self._spare("POST", "issue", {"fields": dict(fields), "properties": properties})
        if key := _key(answer):
            return key
        raise TemporaryError("Jira's answer to a new issue cannot be read")

    def read(self, key: str) -> Issue:
        params: Params = {"fields": ["status", "assignee", "description"], "properties": PROPERTY}
        try:
            answer = self._line.get(self._attempt, f"issue/{quote(key, safe='')}", params)
        except GoneError:
            answer = None
        if answer is None:
            raise GoneError(
                f"{key} was deleted, or costbot's user may not see it any more: "
                "ask for a ticket again to have a new one"
            )
        fields = _dict(answer, "fields")
        return Issue(
            key=_key(answer) or key,
            done=_category(_dict(fields, "status")) == "done",
            assignee=person_id(_dict(fields, "assignee")),
            description=str(fields.get("description") or ""),
            amount=str(_dict(_dict(answer, "properties"), PROPERTY).get("amount") or ""),
        )

    def comments(self, key: str) -> list[str]:
        """The newest hundred; unlike a search this does not lag."""
        params = {"orderBy": "-created", "maxResults": 100}
        answer = self._line.get(self._attempt, f"issue/{quote(key, safe='')}/comment", params)
        return [str(one.get("body") or "") for one in _list(answer, "comments")]

    def edit(self, key: str, fields: Mapping[str, Any], comment: str) -> None:
        """Fields and a comment in one PUT: all of it is taken, or nothing."""
        body: dict[str, Any] = {"fields": dict(fields)}
        if comment:
            body["update"] = {"comment": [{"add": {"body": comment}}]}
        self._spare("PUT", f"issue/{quote(key, safe='')}", body)

    def move(self, key: str, *, done: bool, dismissed: bool = False) -> None:
        """Into a status of the category done, or out of it; `dismissed` prefers "Won't do"."""
        answer = self._line.get(self._attempt, f"issue/{quote(key, safe='')}/transitions")
        fitting = [
            one
            for one in _list(answer, "transitions")
            if (_category(_dict(one, "to")) == "done") is done
        ]
        if not fitting:
            where = "a status of the category done" if done else "an open status"
            raise PermanentError(
                f"{key} cannot be moved to {where}: the workflow, or the permissions of costbot's "
                "user, offer no such transition"
            )
        best = min(fitting, key=lambda one: _rank(one, dismissed=dismissed))
        # The library's transition_issue sends a number; the contract wants a string.
        body = {"transition": {"id": str(best["id"])}}
        self._line.write(self._attempt, "POST", f"issue/{quote(key, safe='')}/transitions", body)

    def person(self, who: str) -> dict[str, str] | None:
        """A user field: accounts have ids on Cloud and names on Data Center; "" is nobody."""
        return {"accountId" if self._line.cloud else "name": who} if who else None

    def _spare(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Write; once more without the fields that were refused, where the rest is worth it."""
        try:
            return self._line.write(self._attempt, method, path, body)
        except RefusedError as problem:
            refusal = problem
        fields: dict[str, Any] = body["fields"]
        if not refusal.fields or not refusal.fields <= _SPARED & fields.keys():
            raise refusal
        rest = {name: value for name, value in fields.items() if name not in refusal.fields}
        if not rest and "update" not in body:
            return None
        return self._line.write(self._attempt, method, path, {**body, "fields": rest})


def person_id(user: Mapping[str, Any]) -> str:
    """What tells a user from others: accountId on Cloud, name on Data Center."""
    return str(user.get("accountId") or user.get("name") or user.get("key") or "")


def _rank(transition: Mapping[str, Any], *, dismissed: bool) -> tuple[bool, bool]:
    """First the wanted kind of end; for an open status first one where nothing was begun."""
    target = _dict(transition, "to")
    name = f"{target.get('name')} {transition.get('name')}".casefold()
    return any(word in name for word in _DISMISSALS) is not dismissed, _category(target) != "new"


def _category(status: Mapping[str, Any]) -> str:
    """new, indeterminate or done: what a status means, whatever people call it."""
    return str(_dict(status, "statusCategory").get("key") or "")


def _has(issue: Mapping[str, Any], label: str) -> bool:
    return label in _dict(issue, "fields").get("labels", ())


def _key(issue: Any) -> str:
    return str(issue.get("key") or "") if isinstance(issue, dict) else ""


def _dict(value: Any, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _list(value: Any, name: str) -> list[dict[str, Any]]:
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
