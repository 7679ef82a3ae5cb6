"""/cost page <finding>: page the one on call about a finding."""

from domain.errors import UserError
from handlers import pages, steps
from handlers.kinds import Answer, Command, Context


async def run(context: Context, words: str) -> Answer:
    if not words.strip():
        raise UserError("About which finding? Say its number, such as: page 12.", ("findings",))
    found = await steps.named(context, words)
    await pages.none_yet(context, found)
    form = pages.form(context, steps.action("page", found), found)
    return steps.asked(form, f"Page somebody about {found.name} {found.title}?")


COMMAND = Command(
    name="page",
    summary="Page the one on call about a finding",
    usage=("page <finding>",),
    examples=("page 1",),
    run=run,
    changes=True,
)
