"""Which command a text is for: the router asks it, and so does a button that asks again."""

import re

from handlers.grammar import keywords
from handlers.kinds import Answer, Command, Context

#: People repeat the command's name where the platform does not need it: "@costbot /cost why".
_NAME = re.compile(r"^\s*/?cost\b:?\s*", re.IGNORECASE)

#: What people say before a command's name: "what has changed", "show me the top 3 movers".
_LEAD_WORDS = "show me give tell please what whats what's is are was were has have the a an our my"
_LEADS = frozenset(_LEAD_WORDS.split())


async def ask(context: Context, text: str) -> Answer:
    """The answer to the words after `/cost`; words that name no command ask about spend."""
    command, words = meant(context, text)
    return await command.run(context, words)


def meant(context: Context, text: str) -> tuple[Command, str]:
    """The command that a text is for, and the words for it.

    The first word names the command; a polite lead or "top 3" may stand before it.
    """
    text = _NAME.sub("", text).strip()
    commands = context.use.commands
    named = {alias: c for c in commands.values() for alias in (c.name, *c.aliases)}
    words = text.split()
    kept: list[str] = []
    for place, word in enumerate(words):
        said = word.lower().rstrip("?")
        if said in named and (said not in keywords.RESERVED or not place):
            return named[said], " ".join([*kept, *_rest(text, place)])
        if said in keywords.TOP or keywords.number(said):
            kept.append(word)
        elif said not in _LEADS:
            break
    return commands["spend" if text else "overview"], text


def _rest(text: str, place: int) -> list[str]:
    """What follows the word at a place, its spaces as they were typed."""
    return [part.strip() for part in text.split(maxsplit=place + 1)[place + 1 :]]
