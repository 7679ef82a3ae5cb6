"""Words as Slack takes them in messages and forms: plain text and rich text, never mrkdwn."""

from typing import Any, assert_never

from cards.escape import slack_entities
from cards.model import Bold, Code, Link, Span, Spans

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": slack_entities(text), "emoji": False}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def section(spans: Spans) -> Json:
    return {"type": "rich_text_section", "elements": [piece(span) for span in spans]}


def piece(span: Span) -> Json:
    match span:
        case str():
            return {"type": "text", "text": span}
        case Bold():
            return {"type": "text", "text": span.text, "style": {"bold": True}}
        case Code():
            return {"type": "text", "text": span.text, "style": {"code": True}}
        case Link():
            return {"type": "link", "url": span.url, "text": span.text}
        case _:
            assert_never(span)
