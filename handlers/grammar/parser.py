"""The forgiving parser: clauses in any order, errors that teach."""

from collections.abc import Sequence
from datetime import date

from domain.errors import UserError
from domain.ports import Vocabulary
from domain.query import Measure
from handlers.grammar import keywords
from handlers.grammar.clauses import Clauses
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.problem import Puzzle
from handlers.grammar.question import Question

#: Nobody asks that much in one line; what is longer is pasted or hostile.
MOST_CHARACTERS = 500

#: How many mistakes of one question are repaired for a suggestion, and how many are offered.
_REPAIRS = 2
_OFFERS = 4


def parse(
    text: str,
    today: date,
    vocabulary: Vocabulary,
    default_measure: Measure = Measure.UNBLENDED,
    owner_tags: Sequence[str] = ("team", "owner"),
    commands: Sequence[str] = (),
) -> Question:
    """What `text` asks; raises UserError with whole corrected questions as suggestions.

    `commands` are the names of subcommands, offered when a word looks like one of them.
    """
    _check(text)
    reader = _Reader(today, Lexicon(vocabulary, owner_tags), default_measure, tuple(commands))
    try:
        return reader.read(text)
    except Puzzle as puzzle:
        raise UserError(puzzle.message, reader.suggestions(text, puzzle)) from puzzle


def _check(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise UserError(
            f"That question has {len(text):,} characters; {MOST_CHARACTERS} is the most I read. "
            "Ask something shorter, such as: by service last month"
        )
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise UserError("That question holds a character that no bill can hold. Type it again.")


class _Reader:
    """Reads one question, and tries whether a corrected one can be read."""

    def __init__(
        self, today: date, lexicon: Lexicon, measure: Measure, commands: tuple[str, ...]
    ) -> None:
        self._today = today
        self._lexicon = lexicon
        self._measure = measure
        self._commands = commands

    def read(self, text: str) -> Question:
        return Clauses(text, self._today, self._lexicon, self._commands).question(self._measure)

    def suggestions(self, text: str, puzzle: Puzzle) -> tuple[str, ...]:
        """The question with the puzzling words replaced, as far as that makes sense."""
        offers = [self._repaired(text, puzzle, word, _REPAIRS) for word in puzzle.instead]
        offers += [whole for whole in puzzle.whole if self._can_ask(whole)]
        offers.append(self._repaired(text, puzzle, "", 1))
        found = [offer for offer in offers if offer]
        return tuple(dict.fromkeys(found))[:_OFFERS]

    def _repaired(self, text: str, puzzle: Puzzle, word: str, depth: int) -> str | None:
        """The question with `word` in the place of the puzzle, its other mistakes repaired too."""
        corrected = _joined(text[: puzzle.start], word, text[puzzle.end :])
        if not corrected or (not word and _is_idle(corrected)):
            return None
        if word in self._commands and puzzle.start == 0:
            return corrected if self._can_ask(corrected) else word
        try:
            self.read(corrected)
        except Puzzle as other:
            if depth == 1:
                return None
            repairs = (self._repaired(corrected, other, w, depth - 1) for w in other.instead[:1])
            return next((repair for repair in repairs if repair), None)
        return corrected

    def _can_ask(self, text: str) -> bool:
        """Whether a question, or a command with one behind it, can be read."""
        first, _, rest = text.partition(" ")
        try:
            self.read(rest if first in self._commands else text)
        except Puzzle:
            return False
        return True


def _is_idle(text: str) -> bool:
    """Whether nothing is left but words that ask nothing: what did we, first 5."""
    idle = keywords.FILLERS | keywords.TOP
    words = (word.strip(",").lower() for word in text.split())
    return all(word in idle or keywords.number(word) for word in words)


def _joined(before: str, word: str, after: str) -> str:
    """The parts as one line, without what led to a word that is removed."""
    if word:
        gap = " " if before and not after and before[-1].isalnum() else ""
        return f"{before}{gap}{word}{after}".strip(" ,")
    words, leads = before.split(), keywords.FILLERS | keywords.BY | keywords.VERSUS
    while words and words[-1].strip(",").lower() in leads | {""}:
        words.pop()
    return " ".join([*words, *after.strip(" ,").split()]).strip(" ,")
