"""Rules: one `[[route]]` each, when it fires and where its findings go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from bot.quiet import Window
from domain.finding import Finding, Severity
from domain.routing import RuleLine, Tried, plain_labels

#: Instead of a place: wherever the owner of the finding wants to hear.
OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Fires for a finding that meets every condition; what is absent does not matter.

    `labels` hold, by plain name, the values of which one is needed. `amount` is the least impact,
    of `currency` unless that is "". Values are compared in any case.
    """

    name: str
    to: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    severity: Severity | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    owners: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str = ""
    quiet: tuple[Window, ...] = ()
    escalate_after: timedelta | None = None
    escalate_to: tuple[str, ...] = ()

    def tried(self, finding: Finding, owner: str) -> Tried:
        """Whether it fires, with every condition that held, or the ones that did not."""
        checks = [*self._checks(finding, owner)]
        failed = [why for held, why in checks if not held]
        said = failed or [why for _, why in checks] or ["it takes every finding"]
        return Tried(self.name, not failed, ", ".join(said))

    def _checks(self, finding: Finding, owner: str) -> Iterator[tuple[bool, str]]:
        if self.kinds:
            yield _one_of("kind", finding.kind, self.kinds)
        if self.severity is not None:
            enough = finding.severity.rank >= self.severity.rank
            yield enough, f"severity {finding.severity} is {_least(enough)} {self.severity}"
        labels = plain_labels(finding.labels)
        for name, values in self.labels.items():
            yield _one_of(name, labels.get(name, ""), values)
        if self.owners:
            yield _one_of("owner", owner, self.owners)
        if self.amount is not None:
            yield self._amount_check(self.amount, finding)

    def _amount_check(self, least: Decimal, finding: Finding) -> tuple[bool, str]:
        wanted = f"{least:,f} {self.currency}".strip()
        if finding.impact is None:
            return False, f"it has no amount, {wanted} is needed"
        # What is saved or missing is as much worth knowing as what is spent.
        amount, currency = abs(finding.impact.amount), finding.impact.currency
        if self.currency not in ("", currency):
            return False, f"its amount is in {currency}, {wanted} is needed"
        enough = amount >= least
        return enough, f"amount {amount:,.2f} {currency} is {_least(enough)} {wanted}"

    def line(self) -> RuleLine:
        """As it is written, in words."""
        return RuleLine(self.name, self._when(), self.to, tuple(self._besides()))

    def _when(self) -> str:
        parts = [f"kind {' or '.join(self.kinds)}"] if self.kinds else []
        parts += [f"severity at least {self.severity}"] if self.severity else []
        parts += [f"{name} {' or '.join(values)}" for name, values in self.labels.items()]
        parts += [f"owner {' or '.join(self.owners)}"] if self.owners else []
        if self.amount is not None:
            parts.append(f"amount at least {self.amount:,f} {self.currency}".strip())
        return ", ".join(parts) or "every finding"

    def _besides(self) -> Iterator[str]:
        if self.quiet:
            yield f"quiet {' and '.join(one.said for one in self.quiet)}"
        if self.escalate_after is not None:
            to = ", ".join(self.escalate_to)
            yield f"to {to} after {minutes_of(self.escalate_after)} minutes without an answer"


def minutes_of(wait: timedelta) -> int:
    return int(wait.total_seconds() // 60)


def _one_of(name: str, value: str, wanted: tuple[str, ...]) -> tuple[bool, str]:
    held = value.casefold() in {one.casefold() for one in wanted}
    if held:
        return True, f"{name} is {value}"
    return False, f"{name} is {value or 'not known'}, not {' or '.join(wanted)}"


def _least(enough: bool) -> str:
    return "at least" if enough else "below"
