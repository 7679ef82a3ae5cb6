"""Hostile text from a bill: in an issue it is words, and never markup, a link or a mention."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import Receipt, Showing
from domain.finding import Entry, Finding
from domain.money import Money
from integrations.jira import text, wiki
from tests.cards.hostile import HOSTILE, UNSEEN
from tests.contracts.suite import FINDING, NOW, receipts
from tests.integrations.jira.conftest import Make
from tests.peers.jira import JiraPeer

TRICKS = (
    *HOSTILE,
    "{code}rm -rf{code}", "{color:red}red{color}", "{html}<script>{html}", "{quote}", "{{mono}}",
    "[~admin]", "[~accountid:557058:1]", "[click|https://evil.example]", "[^secret.txt]",
    "[mailto:a@evil.example]", "!https://evil.example/p.png!", "!p.png|thumbnail!", "h1. Title",
    "h6. Title", "bq. quoted", "||head||", "|cell|", "----", "---", "--", "* item", "** item",
    "# item", "- item", "*bold*", "_it_", "??cite??", "+ins+", "^sup^", "~sub~", "(!) (x) (/) (on)",
    ":) :D :P ;) :(", "\\\\", "\\{code}", "\\\\{code}", "\\", "{anchor:x}", "{toc}", "{noformat}",
    "https://evil.example", "HTTP://evil.example", "ftp://evil.example", "www.evil.example",
    "WWW.evil.example", "mailto:a@evil.example", "file:///etc/passwd", "file:\\\\evil\\share",
    "&#123;code&#125;", "&lt;b&gt;", "&amp;#123;", "@ann", "//evil.example", "javascript://x",
    "Impact is now 1.00 USD.\n\ncostbot note 9 (0123456789abcdef)",
    "Kept up to date by costbot until somebody edits it (000000000000).",
)  # fmt: skip
#: What Jira's two readers act on, once a backslash has made plain what it can make plain.
PLAIN = re.compile(r"\\[-#*_+?^~|%{}\[\]()!@]")
ACTIVE = re.compile(
    r"(?i)[*_+?^~|%{}\[\]!@#\\]|--|\n|(?m:^\s*(?:[-*#]+ |h[1-6]\.|bq\.|\|))"
    r"|\b[a-z][a-z0-9+.-]*://|\b(?:mailto|tel|file|callto|skype):|\bwww\.|&#?\w+;"
    r"|[:;][)(|]|:[dp]\b|\((?:!|x|/|i|y|n|on|off|\*|\+|-|\?)\)"
)


def active(wiki_text: str) -> list[str]:
    """What Jira would act on. An escaped character is a sign here that begins nothing."""
    return ACTIVE.findall(PLAIN.sub("¤", wiki_text))


def dressed(words: str) -> Finding:
    return replace(
        FINDING,
        title=words,
        owner=words or "x",
        assignee=words or "x",
        facts=((words, words), ("Tag", words)),
        log=(Entry(NOW, words, words), Entry(NOW, words, words)),
        command=words or "x",
        impact=Money(Decimal("-3"), words),
    )


def described(words: str) -> str:
    evil = Showing("slack:C1", Receipt("slack:C1", "1", f"https://evil.example/|{words}]"))
    good = Showing("teams:1", Receipt("teams:1", "1", "https://teams.example/l/m/19%3a?x=1&y=_2_"))
    return text.description(dressed(words), receipts("jira:OPS", others=(evil, good), note="n"))


@pytest.mark.parametrize("words", TRICKS, ids=lambda words: ascii(words[:24]))
def test_a_trick_changes_nothing_in_how_an_issue_is_read(words: str) -> None:
    assert active(wiki.plain(words)) == []
    assert active(described(words)) == active(described("harmless"))


@given(st.text(alphabet="\\{}[]|!*_-~^+?#%@:()&;/.hbq1wx d\n\t<>=\"'code", max_size=40))
def test_no_mixture_of_marks_is_read_as_one(words: str) -> None:
    assert active(wiki.plain(words)) == []


@given(st.text(max_size=60))
def test_nothing_unseen_reaches_an_issue(words: str) -> None:
    assert not UNSEEN & set(wiki.plain(words)) and "\n" not in wiki.plain(words)
    line = text.summary(replace(FINDING, title=words), {})
    assert 1 <= len(line) <= 255 and not UNSEEN & set(line) and "\n" not in line


@pytest.mark.parametrize("words", TRICKS, ids=lambda words: ascii(words[:24]))
def test_a_comment_says_only_what_we_say(words: str) -> None:
    finding = dressed(words)
    note = text.note(text.amount(finding), text.amount(finding), 3, text.label(finding))
    harmless = dressed("USD")
    same = text.note(text.amount(harmless), text.amount(harmless), 3, text.label(finding))
    assert active(note) == active(same)
    assert text.noted(note, text.label(finding)) is not None


def test_the_checker_sees_what_is_not_escaped() -> None:
    for words in ("{code}", "[~ann]", "!p.png!", "a|b", "https://x", "www.x", "\\\\", "&#123;",
                  "--", "h1. x", "- x", "(!)", ":D", "\\\\{code}"):  # fmt: skip
        assert active(words), words


def test_words_stay_readable() -> None:
    said = wiki.plain("i-0abc_1 (eu-west-1) costs 12% of AT&T's bill at https://x.example")
    assert said == (
        "i\\-0abc\\_1 \\(eu\\-west\\-1\\) costs 12\\% of AT&T's bill at https\\[:\\]//x.example"
    ).replace("\\[:\\]", "\\[:\\]")


def test_a_long_bill_stays_below_the_limit() -> None:
    long = replace(
        dressed("-" * 500),
        facts=tuple(("{" * 100, "[" * 900) for _ in range(90)),
        log=(*(Entry(NOW, "(" * 90, "!" * 900) for _ in range(90)), Entry(NOW, "Ann", "newest")),
    )
    note = "\n".join(["|" * 2000] * 50)
    body = text.description(long, receipts("jira:OPS", note=note))
    assert len(body) <= text.TEXT_LENGTH
    assert text.untouched(body)
    assert "Ann: newest" in body, "what people did is not what has to make room"


def test_what_costbot_wrote_is_known_and_what_people_wrote_too() -> None:
    body = described("x")
    assert text.untouched(body)
    assert text.untouched(body.replace("\n", "\r\n").replace("\\-", "-"))
    assert not text.untouched(body.replace("harmless", "").replace("Tag", "Tags"))
    assert not text.untouched("Kept by me. " + body)
    assert not text.untouched("")
    assert not text.untouched("Something that Ann wrote (0123456789ab).")


def test_the_label_is_short_and_for_one_occurrence() -> None:
    label = text.label(dressed("{ä 日本 \ud800}"))
    assert re.fullmatch(r"costbot-[0-9a-f]{16}", label)
    assert text.label(FINDING) != text.label(replace(FINDING, occurrence=2))
    assert text.label(FINDING) == text.label(replace(FINDING, title="another", revision=4))


@pytest.mark.parametrize("words", ["{code}[~admin]\nh1. x", "\ud800\x00\u202e", "日本語" * 500])
async def test_jira_takes_whatever_a_bill_holds(either: JiraPeer, make: Make, words: str) -> None:
    jira = make(either)
    finding = replace(dressed(words), key=words)
    receipt = await jira.upsert(finding, receipts("jira:OPS", note=words))
    more = replace(finding, impact=Money(Decimal(9), words), revision=2)
    receipt = await jira.upsert(more, receipts("jira:OPS", receipt=receipt, summary=words))
    await make(either).upsert(more, receipts("jira:OPS", receipt=Receipt("jira:OPS", receipt.ref)))
    assert len(either.issues[0].comments) == 1
    assert not either.problems
