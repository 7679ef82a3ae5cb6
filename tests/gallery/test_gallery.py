"""Every example card is drawn as people see it, and what a renderer loses is noticed."""

import io
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot import gallery
from bot.__main__ import main
from bot.gallery import LOOKS, GalleryError, Look, MissingToolError, browser, bundles, wording
from cards import slack, teams
from cards.model import Card, Chart, Series, Text

LOOK = {look.name: look for look in LOOKS}
CHART = Chart("share", "Parts", ("a", "b"), (Series("Cost", (1.0, 2.0)),), "USD", "Two parts.")
CARD = Card("A title", (Text(("Some words",)), CHART))


def _absent() -> str | None:
    try:
        browser.executable()
    except MissingToolError as error:
        return str(error)
    return bundles.missing()


draws = [
    pytest.mark.browser,
    pytest.mark.skipif(_absent() is not None, reason=_absent() or "all is there"),
    pytest.mark.timeout(400),
]


class TestInTheBrowser:
    pytestmark = draws

    def test_every_example_shows_all_of_its_text(self, tmp_path: Path) -> None:
        looks = (LOOK["slack-phone"], LOOK["teams-phone"])
        made = gallery.build(tmp_path, looks=looks)
        examples = gallery.examples()
        assert len(made) == 2 * len(examples) + 1
        for path in made[:-1]:
            picture = Image.open(path)
            assert picture.width == 570, "380 CSS pixels"
            assert picture.height > 90
            assert len(picture.convert("RGB").getcolors(1 << 22) or []) > 20, (
                f"{path.name} is blank"
            )
        index = made[-1].read_text()
        assert all(path.name in index for path in made[:-1])

    def test_the_other_looks_are_drawn_too(self, tmp_path: Path) -> None:
        names = ("slack-pictures", "page-phone", "terminal")
        made = gallery.build(tmp_path, {"one": CARD}, [LOOK[name] for name in names])
        assert [path.name for path in made[:-1]] == [f"one.{name}.png" for name in names]
        assert all(len(_colors(path)) > 20 for path in made[:-1])

    def test_what_a_renderer_loses_is_an_error(self, tmp_path: Path) -> None:
        """Slack's drops unknown blocks in silence; nothing is ever fetched from the network."""
        asked: list[str] = []
        with _server(asked) as address, pytest.raises(GalleryError) as caught:
            image = {"type": "image", "image_url": f"{address}/x.png", "alt_text": "x"}
            unknown = {"type": "no_such_block", "text": {"type": "plain_text", "text": "Lost"}}
            element = {"type": "NoSuchElement", "text": "Lost too"}
            looks = (
                _look("slack", [*slack.render(CARD), image, unknown], wording.slack),
                _look("teams", teams.render(Card("", (Text(("Seen",)),))), wording.teams),
                _look("teams", {**teams.render(CARD), "body": [element]}, wording.teams, "also"),
            )
            gallery.build(tmp_path, {"one": CARD}, looks)
        said = str(caught.value)
        assert said.startswith(f"3 pictures are drawn and do not show everything. Open {tmp_path}")
        assert "one.slack.png: no 'Lost'\n" in said
        assert "one.slack.png: 0 of 1 pictures\n" in said
        assert "one.also.png: no 'Lost too'\n" in said
        assert 'one.also.png: Unknown element type "NoSuchElement"' in said
        assert "one.teams.png" not in said, "what is shown whole is not complained about"
        assert asked == []
        assert (tmp_path / "one.slack.png").exists(), "the picture helps to see what is wrong"


def _look(page: str, content: Any, said: Any, name: str = "") -> Look:
    return Look(name or page, page, 500, lambda _card, _picture: content, said)


class _server:  # noqa: N801
    def __init__(self, asked: list[str]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _colors(path: Path) -> list[Any]:
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        return picture.convert("RGB").getcolors(1 << 22) or []


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COSTBOT_CHROMIUM", raising=False)
    yield tmp_path


@pytest.mark.usefixtures("bare_machine")
def test_without_chromium_it_says_what_to_install() -> None:
    with pytest.raises(MissingToolError, match="apt install chromium"):
        browser.executable()


@pytest.mark.usefixtures("bare_machine")
def test_without_node_it_says_what_to_install() -> None:
    with pytest.raises(MissingToolError, match="apt install nodejs npm"):
        bundles.pages()


def test_a_named_chromium_is_used_and_a_wrong_name_is_told(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = bare_machine / "my-chromium"
    shutil.copy("/bin/sh", own)
    monkeypatch.setenv("COSTBOT_CHROMIUM", str(own))
    assert browser.executable() == str(own)
    monkeypatch.setenv("COSTBOT_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(MissingToolError, match="COSTBOT_CHROMIUM=/nowhere/chromium"):
        browser.executable()


def test_a_failed_install_shows_what_npm_said(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        (bare_machine / name).write_text("#!/bin/sh\necho the disk is full >&2\nexit 7\n")
        (bare_machine / name).chmod(0o755)
    with pytest.raises(GalleryError, match=r"npm failed \(7\): the disk is full"):
        bundles.pages()
    assert not list((bare_machine / "cache" / "costbot" / "gallery").iterdir()), "nothing stays"


def test_the_lock_pins_every_package_by_hash_and_names_no_host() -> None:
    lock = json.loads((bundles.SOURCES / "package-lock.json").read_text())
    assert "://" not in json.dumps(lock)  # funding links included
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {"node_modules/adaptivecards", "node_modules/slack-blocks-to-jsx"} <= set(packages)
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_the_command_says_where_to_look_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [tmp_path / name for name in ("a.png", "b.png", "index.html")]
    monkeypatch.setattr(gallery, "build", lambda folder: made if folder == tmp_path else [])
    assert main(["gallery", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"2 pictures are drawn. Open {tmp_path}/index.html\n"


def test_slack_names_a_picture() -> None:
    """Above a picture without a title Slack writes nothing but a bare ▾."""
    blocks = slack.render(CARD, lambda _chart: "https://x.example/1.png", native_charts=False)
    (image,) = [block for block in blocks if block["type"] == "image"]
    assert image["title"] == {"type": "plain_text", "text": "Parts", "emoji": False}


def test_slack_text_is_looked_for_wherever_it_stands() -> None:
    blocks = slack.render(CARD, native_charts=True)
    assert list(wording.slack(blocks))[:3] == ["A title", "Some words", "Parts"]


def test_teams_text_is_that_of_the_fallback_where_only_teams_draws() -> None:
    said = list(wording.teams(teams.render(CARD)))
    assert said[:3] == ["A title", "Some words", "Parts"]
    assert "a" in said, "the numbers stand in for the chart"


def test_texts_are_found_in_their_order_only() -> None:
    assert wording.unseen(iter(["one", "two"]), "One!\n two") == []
    assert wording.unseen(iter(["two", "one"]), "one two") == ["one"]
    assert wording.unseen(iter(["$5", "$5"]), "$5") == ["$5"]
    assert wording.unseen(iter(["&lt;b&gt;"]), "<b>") == []
    assert wording.unseen(iter(["⚠️ — …"]), "nothing to look for") == []


def test_pictures_are_counted_through_fallbacks() -> None:
    assert wording.images(teams.render(CARD, lambda _chart: "https://x.example/1.png")) == 1
    assert wording.images(slack.render(CARD, native_charts=True)) == 0
