"""Pictures at their addresses: who gets them, what survives, and what stays undisturbed."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.pictures import Pictures
from bot.pictures.shelf import Shelf
from cards.pictures import EXAMPLES, codec
from tests.pictures.drawers import DYING, ECHO, worker

CHART = EXAMPLES["bar services"]
OTHER = EXAMPLES["share"]
PNG = b"\x89PNG"
URL = "https://costbot.example.com"

Client = Callable[[web.Application], Awaitable[TestClient]]


@asynccontextmanager
async def _pictures(
    folder: Path, code: str | None = None, **limits: float
) -> AsyncIterator[Pictures]:
    drawer = worker(folder, code, **limits) if code else None
    pictures = Pictures(folder, URL, worker=drawer)
    try:
        yield pictures
    finally:
        await pictures.close()


async def test_a_chart_is_drawn_in_another_process(tmp_path: Path) -> None:
    async with _pictures(tmp_path) as pictures:
        assert (await pictures.png(CHART)).startswith(PNG)


async def test_answers_stay_quick_while_pictures_are_drawn(tmp_path: Path) -> None:
    async with _pictures(tmp_path) as pictures:
        await pictures.png(CHART)
        drawing = [asyncio.create_task(pictures.png(EXAMPLES[name])) for name in list(EXAMPLES)[:5]]
        waits: list[float] = []
        while not all(task.done() for task in drawing):
            start = time.perf_counter()
            await asyncio.sleep(0.002)
            waits.append(time.perf_counter() - start - 0.002)
        assert all(task.result().startswith(PNG) for task in drawing)
    assert len(waits) > 10
    assert sorted(waits)[len(waits) // 2] < 0.01, "the loop was held up"
    assert max(waits) < 0.25


def test_without_a_public_address_there_is_no_url(tmp_path: Path) -> None:
    assert Pictures(tmp_path, None).url(CHART) is None
    assert not list(tmp_path.iterdir())


def test_the_same_chart_keeps_its_url_and_nobody_can_guess_it(tmp_path: Path) -> None:
    first, again = Pictures(tmp_path / "a", URL), Pictures(tmp_path / "a", URL)
    elsewhere = Pictures(tmp_path / "b", URL)
    assert first.url(CHART) == first.url(CHART) == again.url(CHART)
    assert first.url(CHART) != first.url(OTHER)
    assert first.url(CHART) != elsewhere.url(CHART)
    for path in (tmp_path / "a" / "pictures").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_a_full_disk_costs_the_picture_and_not_the_answer(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    assert Pictures(tmp_path, URL).url(CHART) is None


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", charts=3, days=30)
    names = [shelf.put(chart) for chart in list(EXAMPLES.values())[:5]]
    now = time.time()
    for age, name in zip((5, 40, 3, 2, 1), names, strict=True):
        os.utime(tmp_path / "shelf" / f"{name}.json", (now - age * 86400,) * 2)
    assert shelf.chart(names[0]) is not None, "looking at a chart makes it young"
    shelf.sweep()
    assert [shelf.chart(name) is not None for name in names] == [True, False, False, True, True]


def test_a_chart_that_is_damaged_on_disk_is_unknown(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    name = shelf.put(CHART)
    (tmp_path / "shelf" / f"{name}.json").write_text('{"kind": "bar"')
    assert shelf.chart(name) is None


async def test_a_picture_is_served_with_headers_that_let_it_be_kept(
    tmp_path: Path, aiohttp_client: Client
) -> None:
    async with _pictures(tmp_path, ECHO) as pictures:
        app = web.Application()
        pictures.routes(app)
        client = await aiohttp_client(app)
        url = pictures.url(CHART)
        assert url is not None
        reply = await client.get(url.removeprefix(URL))
        assert (reply.status, reply.content_type) == (200, "image/png")
        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert (await reply.read()).startswith(b"drawn")


@pytest.mark.parametrize(
    "name", ["0" * 40, "short", "../outside", ".key", "A" * 40, "0" * 40 + "\n", ""]
)
async def test_unknown_and_malformed_ids_find_nothing(
    tmp_path: Path, aiohttp_client: Client, name: str
) -> None:
    async with _pictures(tmp_path, ECHO) as pictures:
        pictures.url(CHART)
        (tmp_path / "outside.json").write_text(codec.encode(CHART))
        (tmp_path / "pictures" / "short.json").write_text(codec.encode(CHART))
        assert await pictures.by_id(name) is None
        app = web.Application()
        pictures.routes(app)
        client = await aiohttp_client(app)
        assert (await client.get(f"/pictures/{quote(name, safe='')}.png")).status == 404


async def test_a_picture_that_cannot_be_drawn_now_says_try_later(
    tmp_path: Path, aiohttp_client: Client
) -> None:
    async with _pictures(tmp_path, DYING) as pictures:
        app = web.Application()
        pictures.routes(app)
        client = await aiohttp_client(app)
        reply = await client.get((pictures.url(CHART) or "").removeprefix(URL))
        assert reply.status == 503
        assert "Retry-After" in reply.headers


async def test_many_who_look_at_once_have_it_drawn_once(tmp_path: Path) -> None:
    once = ECHO.replace("body = ", "import os; body = b'%d ' % os.getpid() + ")
    async with _pictures(tmp_path, once, most_waiting=1) as pictures:
        assert len(set(await asyncio.gather(*(pictures.png(CHART) for _ in range(20))))) == 1
    async with _pictures(tmp_path, DYING) as pictures:
        assert b"drawn" in await pictures.png(CHART), "kept on disk"
