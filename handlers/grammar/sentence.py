"""A sentence of which parts are taken out one by one; what is left is something else's to read."""

import re
from dataclasses import dataclass, field

from handlers.grammar.problem import Puzzle
from handlers.grammar.tokens import tokens


@dataclass
class Sentence:
    """The text, what of it was taken, and a copy for searching in which values are blanked."""

    command: str
    text: str
    taken: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def __post_init__(self) -> None:
        self.masked = masked(self.text)

    def find(self, pattern: str) -> re.Match[str] | None:
        return re.search(rf"(?<![^\s,(])(?:{pattern})(?![\w/'-])", self.masked)

    def take(self, *patterns: str) -> re.Match[str] | None:
        """The first of the patterns that is there, which is then gone."""
        for pattern in patterns:
            if found := self.find(pattern):
                self.remove(*found.span())
                return found
        return None

    def whole(self, span: tuple[int, int], instead: str) -> str:
        """The command with other words in the place of some."""
        text = f"{self.text[: span[0]]}{instead}{self.text[span[1] :]}"
        return f"{self.command} {' '.join(text.split())}".strip()

    def remove(self, start: int, end: int) -> None:
        self.taken.append((start, end))
        self.masked = self.masked[:start] + "\0" * (end - start) + self.masked[end:]
        self.masked = self.masked.replace("\0", " ")

    def rest(self) -> str:
        """What was not taken, without words that only joined it to what was."""
        place, parts = 0, list[str]()
        for start, end in [*sorted(self.taken), (len(self.text), len(self.text))]:
            parts.append(self.text[place:start].strip())
            place = end
        text = " ".join(part for part in parts if part)
        text = re.sub(r"(?:[\s,;]+(?:and|please|send|in))*[\s,;]*$", "", f" {text}")
        return re.sub(r"^(?:(?:please|send|and|me|,)\s+)+", "", text.strip())


def masked(text: str) -> str:
    """Lower case of the same length, blank where a value stands: it is never a keyword."""
    lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    try:
        found = tokens(text)
    except Puzzle:
        return lower
    value, last = False, ""
    for token in found:
        # a, b after a comparison are values as well
        value = last == "op" or (value and (last == "comma" or token.kind == "comma"))
        if token.kind == "quoted" or (value and token.kind == "word"):
            lower = lower[: token.start] + "=" * (token.end - token.start) + lower[token.end :]
        last = token.kind
    return lower
