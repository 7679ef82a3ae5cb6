"""Findings and attempts for the tests of destinations."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.delivery import Receipt, Receipts, Showing
from domain.finding import Finding, Measurement, Severity
from domain.money import Money

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def spike(**changes: Any) -> Finding:
    """EC2 costs three times what it did."""
    finding = Finding(
        kind="spike",
        key="service=Amazon EC2:2026-11-19",
        title="Amazon EC2 is up 200 %",
        severity=Severity.CRITICAL,
        seen_at=NOW - timedelta(hours=1),
        impact=Money(Decimal("1234.567"), "USD"),
        owner="payments",
        labels={"service": "Amazon EC2", "account": "123456789012", "team": "payments"},
        facts=(("Yesterday", "1,851.85 USD"), ("Usual", "617.28 USD")),
        measurements=(
            Measurement("cost.daily", Decimal("1851.85"), {"service": "Amazon EC2"}),
            Measurement("budget.percent", Decimal("150"), {"team": "payments", "host": "i-1"}),
        ),
        command="ec2 yesterday",
        number=12,
    )
    return replace(finding, **changes)


def money(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def attempt(
    destination: str,
    receipt: Receipt | None = None,
    *,
    wish: Mapping[str, str] | None = None,
    unsure_since: datetime | None = None,
    others: tuple[Showing, ...] = (),
    now: datetime = NOW,
) -> Receipts:
    """What one attempt knows."""
    mine = Showing(
        destination,
        receipt or Receipt(destination),
        wish=wish or {},
        unsure_since=unsure_since,
    )
    return Receipts(mine, now, others)
