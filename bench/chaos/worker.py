"""The bot that is tormented: the product as it is, with shorter waits and, on request, one
protection taken out. Run: python -m bench.chaos.worker '<json of Ways>'."""

import asyncio
import json
import logging
import os
import signal
import sys
import warnings
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial


@dataclass(frozen=True)
class Ways:
    """How this bot differs from one in production, apart from its settings."""

    timeout_seconds: float = 2.0
    deadline_seconds: float = 5.0
    #: When to look again for an issue that may be there; None leaves Jira's own steps.
    look_again: tuple[float, ...] | None = None
    mutate: str = ""

    def written(self) -> str:
        return json.dumps(asdict(self))


PRODUCTION = Ways(timeout_seconds=0, deadline_seconds=0)


def apply(ways: Ways) -> None:
    """Time-outs that fit the faults of the bench; the product's own where they are 0."""
    if ways.timeout_seconds:
        from bot.adapters.slack import surface
        from bot.adapters.teams import connector
        from integrations import jira
        from integrations.datadog import transport
        from integrations.pagerduty import session

        seconds = ways.timeout_seconds
        surface.TIMEOUT_SECONDS = seconds
        connector.Sender.__init__.__defaults__ = (asyncio.sleep, seconds)
        session.TIMEOUT_SECONDS = transport.TIMEOUT_SECONDS = (1.0, seconds)
        short = {"read_seconds": seconds, "patience_seconds": 2 * seconds}
        jira.Jira.__init__.__kwdefaults__ |= short
    from store.lake import DuckLake

    # Nobody asks about a bill here: what warms up for the first question only takes time.
    DuckLake.warm = lambda _self: None
    if ways.deadline_seconds:
        from bot import working

        deadline = timedelta(seconds=ways.deadline_seconds)
        working.Delivery = partial(working.Delivery, deadline=deadline)
    if ways.look_again is not None:
        from integrations.jira import showing

        showing.LOOK_AGAIN_SECONDS = tuple(ways.look_again)
    if ways.mutate:
        from bench.chaos.mutations import MUTATIONS

        MUTATIONS[ways.mutate]()


def imported() -> None:
    """Import what a bot needs: a bot that is forked from this process then starts in no time."""
    import datadog_api_client.v1.api.events_api
    import datadog_api_client.v2.api.metrics_api
    import jira
    import psycopg

    import bot.adapters.slack.surface
    import bot.adapters.teams.channel
    import bot.adapters.teams.surface
    import bot.app
    import integrations.datadog
    import integrations.jira
    import integrations.pagerduty
    import store.state

    warnings.simplefilter("ignore")
    import pdpyras

    known = (bot, datadog_api_client, integrations, jira, psycopg, store, pdpyras)
    assert all(known)


def serve(ways: Ways) -> None:
    """The whole bot, from its settings on."""
    from bot.app import serve as run
    from bot.settings import load_settings

    apply(ways)
    asyncio.run(run(load_settings(os.environ), lambda: datetime.now(UTC)))


def main() -> None:
    """A bot for each line `start`, until it is killed (`kill`) or has ended (`term`)."""
    ways = Ways(**json.loads(sys.argv[1]))
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    imported()
    child = 0
    print("imported", flush=True)
    for line in sys.stdin:
        if line.strip() == "start":
            child = os.fork()
            if child == 0:
                os.dup2(2, 1)
                serve(ways)
                # As `python -m bot run` ends: threads that still work are waited for.
                return
            print(child, flush=True)
            continue
        os.kill(child, signal.SIGKILL if line.strip() == "kill" else signal.SIGTERM)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
