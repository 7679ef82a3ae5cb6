"""What AWS itself says: advice to save, its anomalies, what moved, how commitments are used."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing AWS advises; `saves` is an estimate for a month, after discounts if AWS says so."""

    source: str
    account: str
    region: str
    resource: str
    kind: str
    action: str
    current: str
    better: str
    saves: Decimal
    currency: str
    effort: str = ""
    restart: bool = False
    undo: bool = False

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "saves": str(self.saves)}

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Advice":
        fields: dict[str, Any] = {**item, "saves": Decimal(item["saves"])}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Root:
    """One cause of an anomaly, as AWS sees it; `part` is its share of the impact, in dollars."""

    service: str
    account: str
    region: str
    usage_type: str
    part: Decimal

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Root":
        fields: dict[str, Any] = {**item, "part": Decimal(item["part"])}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class AwsAnomaly:
    """An anomaly of AWS's own detection. `last` is None while it goes on; amounts are dollars."""

    key: str
    first: date
    last: date | None
    service: str
    impact: Decimal
    expected: Decimal | None
    actual: Decimal | None
    feedback: str
    roots: tuple[Root, ...] = ()

    def json(self) -> dict[str, Any]:
        amounts = {
            name: None if value is None else str(value)
            for name, value in (
                ("impact", self.impact),
                ("expected", self.expected),
                ("actual", self.actual),
            )
        }
        roots = [{**asdict(root), "part": str(root.part)} for root in self.roots]
        last = str(self.last) if self.last else None
        return {**asdict(self), **amounts, "first": str(self.first), "last": last, "roots": roots}

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "AwsAnomaly":
        roots: list[dict[str, Any]] = item["roots"]
        causes = tuple(map(Root.of, roots))
        last = date.fromisoformat(item["last"]) if item["last"] else None
        return cls(
            item["key"],
            date.fromisoformat(item["first"]),
            last,
            item["service"],
            Decimal(item["impact"]),
            None if item["expected"] is None else Decimal(item["expected"]),
            None if item["actual"] is None else Decimal(item["actual"]),
            item["feedback"],
            causes,
        )
