"""Text cut to a length: between graphemes, and never without saying so with an ellipsis."""

from collections import Counter
from collections.abc import Callable, Sequence

from wcwidth import iter_graphemes

from cards.escape import line, web_address
from cards.model import Bold, Code, Link, Span, Spans

Size = Callable[[str], int]
ELLIPSIS = "…"
#: Characters behind one counted character, on average; more is a heap of accents, cut unread.
_LONG = 4


def shorten(text: str, room: int, size: Size) -> str:
    """At most `room` of the text, as `size` measures it."""
    if len(text) <= _LONG * (room + 1) and size(text) <= room:
        return text
    room -= size(ELLIPSIS)
    kept: list[str] = []
    for grapheme in iter_graphemes(text[: _LONG * (room + 1)]):
        room -= size(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return "".join(kept).rstrip() + ELLIPSIS


def span_text(span: Span) -> str:
    """The words of a span, whatever its looks."""
    return span if isinstance(span, str) else span.text


def shorten_spans(spans: Spans, room: int, size: Size, tidy: Callable[[str], str]) -> Spans:
    """The spans, tidied and together at most `room`; nothing when they hold no words."""
    tidied = tuple(span for span in (_changed(span, tidy) for span in spans) if span_text(span))
    texts = [span_text(span) for span in tidied]
    if not "".join(texts).strip():
        return ()
    if sum(map(size, texts)) <= room:
        return tidied
    room -= size(ELLIPSIS)
    shown: list[Span] = []
    for span, text in zip(tidied, texts, strict=True):
        if size(text) > room:
            cut = shorten(text, room + size(ELLIPSIS), size)
            return (*shown, _changed(span, lambda _, cut=cut: cut))
        shown.append(span)
        room -= size(text)
    return tuple(shown)


def _changed(span: Span, change: Callable[[str], str]) -> Span:
    """The span with its words changed; a link to anywhere but the web is only its words."""
    match span:
        case str():
            return change(span)
        case Bold():
            return Bold(change(span.text))
        case Code():
            return Code(change(span.text))
        case Link():
            words = change(span.text) or change(span.url)
            return Link(words, span.url) if web_address(span.url) else words


def span_lines(spans: Spans) -> list[Spans]:
    """The spans of each line, for platforms whose text elements know no line breaks."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        for n, text in enumerate(span_text(span).split("\n")):
            lines += [[]] if n else []
            lines[-1] += [_changed(span, lambda _, text=text: text)] if text else []
    return [tuple(line) for line in lines]


def distinct(names: Sequence[str], room: int, size: Size) -> tuple[str, ...]:
    """The names in one line each, cut to `room`, numbered where two of them are alike."""
    seen: Counter[str] = Counter()
    short: dict[str, None] = {}
    for name in (line(name) or "–" for name in names):
        cut = shorten(name, room, size)
        base = cut
        while cut in short:
            seen[base] += 1
            number = f" {seen[base] + 1}"
            cut = shorten(name, room - size(number), size) + number
        short[cut] = None
    return tuple(short)
