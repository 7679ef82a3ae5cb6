"""What the peer keeps: issues, people, the workflow, and faults to come."""

from dataclasses import dataclass, field
from typing import Any, Literal

#: Statuses by name, with the key of their category.
STATUSES = {
    "To Do": "new",
    "In Progress": "indeterminate",
    "Done": "done",
    "Won't Do": "done",
}
#: Transitions by id, and where they lead; offered wherever they change something.
WORKFLOW = {"41": "Won't Do", "11": "To Do", "21": "In Progress", "31": "Done"}
PRIORITIES = {"1": "Highest", "2": "High", "3": "Medium", "4": "Low"}
TYPES = {"10001": "Task", "10002": "Bug", "10003": "Sub-task"}


@dataclass(frozen=True)
class Person:
    """`id` is the accountId on Cloud and the name on Data Center."""

    id: str
    name: str


@dataclass
class Issue:
    id: str
    key: str
    fields: dict[str, Any]
    properties: dict[str, Any]
    created: float
    status: str = "To Do"
    assignee: Person | None = None
    comments: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def summary(self) -> str:
        return self.fields["summary"]

    @property
    def description(self) -> str:
        return self.fields.get("description", "")

    @property
    def labels(self) -> list[str]:
        return self.fields.get("labels", [])


@dataclass(frozen=True)
class Fault:
    """How one coming request is treated; status 0 drops the line, None changes nothing.

    `after` lets the request have its effect first. `trickle` sends the answer's first byte at once
    and the rest, blanks before it, over `seconds`.
    """

    on: Literal["read", "write"]
    status: int | None = None
    after: bool = False
    seconds: float = 0.0
    trickle: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"errorMessages": ["planned"], "errors": {}}'
    path: str = ""
