"""A message that somebody else wrote, quoted: what a message shortcut passes on."""

import re
from collections.abc import Iterator
from typing import Any

from bot.adapters.slack import words
from cards.escape import clean
from cards.limits import utf16
from cards.shorten import shorten

#: Message shortcuts of the manifest that do something with a message, by callback id.
MESSAGE_ACTIONS = ("ticket", "page")

_TEXT = 1000
_NAME = 100
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_TS = re.compile(r"\d{1,12}\.\d{1,9}")
Body = dict[str, Any]


def quoted(do: str, body: Body) -> dict[str, str]:
    """The arguments of the action "message"."""
    channel, message = body["channel"]["id"], body["message"]
    return {
        "do": do,
        "text": shorten(clean(" ".join(_said(message))), _TEXT, utf16),
        "url": _permalink(body, channel, message),
        "author": shorten(_author(message), _NAME, utf16),
        "place": f"slack:{channel}",
        "message": body.get("message_ts") or message.get("ts") or "",
    }


def _said(message: Body) -> Iterator[str]:
    """What it says; what other programs write often stands in its attachments alone."""
    if text := words.plain(message.get("text") or ""):
        yield text
        return
    for one in message.get("attachments") or ():
        parts = (one.get("title"), one.get("text") or one.get("fallback"))
        yield from (words.plain(part) for part in parts if part)


def _author(message: Body) -> str:
    """The best name at hand; asking Slack for it would cost the time in which a form can open."""
    profile: Body = message.get("user_profile") or {}
    bot: Body = message.get("bot_profile") or {}
    names = (
        profile.get("display_name"),
        profile.get("real_name"),
        message.get("username"),
        bot.get("name"),
        message.get("user"),
    )
    return next((clean(name) for name in names if name), "")


def _permalink(body: Body, channel: str, message: Body) -> str:
    """The address of the message, put together as Slack does; "" where a part is missing."""
    domain, ts = (body.get("team") or {}).get("domain") or "", message.get("ts") or ""
    if not (_DOMAIN.fullmatch(domain) and _TS.fullmatch(ts) and channel.isalnum()):
        return ""
    thread = message.get("thread_ts") or ts
    inside = f"?thread_ts={thread}&cid={channel}" if thread != ts and _TS.fullmatch(thread) else ""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}{inside}"
