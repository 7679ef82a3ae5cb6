"""What a button carries through a platform and back, and how a card sheds one."""

import json
from collections.abc import Iterator
from dataclasses import replace

from cards.model import Action, Block, Buttons, Card

#: The action that shows an answer to the whole room.
SHARE = "share"


def encode(action: Action, *, ascii_only: bool = True) -> str:
    """The action as JSON without `&`, `<` and `>`, which platforms may rewrite on the way."""
    whole = [action.name, dict(action.args)]
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=ascii_only)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def decode(value: object) -> Action:
    """The action that `encode` wrote; ValueError for anything else, whoever sent it."""
    try:
        name, args = json.loads(value) if isinstance(value, str) else (None, None)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("not a button of ours") from None
    if not isinstance(name, str) or not isinstance(args, dict):
        raise ValueError("not a button of ours")
    plain = {key: text for key, text in args.items() if isinstance(text, str)}
    if len(plain) != len(args):
        raise ValueError("not a button of ours")
    return Action(name, plain)


def without(card: Card, action: str) -> Card:
    """The card without the buttons of this action; a row that had no others goes too."""
    return replace(card, blocks=tuple(_without(card.blocks, action)))


def _without(blocks: tuple[Block, ...], action: str) -> Iterator[Block]:
    for block in blocks:
        if not isinstance(block, Buttons):
            yield block
        elif kept := tuple(button for button in block.items if button.action.name != action):
            yield Buttons(kept)
