"""A demo bill read back by plain sums, a lake of it, and a bot with a memory over it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.router import Router
from bot.settings import Settings
from cards import text
from handlers.kinds import Actor, Answer, Context, Origin, Surface
from integrations import demo
from store.lake.load import load
from tests.demo.raw import Raw
from tests.peers.state import in_memory, state_of

AS_OF = date(2026, 11, 23)
#: Monday, 09:00 in Berlin; the bill is loaded three hours before.
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ADA = Actor("slack", "U1", "Ada")
ROOM = Origin("slack", "C1", Surface.ROOM)


@pytest.fixture(scope="package")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    folder: Path = tmp_path_factory.mktemp("demo")
    return Raw(folder, demo.write(folder, AS_OF, scale=0.25))


@pytest.fixture(scope="package")
def lake(raw: Raw, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    load([raw.folder / "data"], folder, NOW.replace(hour=5))
    return folder


@dataclass
class Bot:
    """Asks in one room, at a moment that the test moves."""

    router: Router
    at: datetime = NOW

    async def ask(self, words: str, origin: Origin = ROOM) -> Answer:
        return await replace(self.router, now=lambda: self.at).ask(words, ADA, origin)

    async def said(self, words: str, origin: Origin = ROOM) -> str:
        return said(await self.ask(words, origin))

    @property
    def context(self) -> Context:
        return Context(ADA, ROOM, self.at, self.router.use)


def said(answer: Answer) -> str:
    return " ".join(text.render(answer.card, width=200).split())


@pytest.fixture
def bot_of() -> Callable[[Path], Bot]:
    def bot(folder: Path) -> Bot:
        found = assemble(Settings(data_dir=folder, zone="Europe/Berlin"), lambda: NOW)
        memory = state_of(in_memory(NOW))
        return Bot(replace(found, use=replace(found.use, state=lambda: memory)))

    return bot


@pytest.fixture
def bot(lake: Path, bot_of: Callable[[Path], Bot]) -> Bot:
    return bot_of(lake)
