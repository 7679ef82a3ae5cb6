"""/cost subscribe <any command> daily at <time>: asked by itself, for this place."""

from domain.errors import UserError
from handlers import subscribing
from handlers.kinds import Answer, Command, Context


async def run(context: Context, words: str) -> Answer:
    if not words:
        raise UserError(
            "Subscribe to what, and when? Put a command and a time behind it.",
            ("subscribe report daily at 09:00", "subscribe by service last 7d every monday at 9"),
        )
    wish = subscribing.anything("subscribe", words)
    if wish.heard.unit is None and not wish.words.startswith("report"):
        raise UserError(
            "How often? Say daily, on workdays, every Monday or monthly.",
            (f"subscribe {words} daily", f"subscribe {words} every monday"),
        )
    return await subscribing.subscribe(context, wish)


COMMAND = Command(
    name="subscribe",
    summary="Have any command answered here by itself",
    usage=("subscribe <command> daily|weekly|monthly at <time> [zone]",),
    examples=(
        "subscribe by service last 7d every monday at 09:00 Europe/Berlin",
        "subscribe movers yesterday on workdays at 8:30 New York",
        "subscribe report weekly at 9am",
    ),
    run=run,
    changes=True,
)
