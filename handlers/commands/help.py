"""/cost help: what can be asked, with questions to click."""

from cards.views.help import help_card
from handlers.kinds import Answer, Command, Context


async def run(context: Context, _words: str) -> Answer:
    commands = context.use.commands.values()
    usage = tuple(
        (f"/cost {usage}".strip(), command.summary)
        for command in commands
        for usage in command.usage
    )
    examples = (command.examples[0] for command in commands if command.name != COMMAND.name)
    return Answer(help_card(usage, tuple(text for text in examples if text)))


COMMAND = Command(
    name="help",
    summary="What you can ask",
    usage=("help",),
    examples=("help",),
    run=run,
    aliases=("?", "hi", "hello", "hey"),
)
