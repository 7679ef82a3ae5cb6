"""Collectors as jobs: each source on its own, with what became of it kept for people to see."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from bot.collectors import every
from bot.collectors.model import Asked, Collector
from bot.scheduler import Job, Seen
from bot.settings import Settings
from domain.errors import CostbotError, SettingsError
from handlers.kinds import Context
from integrations.aws.explorer import Explorer
from store.state import Memory

#: Those that have a setting of their own.
_BILLS = ("exports", "cost-explorer")


def collecting(settings: Settings, memory: Memory) -> tuple[Job, ...]:
    """A job for every source that is switched on."""
    return tuple(
        _job(collector, source, settings, memory) for collector, source in switched_on(settings)
    )


def switched_on(settings: Settings) -> Sequence[tuple[Collector, str]]:
    """Every source that is collected; SettingsError for a name that is none."""
    known = [collector.name for collector in every() if collector.name not in _BILLS]
    for name in settings.collect:
        if name not in known:
            near = get_close_matches(name, known, 1)
            advice = f"Write {near[0]}." if near else f"Known are: {', '.join(known)}."
            raise SettingsError(f"COSTBOT_COLLECT: nothing is called {name!r}. {advice}")
    return [(collector, source) for collector in every() for source in collector.sources(settings)]


def _job(collector: Collector, source: str, settings: Settings, memory: Memory) -> Job:
    def logical(now: datetime) -> str:
        return f"{now.timestamp() // collector.every.total_seconds():.0f}"

    async def run(context: Context, _logical: str) -> Seen:
        await collect(collector, source, settings, memory, context.now)
        return None if collector.here else []

    return Job(f"collect {source}"[:200], logical, run, collector.seconds)


async def collect(
    collector: Collector, source: str, settings: Settings, memory: Memory, now: datetime
) -> None:
    """One source; raises what kept it from answering, after it was written down."""

    async def progress(doing: str) -> None:
        await memory.collected.doing(source, doing, now)

    explorer = Explorer(
        settings.aws_access,
        memory.spent,
        memory.replies,
        settings.cost_explorer_limit,
        lambda: now,
    )
    asked = Asked(source, settings, now, explorer, progress)
    try:
        came = await collector.collect(asked)
    except CostbotError as error:
        await memory.collected.failed(source, str(error), now)
        raise
    await memory.collected.good(source, came.said, came.content, now)
