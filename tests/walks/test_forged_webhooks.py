"""Webhooks that are forged, too big or about nothing: none of them moves a finding."""

import json
from typing import Any

import pytest
from multidict import CIMultiDict

from domain.finding import Finding, Status
from tests.peers.pagerduty.webhooks import ping
from tests.walks.news import done
from tests.walks.office import EVERYWHERE, Office, signature


def _odd(office: Office, found: Finding) -> dict[str, list[bytes]]:
    """Signed well, and nothing to do with any finding."""
    told: dict[str, Any] = json.loads(office.jira_news("Done"))
    other = json.loads(json.dumps(told))
    other["issue"] |= {"key": "OPS-999"}
    other["issue"]["fields"]["labels"] = []
    return {
        "jira": [
            *(json.dumps(told | more).encode() for more in (
                {"webhookEvent": "comment_created"}, {"changelog": {"id": "1", "items": []}},
                {"issue": None}, {"timestamp": "soon"}, {"webhookEvent": ["jira:issue_updated"]},
            )),
            json.dumps(other).encode(), b"", b"[]", b"null", b"\xff\xfe", b"[" * 100_000,
        ],
        "pagerduty": [
            ping(),
            office.pager_news("resolved", found, key="costbot:spike:elsewhere"),
            office.pager_news("resolved", found, key="somebody else's"),
            office.pager_news("resolved", found, key=None),
            office.pager_news("annotated", found), office.pager_news("of_tomorrow", found),
            b"", b"[]", b"null", b"\xff\xfe", b"[" * 100_000,
        ],
    }  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_means_nothing_here_is_taken_and_changes_nothing(office: Office) -> None:
    found = await office.finds(*EVERYWHERE)
    for system, bodies in _odd(office, found).items():
        for body in bodies:
            assert await office.hears(system, body) == 202, (system, body[:200])
    assert await office.history(found) == ["costbot found it"]
    for system in ("jira", "pagerduty"):
        big = b" " * (256 * 1024) + done(office, system, found)
        assert await office.hears(system, big) == 413
    assert (await office.now(found)).status is Status.OPEN


def _forgeries(system: str, body: bytes) -> dict[str, tuple[bytes, Any]]:
    """Bodies and headers of which none is the system's own."""
    good = signature(system, body)
    [name] = [name for name in good if "Signature" in name]
    right, other = good[name], signature(system, body, "another secret")[name]
    prefix, _, digest = right.partition("=")
    flipped = format(int(digest[0], 16) ^ 1, "x") + digest[1:]
    values = {
        "empty": "", "blank": " ", "prefix alone": f"{prefix}=", "digest alone": digest,
        "another secret": other, "first bit": f"{prefix}={flipped}",
        "last bit": f"{prefix}={digest[:-1]}{format(int(digest[-1], 16) ^ 1, 'x')}",
        "too short": right[:-1], "too long": f"{right}0", "twice as long": right + digest,
        "upper case": f"{prefix}={digest.upper()}", "shouted prefix": f"{prefix.upper()}={digest}",
        "another prefix": f"sha1={digest}", "next version": f"v2={digest}",
        "256": f"sha-256={digest}", "no equals sign": f"{prefix}{digest}",
        "two equals signs": f"{prefix}=={digest}", "in quotes": f'"{right}"',
        "hex of zeros": f"{prefix}={'0' * 64}", "of nothing": signature(system, b"")[name],
        "of another body": signature(system, body + b" ")[name],
        "not hex": f"{prefix}={'g' * 64}", "umlaut": f"{prefix}=ä{digest[1:]}",
        "null": f"{prefix}=null", "true": "true", "base64": f"{prefix}=" + "A" * 44,
        "semicolon": f"{other};{right}", "a wrong list": f"{other},{other}",
        "none": "none", "half": f"{prefix}={digest[:32]}", "inner blank": f"{prefix}= {digest}",
    }  # fmt: skip
    bare = {"Content-Type": "application/json"}
    forged: dict[str, tuple[bytes, Any]] = {
        why: (body, bare | {name: value}) for why, value in values.items()
    }
    forged["missing"] = (body, bare)
    forged["in another header"] = (body, bare | {"X-Signature": right})
    forged["as the other system signs"] = (
        body, signature("jira" if system == "pagerduty" else "pagerduty", body)
    )  # fmt: skip
    forged["two wrong headers"] = (body, CIMultiDict([(name, other), (name, other)]))
    forged["two headers, the right one first"] = (body, CIMultiDict([(name, right), (name, other)]))
    forged["two headers, the right one last"] = (body, CIMultiDict([(name, other), (name, right)]))
    for why, changed in (
        ("one byte more", body + b"\n"), ("one byte less", body[:-1]), ("no body", b""),
        ("another body", body.replace(b"e", b"E", 1)), ("spaced anew", body.replace(b" ", b"")),
    ):  # fmt: skip
        forged[why] = (changed, bare | {name: right})
    return forged


@pytest.mark.parametrize(
    ("database_url", "system"),
    [("sqlite", "jira"), ("postgresql", "pagerduty")],
    indirect=["database_url"],
)
async def test_what_is_forged_is_refused_and_changes_nothing(office: Office, system: str) -> None:
    found = await office.finds(*EVERYWHERE)
    body = done(office, system, found)
    forged = _forgeries(system, body)
    assert len(forged) >= 40
    answers = {why: await office.post(system, *sent) for why, sent in forged.items()}
    assert {why: status for why, status in answers.items() if status != 401} == {}
    assert await office.history(found) == ["costbot found it"]
    assert await office.hears(system, body) == 202
    assert (await office.now(found)).status is Status.RESOLVED
