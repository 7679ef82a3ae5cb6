"""Microsoft Teams: botbuilder-core behind our own front, authentication and sender.

Nothing of botbuilder is imported before `attach` is called: it takes about a second.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from bot.adapters.pictures import Pictures
    from bot.adapters.teams.answers import Answers, Patience
    from bot.adapters.teams.channel import Draw, TeamsChannel
    from bot.router import Router
    from bot.settings import Settings
    from bot.tasks import Tasks
    from domain.delivery import Conversations


async def attach(
    app: "web.Application",
    router: "Router",
    tasks: "Tasks",
    settings: "Settings",
    pictures: "Pictures",
    patience: "Patience | None" = None,
    conversations: "Conversations | None" = None,
) -> "Answers":
    """Put `POST /api/messages` on `app`; what is returned can post to any known place.

    `conversations` keeps where the bot may write unasked; without one it is kept in memory.
    A `TeamsChannel` takes the same one, and the `sender` of what is returned.
    """
    from bot.adapters.teams.answers import Patience
    from bot.adapters.teams.conversations import InMemory
    from bot.adapters.teams.surface import mount

    known = InMemory() if conversations is None else conversations
    return mount(app, router, tasks, settings, pictures, patience or Patience(), known)


def room(
    answers: "Answers", draw: "Draw", pictures: "Pictures", conversations: "Conversations"
) -> "TeamsChannel":
    """Findings in channels and chats, through the connections of what `attach` returned."""
    from bot.adapters.teams.channel import TeamsChannel

    return TeamsChannel(answers.sender, draw, pictures, conversations)
