"""What to say when a question cannot be answered: what is wrong and what to try."""

from cards.model import Action, Button, Buttons, Card, Code, Text, Tone


def cannot(asked: str, message: str, suggestions: tuple[str, ...] = ()) -> Card:
    """A refusal that teaches; each suggestion is a whole question, offered as a button."""
    buttons = tuple(Button(text, Action("ask", {"text": text})) for text in suggestions[:5])
    return Card(
        "I cannot answer that",
        (Text((message,)), *((Buttons(buttons),) if buttons else ())),
        Tone.WARNING,
    )


def broken(reference: str) -> Card:
    """An error of ours: nothing about its inside, only a reference to look up in the log."""
    return Card(
        "Something went wrong on my side",
        (
            Text(
                (
                    "Nothing was changed. If it happens again, tell your admin the reference ",
                    Code(reference),
                    ".",
                )
            ),
        ),
        Tone.BAD,
    )


EXAMPLES = {
    "unknown word": cannot(
        "by colour",
        "I cannot split by 'colour'. Try one of: service, account, region, team.",
        ("by service", "by account"),
    ),
    "internal error": broken("4f1c9a02"),
}
