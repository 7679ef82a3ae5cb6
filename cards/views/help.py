"""What can be asked, with questions to click."""

from collections.abc import Sequence

from cards.model import Action, Block, Button, Buttons, Card, Code, Note, Span, Text

#: Commands in one paragraph: a message holds only so many of those.
LINES = 8


def help_card(
    commands: Sequence[tuple[str, str]], examples: Sequence[str], prefix: str = "/cost"
) -> Card:
    """`commands` are (usage, what it does); `examples` are whole questions without the prefix."""
    blocks: list[Block] = [
        Text(
            (
                "Ask in plain words: what, split how, when, compared with what. For example ",
                Code(f"{prefix} by service, account last 30d where team=payments vs previous"),
                ".",
            )
        ),
        *(_lines(commands[at : at + LINES]) for at in range(0, len(commands), LINES)),
        Buttons(tuple(Button(text, Action("ask", {"text": text})) for text in examples[:5])),
        Note(
            (
                "Days are UTC billing days. Periods: today, yesterday, last 7d, mtd, ytd, last "
                "month, 2026-10, since monday, 2026-10-01..2026-10-15. Filters: where "
                "team=payments and region!=us-east-1. Measures: unblended, amortised, "
                "net amortised, list.",
            )
        ),
    ]
    return Card("What you can ask me", tuple(blocks))


def _lines(commands: Sequence[tuple[str, str]]) -> Text:
    spans: list[Span] = []
    for usage, summary in commands:
        spans += ["\n" if spans else "", Code(usage), f"  {summary}."]
    return Text(tuple(spans))


EXAMPLES = {
    "help": help_card(
        (
            ("/cost", "The month so far and what moved"),
            ("/cost by <what> [period] [where …] [vs …]", "Cost split, filtered and compared"),
        ),
        ("by service mtd", "ec2 yesterday", "by team last month vs previous"),
    )
}
