"""What a message shortcut passes on of a message, whoever wrote it."""

from typing import Any

import pytest

from bot.adapters.slack.quotes import quoted


def body(**message: Any) -> dict[str, Any]:
    said = {"ts": "1795000001.000001", "user": "U1", "text": "hello"} | message
    return {
        "team": {"domain": "acme"},
        "channel": {"id": "C1"},
        "message_ts": "1795000001.000001",
        "message": said,
    }


def test_a_long_message_is_cut_and_a_hostile_one_is_made_visible() -> None:
    text = quoted("ticket", body(text="\u202eno" + "x" * 3000))["text"]
    assert len(text) == 1000
    assert text.startswith("\ufffdno") and text.endswith("…")


def test_what_programs_write_stands_in_attachments() -> None:
    attachments = [{"title": "Alarm", "text": "EC2 is <https://a.b|dear>"}, {"fallback": "again"}]
    assert quoted("page", body(text="", attachments=attachments))["text"] == (
        "Alarm EC2 is dear again"
    )


@pytest.mark.parametrize(
    ("message", "author"),
    [
        ({"user_profile": {"display_name": "Ann", "real_name": "Ann A."}}, "Ann"),
        ({"user_profile": {"display_name": "", "real_name": "Ann A."}}, "Ann A."),
        ({"username": "CloudWatch"}, "CloudWatch"),
        ({"bot_profile": {"name": "AWS"}, "user": None}, "AWS"),
        ({}, "U1"),
        ({"user": None}, ""),
    ],
)
def test_the_best_name_at_hand_is_the_author(message: dict[str, Any], author: str) -> None:
    assert quoted("ticket", body(**message))["author"] == author


def test_a_message_in_a_thread_is_found_there() -> None:
    url = quoted("ticket", body(thread_ts="1795000000.000009"))["url"]
    assert url == (
        "https://acme.slack.com/archives/C1/p1795000001000001?thread_ts=1795000000.000009&cid=C1"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"team": {"domain": "evil.example/"}},
        {"team": None},
        {"channel": {"id": "C1/.."}},
        {"message": {"ts": "1", "text": "x"}},
    ],
)
def test_an_address_is_made_only_of_what_slack_sends(change: dict[str, Any]) -> None:
    assert quoted("ticket", body() | change)["url"] == ""
