"""/cost help: what can be asked, with questions to click."""

from cards.views.help import help_card
from handlers.kinds import Answer, Command, Context

#: What people try first.
FIRST = ("spend", "movers", "report", "findings", "untagged")


async def run(context: Context, _words: str) -> Answer:
    commands = context.use.commands.values()
    usage = tuple(
        (f"/cost {usage}".strip(), command.summary)
        for command in commands
        for usage in command.usage
    )
    known = context.use.commands
    examples = tuple(known[name].examples[0] for name in FIRST if name in known)
    return Answer(help_card(usage, examples))


COMMAND = Command(
    name="help",
    summary="What you can ask",
    usage=("help",),
    examples=("help",),
    run=run,
    aliases=("?", "hi", "hello", "hey"),
)
