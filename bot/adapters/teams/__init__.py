"""Microsoft Teams: botbuilder-core behind our own front, authentication and sender.

Nothing of botbuilder is imported before `attach` is called: it takes about a second.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from bot.adapters.pictures import Pictures
    from bot.adapters.teams.answers import Answers, Patience
    from bot.router import Router
    from bot.settings import Settings
    from bot.tasks import Tasks


async def attach(
    app: "web.Application",
    router: "Router",
    tasks: "Tasks",
    settings: "Settings",
    pictures: "Pictures",
    patience: "Patience | None" = None,
) -> "Answers":
    """Put `POST /api/messages` on `app`; what is returned can post to any known place."""
    from bot.adapters.teams.answers import Patience
    from bot.adapters.teams.surface import mount

    return mount(app, router, tasks, settings, pictures, patience or Patience())
