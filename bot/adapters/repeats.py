"""What a message says that may be there twice, because a chat did not confirm the first one."""

from dataclasses import replace

from cards.model import Card, Note


def words(chat: str) -> str:
    return f"This may be a repeat: {chat} did not confirm the first one."


def noted(card: Card, chat: str) -> Card:
    """The card, with that on top of it."""
    return replace(card, blocks=(Note((words(chat),)), *card.blocks))
