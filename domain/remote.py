"""What people changed elsewhere: news of a finding's copy in a ticket or paging system."""

from dataclasses import dataclass
from datetime import datetime

from domain.finding import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteChange:
    """One change of one copy, as the other side told it.

    `id` is the same when the same news is told again. `destination` is the scheme, such as `jira`;
    `ref` is the copy's `Receipt.ref`, and `labels` are the marks it carries, for a copy whose
    receipt was lost. `status` and `assignee` are None where they did not change; "" is nobody.
    `at` is when it happened (UTC), `who` did it, by name, and `who_id` is the other side's id of
    that person: news of what costbot itself did carries costbot's own. `url` is for people.
    """

    id: str
    destination: str
    ref: str
    at: datetime
    labels: tuple[str, ...] = ()
    status: Status | None = None
    assignee: str | None = None
    who: str = ""
    who_id: str = ""
    url: str = ""
