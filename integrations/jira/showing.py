"""One attempt to show a finding in Jira: what is there, what is missing, and the writes for it.

Without a reference: look for an issue with our label, which a lost attempt may have left; where
there is none, and enough time has passed since an attempt of unknown outcome ended, make one with
one POST. With a reference: the memo says whether anything is to do; if so the issue is read, and
then at most two writes follow, each of which looks first whether it is done already:

1. one PUT for description, assignee and comment together. Our comments are numbered, and the
   number is looked for before it is written, so that a lost reply does not repeat one. The
   description is left alone once somebody has edited it.
2. one transition, to a status of the category done when the finding was closed, and out of it when
   the finding opened again after we showed it closed. An issue that people closed stays closed.

An issue that is gone stays gone (PermanentError): somebody deleted or hid it, and a new one at the
next change would be against their will.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from domain.delivery import Receipt, Receipts
from domain.errors import PermanentError, TooSoonError
from domain.finding import Finding, Severity, Status
from integrations.jira import memo as memos
from integrations.jira import text, wiki
from integrations.jira.failures import GoneError
from integrations.jira.issues import Issue, Issues
from integrations.jira.memo import Memo

#: How long after the end of an attempt its last request may still have an effect: one that was
#: begun may leave a little later, and Jira goes on with it whoever gave up. Comments are readable
#: at once then.
SETTLED_SECONDS = 45
#: Jira's search index lags "a few seconds to minutes" behind what is there.
INDEX_SECONDS = 120
#: How long after the end of an attempt of unknown outcome to look again for what it may have made.
LOOK_AGAIN_SECONDS = (5, 15, 30, 60, 120, SETTLED_SECONDS + INDEX_SECONDS)
_MEMORY = 1000
T = TypeVar("T")


class Memory:
    """What this process knows and the index of Jira may not: issues made, and outcomes unknown.

    It closes the gap between two attempts at the same finding in one process; what outlives the
    process is `Showing.unsure_until`.
    """

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        #: By when an attempt in doubt had ended.
        self._unsure: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def make(self, label: str, key: str) -> None:
        self._keep(self.made, label, key)

    def doubt(self, label: str, ended: datetime) -> None:
        self._keep(self._unsure, label, ended)

    def settle(self, label: str) -> None:
        self._unsure.pop(label, None)

    def seconds_unsure(self, label: str, receipts: Receipts) -> float | None:
        """How long ago an attempt ended in doubt; None when none did."""
        mine = receipts.mine
        ends = (mine.unsure_until or mine.unsure_since, self._unsure.get(label))
        known = [one for one in ends if one is not None]
        return max(0.0, (receipts.now - max(known)).total_seconds()) if known else None

    def _keep(self, into: dict[str, T], label: str, what: T) -> None:
        with self._lock:
            into.pop(label, None)
            into[label] = what
            while len(into) > _MEMORY:
                into.pop(next(iter(into)), None)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a new issue is where nobody wished otherwise."""

    project: str = ""
    issue_type: str = "Task"
    priorities: Mapping[Severity, str] = field(default_factory=dict[Severity, str])


class Attempted:
    """One finding, one issue, one attempt; `show` may be called once, in a thread that may wait."""

    def __init__(
        self,
        finding: Finding,
        receipts: Receipts,
        issues: Issues,
        memory: Memory,
        usual: Usual,
        url: str,
    ) -> None:
        self._finding = finding
        self._receipts = receipts
        self._wish = receipts.mine.wish
        self._issues = issues
        self._memory = memory
        self._usual = usual
        self._url = url
        self._label = text.label(finding)
        self._amount = text.amount(finding)

    def show(self) -> Receipt:
        receipt = self._receipts.mine.receipt
        if receipt.ref:
            return self._update(receipt.ref, memos.read(receipt.memo))
        project = self._project()
        known = self._memory.made.get(self._label) or self._issues.find(project, self._label)
        return self._update(known, None) if known else self._create(project)

    def _project(self) -> str:
        wished = self._wish.get("project") or self._receipts.mine.address or self._usual.project
        key = wished.upper()
        if not (key.isascii() and key.replace("_", "").isalnum() and key[0].isalpha()):
            raise PermanentError("no Jira project is named: set one, or name one with the ticket")
        return key

    def _create(self, project: str) -> Receipt:
        self._wait(LOOK_AGAIN_SECONDS)
        told = {
            "finding": self._finding.id[:1000],
            "occurrence": self._finding.occurrence,
            "number": self._finding.number,
            "amount": self._amount,
        }
        key = self._issues.create(self._fields(project), told)
        self._memory.make(self._label, key)
        memo = Memo(
            amount=self._amount,
            assignee=self._wish.get("assignee", ""),
            shown=text.shown(self._finding, self._receipts),
        )
        with suppress(PermanentError):  # The ticket says in its text that the finding is closed.
            memo = self._move(Issue(key), memo)
        return self._receipt(key, memo)

    def _fields(self, project: str) -> dict[str, Any]:
        priority = self._wish.get("priority") or self._usual.priorities.get(self._finding.severity)
        person = self._issues.person(self._wish.get("assignee", ""))
        fields: dict[str, Any] = {
            "project": {"key": project},
            "issuetype": _named(self._wish.get("type") or self._usual.issue_type),
            "summary": text.summary(self._finding, self._wish),
            "description": text.description(self._finding, self._receipts),
            "labels": [text.MARK, self._label],
        }
        if priority:
            fields["priority"] = _named(priority)
        if person:
            fields["assignee"] = person
        return fields

    def _update(self, key: str, memo: Memo | None) -> Receipt:
        if memo and not self._behind(memo):
            return self._receipt(key, memo)
        try:
            issue = self._issues.read(key)
        except GoneError:
            self._memory.made.pop(self._label, None)
            raise
        if memo is None:  # One that was found: it says itself what it told.
            memo = Memo(amount=issue.amount, assignee=self._wish.get("assignee", ""))
        memo = self._edit(issue, memo)
        return self._receipt(issue.key, self._move(issue, memo))

    def _behind(self, memo: Memo) -> bool:
        return (
            memo.closed is not self._finding.status.closed
            or memo.shown != text.shown(self._finding, self._receipts)
            or self._wish.get("assignee", memo.assignee) != memo.assignee
        )

    def _edit(self, issue: Issue, memo: Memo) -> Memo:
        fields: dict[str, Any] = {}
        shown = text.shown(self._finding, self._receipts)
        if memo.shown != shown and text.untouched(issue.description):
            wanted = text.description(self._finding, self._receipts)
            if wiki.words(wanted) != wiki.words(issue.description):
                fields["description"] = wanted
        assignee = self._wish.get("assignee", memo.assignee)
        if assignee not in (memo.assignee, issue.assignee):
            fields["assignee"] = self._issues.person(assignee)
        memo, comment = self._to_say(issue, memo)
        if fields or comment:
            self._issues.edit(issue.key, fields, comment)
        return replace(memo, shown=shown, assignee=assignee)

    def _to_say(self, issue: Issue, memo: Memo) -> tuple[Memo, str]:
        """The memo once the impact was told, and the comment that tells it, "" for none."""
        if self._amount in ("", memo.amount):
            return memo, ""
        for comment in self._issues.comments(issue.key):
            told = text.noted(comment, self._label)
            if told and told[0] > memo.said:
                memo = replace(memo, said=told[0], amount=told[1])
        if self._amount == memo.amount:
            return memo, ""
        self._wait((SETTLED_SECONDS,))
        comment = text.note(memo.amount, self._amount, memo.said + 1, self._label)
        return replace(memo, said=memo.said + 1, amount=self._amount), comment

    def _move(self, issue: Issue, memo: Memo) -> Memo:
        closed = self._finding.status.closed
        if closed and not issue.done:
            dismissed = self._finding.status is Status.DISMISSED
            self._issues.move(issue.key, done=True, dismissed=dismissed)
        elif not closed and issue.done and memo.closed:
            self._issues.move(issue.key, done=False)
        return replace(memo, closed=closed)

    def _wait(self, steps: tuple[int, ...]) -> None:
        """Raises NotTakenError until enough time has passed since an unknown outcome: this attempt
        certainly changed nothing, and the doubt stays as old as it is."""
        passed = self._memory.seconds_unsure(self._label, self._receipts)
        if passed is None:
            return
        for step in steps:
            if passed < step:
                raise TooSoonError("what an earlier attempt did is not known yet", step - passed)

    def _receipt(self, key: str, memo: Memo) -> Receipt:
        self._memory.settle(self._label)
        url = f"{self._url}/browse/{key}"
        return Receipt(self._receipts.mine.destination, key, url, memo.written())


def _named(wished: str) -> dict[str, str]:
    """A type or priority by id where it is a number, else by name."""
    return {"id" if wished.isdecimal() else "name": wiki.line(wished, 100)}
