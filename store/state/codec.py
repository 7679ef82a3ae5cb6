"""Findings and showings as rows, and back. Amounts stay decimals, moments stay UTC."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.delivery import Receipt, Showing, Stage
from domain.finding import Entry, Finding, Measurement, Severity, Status
from domain.money import Money

#: Lines of history that travel with a finding; the audit log has all of them.
KEPT_LINES = 20

Row = Mapping[Any, Any]


def finding_row(finding: Finding) -> dict[str, Any]:
    """The columns of a finding, all but its number."""
    return {
        "id": finding.id,
        "kind": finding.kind,
        "status": finding.status.value,
        "until": finding.until,
        "seen_at": finding.seen_at,
        "opened_at": finding.opened_at or finding.seen_at,
        "resolved_at": finding.resolved_at,
        "occurrence": finding.occurrence,
        "revision": finding.revision,
        "body": _body(finding),
    }


def _body(finding: Finding) -> dict[str, Any]:
    return {
        "title": finding.title,
        "severity": finding.severity.value,
        "impact": _money_row(finding.impact),
        "told": _money_row(finding.told),
        "owner": finding.owner,
        "assignee": finding.assignee,
        "labels": dict(finding.labels),
        "facts": [list(fact) for fact in finding.facts],
        "measurements": [
            [one.name, str(one.value), dict(one.tags)] for one in finding.measurements
        ],
        "command": finding.command,
        "moved_at": finding.moved_at.astimezone(UTC).isoformat() if finding.moved_at else None,
        "log": [
            [line.at.astimezone(UTC).isoformat(), line.who, line.what, line.by]
            for line in finding.log[-KEPT_LINES:]
        ],
    }


def _money_row(money: Money | None) -> list[str] | None:
    return [str(money.amount), money.currency] if money else None


def _money_of(row: Sequence[str] | None) -> Money | None:
    return Money(Decimal(row[0]), row[1]) if row else None


def finding_of(row: Row) -> Finding:
    body: Mapping[str, Any] = row["body"]
    kind = row["kind"]
    return Finding(
        kind=kind,
        key=row["id"][len(kind) + 1 :],
        title=body["title"],
        severity=Severity(body["severity"]),
        seen_at=row["seen_at"],
        impact=_money_of(body["impact"]),
        told=_money_of(body.get("told")),
        status=Status(row["status"]),
        until=row["until"],
        owner=body["owner"],
        assignee=body["assignee"],
        labels=body["labels"],
        facts=tuple((label, value) for label, value in body["facts"]),
        measurements=tuple(
            Measurement(name, Decimal(value), tags) for name, value, tags in body["measurements"]
        ),
        command=body["command"],
        log=tuple(
            Entry(datetime.fromisoformat(at), who, what, by) for at, who, what, by in body["log"]
        ),
        number=row["number"],
        occurrence=row["occurrence"],
        revision=row["revision"],
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
        moved_at=datetime.fromisoformat(body["moved_at"]) if body.get("moved_at") else None,
    )


def showing_of(row: Row) -> Showing:
    behind = row["shown"] < row["wanted"]
    dead = row["stage"] == Stage.DEAD.value
    return Showing(
        destination=row["destination"],
        receipt=Receipt(row["destination"], row["ref"], row["url"], row["memo"]),
        stage=Stage.DEAD if dead else Stage.WANTED if behind else Stage.SHOWN,
        wish=row["wish"],
        unsure_since=row["unsure_at"],
        unsure_until=_end(row["unsure_at"], row["unsure_until"]),
        reason=row["reason"],
    )


def _end(began: datetime | None, ended: datetime | None) -> datetime | None:
    """When a doubt's attempt had ended; an older costbot wrote down only when it began."""
    return None if began is None else max(began, ended or began)
