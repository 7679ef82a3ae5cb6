"""The state: findings, where they are shown, and what must be remembered around them."""

from store.state.budgets import BudgetStore
from store.state.collected import CollectedStore
from store.state.database import Database, DiskFullError
from store.state.findings import FindingStore
from store.state.forecasts import ForecastStore
from store.state.letters import LetterStore
from store.state.marks import MarkStore
from store.state.memory import Memory, default_url
from store.state.mutes import MuteStore
from store.state.outbox import Job, Outbox
from store.state.rooms import RoomCounts
from store.state.subscriptions import SubscriptionStore
from store.state.suspect import Failure
from store.state.upkeep import forget_old

__all__ = [
    "BudgetStore",
    "CollectedStore",
    "Database",
    "DiskFullError",
    "Failure",
    "FindingStore",
    "ForecastStore",
    "Job",
    "LetterStore",
    "MarkStore",
    "Memory",
    "MuteStore",
    "Outbox",
    "RoomCounts",
    "SubscriptionStore",
    "default_url",
    "forget_old",
]
