"""The words that name a command, however politely they are led in."""

from datetime import UTC, datetime
from typing import cast

import pytest

from bot import registry
from domain.ports import Lake
from handlers import dispatch
from handlers.kinds import Actor, Answer, Context, Origin, Surface, Use


@pytest.mark.parametrize(
    ("said", "command", "words"),
    [
        ("movers last week", "movers", "last week"),
        ("what changed", "movers", ""),
        ("what changed yesterday", "movers", "yesterday"),
        ("what's changed?", "movers", ""),
        ("what has changed since monday", "movers", "since monday"),
        ("top 3 movers", "movers", "top 3"),
        ("show me the top three movers last week", "movers", "top three last week"),
        ("biggest movers by account", "movers", "biggest by account"),
        ("5 biggest changes", "movers", "5 biggest"),
        ("changes  where team='a  b'", "movers", "where team='a  b'"),
        ("top 3 services", "spend", "top 3 services"),
        ("what did s3 cost", "spend", "what did s3 cost"),
        ("how much is untagged", "spend", "how much is untagged"),
        ("untagged env", "untagged", "env"),
        ("help", "help", ""),
        ("team=status", "spend", "team=status"),
        ("", "overview", ""),
    ],
)
async def test_the_command_meant(said: str, command: str, words: str):
    heard: list[tuple[str, str]] = []
    commands = dict(registry.commands())
    for name, known in commands.items():

        async def run(_: Context, text: str, name: str = name) -> Answer:
            heard.append((name, text))
            return cast("Answer", None)

        commands[name] = type(known)(
            known.name, known.summary, known.usage, known.examples, run, known.aliases
        )
    use = Use(cast("Lake", None), commands)
    here = Origin("test", "C1", Surface.ROOM)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    await dispatch.ask(Context(Actor("test", "U1", "Ada"), here, now, use), said)
    assert heard == [(command, words)]
