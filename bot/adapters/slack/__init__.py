"""Slack: its requests become our words, our cards its blocks.

Nothing of Slack's libraries is imported before `attach` is called.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from bot.adapters.pictures import Pictures
    from bot.adapters.slack.recent import Recent
    from bot.adapters.slack.surface import SlackSurface
    from bot.router import Router
    from bot.settings import Settings
    from bot.tasks import Tasks


async def attach(
    app: "web.Application",
    router: "Router",
    tasks: "Tasks",
    settings: "Settings",
    pictures: "Pictures",
    recent: "Recent | None" = None,
) -> "SlackSurface":
    """Put Slack's routes on `app`; the connection lives from its start-up to its clean-up.

    `recent` remembers what was handled; without it this process alone does. `surface.room(draw)`
    is the destination of findings whose addresses begin with `slack:`.
    """
    from bot.adapters.slack.surface import SlackSurface

    surface = SlackSurface(router, tasks, settings, pictures, recent)
    surface.mount(app)
    return surface
