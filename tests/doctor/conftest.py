"""A healthy installation, with vendors in this process that can be made to refuse."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.doctor.examine import examine
from bot.doctor.model import Patient, Remark
from bot.settings import Secret, Settings
from store.lake.load import load
from store.state import Memory, default_url
from tests.lake.bills import write_csv
from tests.walks.conftest import EC2, bill_row

SCOPES = (
    "app_mentions:read,channels:history,chat:write,chat:write.public,commands,groups:history,"
    "im:history"
)
LAST = date(2026, 11, 21)


@dataclass
class Vendors:
    """Slack, Jira, Datadog, PagerDuty and Microsoft's login, as far as the doctor asks them."""

    now: datetime
    scopes: str = SCOPES
    slack: dict[str, Any] = field(default_factory=lambda: {"ok": True, "team": "Acme"})
    types: list[dict[str, Any]] = field(default_factory=lambda: [{"id": "3", "name": "Task"}])
    fields: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"fieldId": "summary", "required": True, "name": "Summary"},
            {"fieldId": "reporter", "required": True, "name": "Reporter"},
            {"fieldId": "cf1", "required": True, "hasDefaultValue": True, "name": "Area"},
        ]
    )
    status: dict[str, int] = field(default_factory=dict[str, int])
    asked: list[str] = field(default_factory=list[str])

    async def start(self) -> "Vendors":
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path
        self.asked.append(f"{request.method} {path}")
        answers: dict[str, Any] = {
            "/slack/auth.test": self.slack,
            "/jira/rest/api/2/myself": {"accountId": "1"},
            "/jira/rest/api/2/project/OPS": {"key": "OPS"},
            "/jira/rest/api/2/issue/createmeta/OPS/issuetypes": {"issueTypes": self.types},
            "/jira/rest/api/2/issue/createmeta/OPS/issuetypes/3": {"fields": self.fields},
            "/dd/api/v1/validate": {"valid": True},
            "/pd": {},
            "/tenant/oauth2/v2.0/token": {"access_token": "t"},
        }
        status = self.status.get(path, 200 if path in answers else 404)
        headers = {"X-OAuth-Scopes": self.scopes, "Date": format_datetime(self.now, usegmt=True)}
        return web.json_response(answers.get(path, {}), status=status, headers=headers)


@dataclass
class Ward:
    """The installation to be examined; `change` is what is wrong with its settings."""

    folder: Path
    vendors: Vendors
    settings: Settings
    now: datetime

    def change(self, **more: Any) -> None:
        self.settings = replace(self.settings, **more)

    def bill(self, first: date, last: date, name: str = "bill") -> None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        rows = [
            bill_row(str(day), EC2, "10", "payments", end=str(day + timedelta(days=1)))
            for day in days
        ]
        by_month: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            by_month.setdefault(row["BillingPeriodStart"][:7], []).append(row)
        for month, part in by_month.items():
            load([write_csv(self.folder / f"{name}-{month}.csv", part)], self.folder, self.now)

    def state(self) -> Memory:
        memory = Memory(default_url(self.folder), lambda: self.now)
        memory.open()
        return memory

    async def examined(self) -> list[Remark]:
        return await examine(Patient(self.settings, self.now))


@pytest.fixture
async def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ward]:
    monkeypatch.chdir(tmp_path)
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    vendors = await Vendors(now).start()
    settings = Settings(
        data_dir=tmp_path,
        alert_rooms=("slack:C0123ABCD",),
        slack_bot_token=Secret("xoxb-1"),
        slack_signing_secret=Secret("0" * 32),
        slack_api_url=f"{vendors.url}/slack",
        jira_url=f"{vendors.url}/jira",
        jira_email="bot@example.com",
        jira_token=Secret("jira-token"),
        jira_project="OPS",
        jira_webhook_secret=Secret("s"),
        dd_api_key=Secret("dd-key"),
        dd_app_key=Secret("dd-app"),
        dd_host=f"{vendors.url}/dd",
        pagerduty_routing_key=Secret("a" * 32),
        pagerduty_events_url=f"{vendors.url}/pd",
        pagerduty_webhook_secret=Secret("s"),
        teams_app_id="00000000-0000-0000-0000-000000000001",
        teams_app_password=Secret("teams-secret"),
        teams_app_tenant="tenant",
        teams_tenants=("t1",),
        teams_openid_url=f"{vendors.url}/openid",
    )
    ward = Ward(tmp_path, vendors, settings, now)
    ward.bill(date(2026, 10, 1), LAST)
    yield ward
    await vendors.stop()


Plant = Callable[[Ward], None]
