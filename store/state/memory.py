"""The whole memory of one bot: every store over one database."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from store.state.budgets import BudgetStore
from store.state.collected import CollectedStore
from store.state.conversations import ConversationStore
from store.state.database import Database
from store.state.findings import FindingStore
from store.state.forecasts import ForecastStore
from store.state.heard import HeardStore
from store.state.letters import LetterStore
from store.state.lock import FileLock
from store.state.marks import MarkStore
from store.state.migrate import prepare, prepare_now
from store.state.mutes import MuteStore
from store.state.outbox import Outbox
from store.state.replies import ReplyStore
from store.state.rooms import RoomCounts
from store.state.spent import SpentStore
from store.state.subscriptions import SubscriptionStore


def default_url(data_dir: Path) -> str:
    """A SQLite file beside the bills."""
    return f"sqlite:///{data_dir.absolute() / 'costbot.sqlite'}"


class Memory:
    """Opens nothing until `start`."""

    def __init__(self, url: str, now: Callable[[], datetime] | None = None) -> None:
        self.database = Database(url, now)
        self.findings = FindingStore(self.database)
        self.outbox = Outbox(self.database)
        self.letters = LetterStore(self.database)
        self.heard = HeardStore(self.database)
        self.marks = MarkStore(self.database)
        self.conversations = ConversationStore(self.database)
        self.mutes = MuteStore(self.database)
        self.budgets = BudgetStore(self.database)
        self.forecasts = ForecastStore(self.database)
        self.collected = CollectedStore(self.database)
        self.spent = SpentStore(self.database)
        self.replies = ReplyStore(self.database)
        self.rooms = RoomCounts(self.database)
        self.subscriptions = SubscriptionStore(self.database)
        self._lock = FileLock(self.database.file) if self.database.file else None

    async def start(self, alone: bool = True) -> None:
        """Bring the database to the newest shape; `alone` for the process that delivers."""
        if alone and self._lock is not None:
            self._lock.take()
        await prepare(self.database)

    def open(self) -> None:
        """The same in this thread, beside the process that delivers: for a one-shot command."""
        prepare_now(self.database)

    def wakes(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever there may be something new to deliver."""
        self.findings.wake = self.letters.wake = wake

    def close(self) -> None:
        self.database.close()
        if self._lock is not None:
            self._lock.release()
