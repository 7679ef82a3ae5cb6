"""What stands have in common: faults by `Troubles`, and a drawing for rooms."""

from cards.model import Card, Facts
from domain.delivery import Receipts
from domain.finding import Finding
from tests.peers.trouble import Fault, Troubles


class TroubleStand:
    """The faults of the contract, in the words of `Troubles`."""

    patience = 1.0
    troubles: Troubles

    def fail(self, status: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.troubles.next(Fault(status=status, headers=named, body={}))

    def drop(self, *, after: bool) -> None:
        self.troubles.next(Fault(line="lost" if after else "reset"))

    def stall(self, seconds: float) -> None:
        self.troubles.next(Fault(seconds=seconds))


async def draw(finding: Finding, receipts: Receipts) -> Card:
    """The title, and what changes."""
    amount = str(finding.impact.amount) if finding.impact else ""
    return Card(finding.title, (Facts((("Impact", (amount,)),)),))
