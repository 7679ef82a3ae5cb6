"""Datadog's store of dashboards."""

import json
from typing import Any

from aiohttp import web


class Dashboards:
    """Dashboards by id, the oldest first."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self._made = 0

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/api/v1/dashboard", self._list)
        app.router.add_post("/api/v1/dashboard", self._create)
        app.router.add_put("/api/v1/dashboard/{id}", self._replace)

    def add(self, body: dict[str, Any]) -> dict[str, Any]:
        """One more, whoever makes it."""
        self._made += 1
        name = f"abc-{self._made:04}"
        made = {
            "id": name,
            "url": f"/dashboard/{name}/costs",
            "created_at": f"2026-11-01T00:{self._made // 60:02}:{self._made % 60:02}Z",
        }
        self.kept[name] = {**body, **made}
        return self.kept[name]

    async def _list(self, request: web.Request) -> web.Response:
        start, count = int(request.query.get("start", 0)), int(request.query.get("count", 100))
        page = list(self.kept.values())[start : start + count]
        names = ("id", "title", "description", "url", "created_at", "layout_type")
        shown = [{name: each.get(name) for name in names} for each in page]
        return web.json_response({"dashboards": shown})

    async def _create(self, request: web.Request) -> web.Response:
        return web.json_response(self.add(json.loads(await request.read())))

    async def _replace(self, request: web.Request) -> web.Response:
        old = self.kept.get(request.match_info["id"])
        if old is None:
            return web.json_response({"errors": ["Dashboard not found"]}, status=404)
        body = json.loads(await request.read())
        kept = {name: old[name] for name in ("id", "url", "created_at")}
        self.kept[old["id"]] = {**body, **kept}
        return web.json_response(self.kept[old["id"]])
