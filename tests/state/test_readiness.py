"""A full disk shows at /readyz, and the end of it does without a restart."""

from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.api import health
from domain.ports import Lake
from store.lake import DuckLake
from store.state import Database
from store.state.migrate import prepare


async def test_a_full_disk_is_not_ready_until_there_is_room_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'state.sqlite'}")
    await prepare(database)
    lake: Lake = DuckLake(tmp_path)
    app = web.Application()
    health.attach(app, lake, database.has_room)
    async with TestClient(TestServer(app)) as client:
        assert database.ballast is not None
        database.ballast.drop()
        there_is_room = database.ballast.restore
        database.ballast.restore = lambda: False
        answer = await client.get("/readyz")
        assert (answer.status, (await answer.json())["status"]) == (503, "the disk is full")
        database.ballast.restore = there_is_room
        assert (await (await client.get("/readyz")).json())["status"] == "no bill loaded"
        assert not database.full
    database.close()
