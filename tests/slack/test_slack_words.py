"""What people type comes through as they typed it; what a bill says pings nobody."""

import pytest

from bot.adapters.slack.replies import response_url
from bot.adapters.slack.words import plain
from domain.errors import PermanentError
from tests.slack.stage import Stage

TYPED = {
    "by service": "by service",
    "<@UBOT> by service": "by service",
    "<@UBOT|costbot> by service": "by service",
    "hey <@UBOT>, by service": "hey , by service",
    "<@U2> by service": "@U2 by service",
    "<@U2|ann>'s bill": "@ann's bill",
    "in <#C1|general>": "in #general",
    "in <#C1>": "in #C1",
    "<!here> look": "@here look",
    "<!subteam^S1|@finance>": "@finance",
    "<!date^1392734382^{date}|18 Feb>": "18 Feb",
    "where host=<http://example.com|example.com>": "where host=example.com",
    "<https://example.com/a?b=c&amp;d=e>": "https://example.com/a?b=c&d=e",
    "<mailto:ann@example.com|ann@example.com>": "ann@example.com",
    "cost &gt; 5 &amp;&amp; cost &lt; 9": "cost > 5 && cost < 9",
    "&amp;lt;b&amp;gt;": "&lt;b&gt;",
    "&lt;@UBOT&gt;": "<@UBOT>",
    "where team=“data science”": 'where team="data science"',
    "where team=‘pay’": "where team='pay'",
    "by\u00a0service": "by service",
    "by service\nlast 30d": "by service last 30d",
    "`by service`": "by service",
    "  ": "",
}


@pytest.mark.parametrize("text", TYPED)
def test_slacks_markup_is_undone(text: str) -> None:
    assert plain(text, "UBOT") == TYPED[text]


@pytest.mark.parametrize("way", ["command", "mention", "direct"])
async def test_a_question_arrives_as_it_was_typed(stage: Stage, way: str) -> None:
    question = "where team=<R&D> and name~“x”"
    where = () if way == "direct" else (stage.room,)
    await getattr(stage.peer, way)(stage.ann, *where, question)
    await stage.settle()
    assert stage.scene.questions == ['where team=<R&D> and name~"x"']


HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U0000001>",
    "<!subteam^S1>",
    "<https://evil.example|your invoice>",
    "*bold* _it_ ~no~ `code` ```block```",
    "&lt;!channel&gt;",
    "@channel @here @everyone",
    "\u202egnp.exe\u2066",
    "a\x00b\x1b[31m",
    ":rotating_light:" * 50,
    "x" * 5000,
    "]]>{{7*7}}",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("way", ["command", "mention"])
async def test_text_from_a_bill_pings_nobody_and_links_nowhere(
    stage: Stage, way: str, text: str
) -> None:
    stage.scene.text = text
    await getattr(stage.peer, way)(stage.ann, stage.room, text)
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert answer.pings == set()
    assert answer.links == set()
    assert answer.words.startswith("Cost")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text_when_no_blocks_are_taken(stage: Stage, text: str) -> None:
    stage.scene.text = text
    for _ in range(2):
        stage.peer.fail_next("chat.postMessage", error="invalid_blocks")
    await stage.peer.mention(stage.ann, stage.room, "by service")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert answer.pings == answer.links == set()


SLACK = "https://slack.com/api"


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://hooks.slack.com/commands/T/1/x", SLACK),
        ("https://hooks.slack.com:443/actions/T/1/x", SLACK),
        ("https://hooks.slack-gov.com/commands/T/1/x", "https://slack-gov.com/api"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/api"),
    ],
)
def test_slacks_own_addresses_are_good(url: str, api: str) -> None:
    assert str(response_url(url, api)).startswith(url.replace(":443", ""))


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("http://hooks.slack.com/x", SLACK),
        ("http://hooks.slack.com:443/x", SLACK),
        ("https://hooks.slack.com:8443/x", SLACK),
        ("https://hooks.slack.com./x", SLACK),
        ("https://hooks.slack.com.evil.example/x", SLACK),
        ("https://evilhooks.slack.com/x", SLACK),
        ("https://slack.com/x", SLACK),
        ("https://user@hooks.slack.com/x", SLACK),
        ("https://user:pw@hooks.slack.com/x", SLACK),
        ("https://hooks.slack.com@evil.example/x", SLACK),
        ("https://evil.example#@hooks.slack.com/", SLACK),
        ("https://evil.example\\@hooks.slack.com/", SLACK),
        ("https://[::ffff:127.0.0.1]/x", SLACK),
        ("https://0x7f.1/x", SLACK),
        ("https://169.254.169.254/x", SLACK),
        ("//hooks.slack.com/x", SLACK),
        ("/x", SLACK),
        ("", SLACK),
        ("ftp://hooks.slack.com/x", SLACK),
        ("http://127.0.0.1:9/x", SLACK),
        ("https://hooks.slack.com/x", "http://127.0.0.1:9/api"),
        ("http://127.0.0.1:10/x", "http://127.0.0.1:9/api"),
        ("http://localhost:9/x", "http://127.0.0.1:9/api"),
        ("https://hooks.slack.com/x", "https://slack-gov.com/api"),
        ("https://hooks.slack-gov.com/x", "https://evilslack-gov.com/api"),
    ],
)
def test_every_other_address_is_refused(url: str, api: str) -> None:
    with pytest.raises(PermanentError):
        response_url(url, api)
