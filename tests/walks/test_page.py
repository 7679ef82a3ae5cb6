"""The local page in a real browser: ask, see, press, and no way in from elsewhere."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright, expect

from bot.adapters.page import Page
from bot.adapters.room import Room
from bot.app import build, web_application
from bot.settings import Bind, Settings
from cards import html
from cards.model import Card, Column, Table
from tests.walks.conftest import NASTY, NOW

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def address(data_dir: Path) -> AsyncIterator[str]:
    """A running demo page over the small bill."""
    settings = Settings(data_dir=data_dir, bind=Bind("127.0.0.1", 0), public_url=None)
    bot = build(replace(settings, public_url=""), lambda: NOW)
    await asyncio.to_thread(bot.router.use.lake.warm)
    app = await web_application(bot)
    Page(Room(bot.router), bot.pictures.url).attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def tab(address: str) -> AsyncIterator[Tab]:
    """An open browser tab; anything it complains about fails the walk."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        tab = await context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        await tab.goto(address)
        yield tab
        await browser.close()
    assert complaints == []


async def ask(tab: Tab, words: str) -> None:
    await tab.fill("#text", words)
    await tab.press("#text", "Enter")


@needs_chromium
@pytest.mark.browser
async def test_a_question_is_answered_and_a_button_asks_again_in_place(tab: Tab) -> None:
    await ask(tab, "by service 2026-10")
    card = tab.locator("article.card").last
    await expect(card).to_contain_text("$100.10", timeout=20_000)
    await expect(card.locator("tbody tr")).to_have_count(2)
    await expect(card.locator("figure img")).to_have_js_property("complete", True, timeout=20_000)
    assert await card.locator("figure img").evaluate("image => image.naturalWidth") > 300
    await card.get_by_role("button", name="By account").click()
    await expect(tab.locator("article.card")).to_have_count(1)
    await expect(tab.locator("article.card").last).to_contain_text("search", timeout=20_000)


@needs_chromium
@pytest.mark.browser
async def test_a_hostile_tag_stays_text_and_the_phone_need_not_scroll_sideways(tab: Tab) -> None:
    await ask(tab, "by team 2026-10")
    card = tab.locator("article.card").last
    await expect(card).to_contain_text(NASTY, timeout=20_000)
    assert await card.locator("a").count() == 0
    wide = await tab.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


@needs_chromium
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1000])
async def test_a_long_name_gives_way_to_the_numbers_beside_it(tab: Tab, width: int) -> None:
    arn = "arn:aws:cloudfront::465925931922:distribution/EF5E656D885EDF"
    columns = (Column("Resource"), Column("Region"), Column("Cost", numeric=True))
    columns += (Column("Change", numeric=True),)
    row = (arn, "eu-central-1", "$101,391.35", "+$1,391.35 (+12.7 %)")
    card = html.render(Card("Cost by resource", (Table(columns, (row,), row),)))
    await tab.set_viewport_size({"width": width, "height": 844})
    hidden = await tab.evaluate(
        """card => {
          document.getElementById("lines").innerHTML = card;
          const table = document.querySelector(".scroll");
          return table.scrollWidth - table.clientWidth;
        }""",
        card,
    )
    assert hidden == 0


@needs_chromium
@pytest.mark.browser
async def test_a_second_tab_sees_the_same_conversation(tab: Tab, address: str) -> None:
    await ask(tab, "status")
    await expect(tab.locator("article.card")).to_have_count(1, timeout=20_000)
    other = await tab.context.new_page()
    await other.goto(address)
    await expect(other.locator("article.card")).to_contain_text("Settled through")


async def test_an_open_tab_does_not_hold_up_the_shutdown(data_dir: Path) -> None:
    bot = build(Settings(data_dir=data_dir), lambda: NOW)
    app = await web_application(bot)
    Page(Room(bot.router)).attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=60)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/page/lines"
    async with ClientSession() as session, session.get(address) as stream:
        assert stream.status == 200
        async with asyncio.timeout(20):
            await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/page/say", {"Origin": "https://evil.example"}, 403),
        ("/page/click", {"Origin": "https://evil.example"}, 403),
        ("/page/say", {"Host": "evil.example"}, 403),
        ("/page/say", {"Content-Type": "text/plain"}, 415),
        ("/page/say", {"Content-Type": "application/json"}, 200),
    ],
)
async def test_only_the_page_itself_may_ask(
    address: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = '{"text": "status"}'
    given = {"Content-Type": "application/json"} | headers
    async with (
        ClientSession() as session,
        session.post(address + path, data=body, headers=given) as reply,
    ):
        assert reply.status == status


@pytest.mark.parametrize("path", ["/", "/page/lines"])
async def test_a_name_that_merely_points_here_is_refused(address: str, path: str) -> None:
    headers = {"Host": "rebound.example"}
    async with ClientSession() as session, session.get(address + path, headers=headers) as reply:
        assert reply.status == 403
