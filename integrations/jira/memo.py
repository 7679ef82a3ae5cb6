"""What costbot last showed in an issue, as its receipt's memo: JSON that nobody else reads."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Memo:
    """`amount` is the impact that people were last told, `said` how many comments told them one.

    `closed` is whether the finding was closed when the issue was last brought up to date,
    `assignee` whom somebody wished for then, and `shown` a short hash of what the description was
    to show.
    """

    amount: str = ""
    said: int = 0
    closed: bool = False
    assignee: str = ""
    shown: str = ""

    def written(self) -> str:
        return json.dumps(asdict(self))


def read(text: str) -> Memo | None:
    """None for a memo that is absent or not ours: the issue is then looked at afresh."""
    try:
        found: Any = json.loads(text)
        return Memo(
            str(found["amount"]),
            int(found["said"]),
            bool(found["closed"]),
            str(found["assignee"]),
            str(found["shown"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
