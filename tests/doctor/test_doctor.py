"""The doctor names what is wrong, says who must do what, and finds nothing where all is well."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot import __main__ as command_line
from bot.doctor.checks.g_datadog import address
from bot.doctor.examine import as_json, as_text, every, examine, verdict
from bot.doctor.model import Check, Level, Patient
from bot.settings import Secret
from domain.errors import PermanentError
from integrations import aws
from tests.doctor.conftest import SCOPES, Ward


async def test_where_all_is_well_nothing_is_to_be_done(ward: Ward) -> None:
    ward.state().close()
    remarks = await ward.examined()
    assert [one for one in remarks if one.level in (Level.WARNING, Level.BAD)] == []
    assert verdict(remarks) == 0
    assert {one.about for one in remarks if one.level is Level.OK} == {
        *("data folder", "bill", "database", "routes"),
        *("Slack", "clock", "Jira", "Datadog", "PagerDuty", "Teams"),
    }


async def test_looking_changes_nothing_anywhere(ward: Ward) -> None:
    await ward.examined()
    writes = {one for one in ward.vendors.asked if not one.startswith("GET ")}
    assert writes == {"POST /slack/auth.test", "POST /tenant/oauth2/v2.0/token"}
    assert not (ward.folder / "costbot.sqlite").exists()


def settings(**more: Any) -> Callable[[Ward], None]:
    return lambda ward: ward.change(**more)


def refuses(path: str, status: int) -> Callable[[Ward], None]:
    return lambda ward: ward.vendors.status.update({path: status})


def file(name: str, text: str) -> Callable[[Ward], None]:
    return lambda ward: (ward.folder / name).write_text(text) and None


def later(days: int) -> Callable[[Ward], None]:
    def plant(ward: Ward) -> None:
        ward.now += timedelta(days=days)
        ward.vendors.now = ward.now

    return plant


def shape(number: str) -> Callable[[Ward], None]:
    def plant(ward: Ward) -> None:
        memory = ward.state()
        memory.database.transact(
            lambda connection: connection.exec_driver_sql(
                f"UPDATE alembic_version SET version_num = '{number}'"
            )
        )
        memory.close()

    return plant


def gap(ward: Ward) -> None:
    ward.bill(date(2026, 7, 1), date(2026, 7, 31), "old")


def slack_says(**more: Any) -> Callable[[Ward], None]:
    return lambda ward: ward.vendors.slack.update(more)


def fewer_scopes(ward: Ward) -> None:
    ward.vendors.scopes = SCOPES.replace("channels:history,", "")


def clock(seconds: int) -> Callable[[Ward], None]:
    def plant(ward: Ward) -> None:
        ward.vendors.now = ward.now - timedelta(seconds=seconds)

    return plant


def written(text: str) -> Callable[[Ward], None]:
    def plant(ward: Ward) -> None:
        (ward.folder / "costbot.toml").write_text(text)

    return plant


def unit(counts: str | None) -> Callable[[Ward], None]:
    """A unit that is counted in a file."""

    def plant(ward: Ward) -> None:
        table = '[[units]]\nname = "customer"\nsource = "csv"\nfile = "customers.csv"\n'
        (ward.folder / "costbot.toml").write_text(table)
        if counts is not None:
            (ward.folder / "customers.csv").write_text(counts)

    return plant


def types(listed: list[dict[str, Any]]) -> Callable[[Ward], None]:
    def plant(ward: Ward) -> None:
        ward.vendors.types = listed

    return plant


def fields(listed: list[dict[str, Any]]) -> Callable[[Ward], None]:
    def plant(ward: Ward) -> None:
        ward.vendors.fields = listed

    return plant


NOWHERE = "http://127.0.0.1:9"
PLANTED: dict[str, tuple[Callable[[Ward], None], str, Level, str]] = {
    "no folder": (
        lambda ward: ward.change(data_dir=ward.folder / "none"),
        "data folder",
        Level.BAD,
        "is no folder",
    ),
    "no bill": (
        lambda ward: ward.change(data_dir=ward.folder / "empty") or (ward.folder / "empty").mkdir(),  # type: ignore[func-returns-value]
        "bill",
        Level.BAD,
        "nothing is loaded",
    ),
    "a late bill": (later(2), "bill", Level.WARNING, "4 days old"),
    "a stale bill": (later(9), "bill", Level.BAD, "11 days old"),
    "a month is missing": (gap, "bill", Level.WARNING, "no bill from Sat 1 Aug 2026"),
    "an older database": (shape("0001"), "database", Level.WARNING, "shape 0001"),
    "a newer database": (shape("9999"), "database", Level.BAD, "newer than this costbot"),
    "no database": (
        settings(database_url=Secret("postgresql://u:hush@127.0.0.1:9/none")),
        "database",
        Level.BAD,
        "cannot be opened",
    ),
    "a broken route": (
        file("costbot.toml", '[[route]]\nto = "nowhere"\n'),
        "routes",
        Level.BAD,
        "costbot.toml",
    ),
    "no room": (settings(alert_rooms=()), "routes", Level.WARNING, "go nowhere"),
    "a place that is off": (
        settings(dd_api_key=None, alert_rooms=("datadog",)),
        "routes",
        Level.BAD,
        "datadog is not switched on",
    ),
    "nothing from Slack can be trusted": (
        settings(slack_signing_secret=None),
        "Slack",
        Level.BAD,
        "can be trusted or received",
    ),
    "a client secret for a signing secret": (
        settings(slack_signing_secret=Secret("nope")),
        "Slack",
        Level.WARNING,
        "has not the shape",
    ),
    "a bot token for an app token": (
        settings(slack_app_token=Secret("xoxb-2")),
        "Slack",
        Level.BAD,
        "no app-level token",
    ),
    "Slack is far": (settings(slack_api_url=NOWHERE), "Slack", Level.BAD, "cannot be reached"),
    "Slack refuses the token": (
        slack_says(ok=False, error="invalid_auth"),
        "Slack",
        Level.BAD,
        "invalid_auth",
    ),
    "a scope is lost": (fewer_scopes, "Slack scopes", Level.BAD, "missing: channels:history"),
    "the clock is a little off": (clock(90), "clock", Level.WARNING, "90 s off"),
    "the clock is far off": (clock(-600), "clock", Level.BAD, "600 s off"),
    "no Jira token": (settings(jira_token=None), "Jira", Level.BAD, "JIRA_TOKEN is not set"),
    "Jira refuses the account": (
        refuses("/jira/rest/api/2/myself", 401),
        "Jira",
        Level.BAD,
        "does not take the account",
    ),
    "Jira is something else": (
        settings(jira_url=f"{NOWHERE}/x"),
        "Jira",
        Level.BAD,
        "cannot be reached",
    ),
    "no such project": (settings(jira_project="NONE"), "Jira", Level.BAD, "no project NONE"),
    "Jira does not speak back": (
        settings(jira_webhook_secret=None),
        "Jira",
        Level.WARNING,
        "is not heard",
    ),
    "Datadog refuses the key": (
        refuses("/dd/api/v1/validate", 403),
        "Datadog",
        Level.BAD,
        "does not take the key (403)",
    ),
    "Datadog's site is wrong": (settings(dd_host=NOWHERE), "Datadog", Level.BAD, "be reached"),
    "no application key": (
        settings(dd_app_key=None),
        "Datadog",
        Level.WARNING,
        "no application key",
    ),
    "another key for PagerDuty": (
        settings(pagerduty_routing_key=Secret("u+abc")),
        "PagerDuty",
        Level.BAD,
        "not the shape",
    ),
    "PagerDuty is far": (
        settings(pagerduty_events_url=NOWHERE),
        "PagerDuty",
        Level.BAD,
        "cannot be reached",
    ),
    "Jira has no such issue type": (
        types([{"id": "9", "name": "Story"}]),
        "Jira",
        Level.BAD,
        "OPS has no issue type Task: it has Story",
    ),
    "Jira requires a field": (
        fields([{"fieldId": "cf9", "required": True, "name": "Cost centre"}]),
        "Jira",
        Level.BAD,
        "requires Cost centre, which costbot cannot fill in",
    ),
    "a unit whose file is not there": (
        unit(None),
        "unit customer",
        Level.BAD,
        "customers.csv",
    ),
    "a unit that nobody counts any more": (
        unit("date,count\n2026-01-05,12\n"),
        "unit customer",
        Level.WARNING,
        "nobody counted any in the last 7 days",
    ),
    "a unit that is written wrong": (
        written('[[units]]\nname = "customer"\nsource = "csv"\n'),
        "units",
        Level.BAD,
        "[[units]]",
    ),
    "PagerDuty does not speak back": (
        settings(pagerduty_webhook_secret=None),
        "PagerDuty",
        Level.WARNING,
        "are not heard",
    ),
    "no client secret": (
        settings(teams_app_password=None),
        "Teams",
        Level.BAD,
        "TEAMS_APP_PASSWORD is not set",
    ),
    "the client secret ran out": (
        refuses("/tenant/oauth2/v2.0/token", 401),
        "Teams",
        Level.BAD,
        "gives no token (401)",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_each_planted_mistake_is_named_with_what_to_do(ward: Ward, planted: str) -> None:
    plant, about, level, said = PLANTED[planted]
    plant(ward)
    remarks = await ward.examined()
    found = [one for one in remarks if one.level in (Level.WARNING, Level.BAD)]
    [named] = [one for one in found if one.about == about]
    assert (named.level, said in named.said) == (level, True), named
    assert named.todo and named.who
    assert verdict(remarks) == max(1 if one.level is Level.WARNING else 2 for one in found)
    if planted not in ("no bill", "no folder"):
        assert found == [named], "nothing else is wrong"
    shown = as_text(remarks) + as_json(remarks)
    for secret in ("hush", "xoxb-1", "jira-token", "dd-key", "dd-app", "teams-secret"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("datadoghq.com", "https://api.datadoghq.com"),
        ("app.datadoghq.eu", "https://api.datadoghq.eu"),
        ("us3.datadoghq.com", "https://api.us3.datadoghq.com"),
        ("https://proxy.example.com/dd/", "https://proxy.example.com/dd"),
    ],
)
def test_a_site_of_datadog_has_one_address(host: str, url: str) -> None:
    assert address(host) == url


async def test_a_permission_that_is_missing_at_aws_is_named(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def denied(*_: object) -> None:
        raise PermanentError("AWS does not allow it: give costbot's role budgets:ViewBudget")

    async def empty(*_: object) -> tuple[()]:
        return ()

    monkeypatch.setattr("integrations.aws.account.account_id", lambda _: "123456789012")
    monkeypatch.setattr(aws.Budgets, "listed", denied)
    monkeypatch.setattr(aws.EstimatedCharges, "read", empty)
    ward.change(aws_budgets=True, estimated_charges=True)
    said = {one.about: one for one in await ward.examined() if one.about.startswith("AWS")}
    assert "budgets:ViewBudget" in said["AWS Budgets"].said
    assert "billing alerts" in said["AWS estimate"].todo


async def test_a_check_that_stumbles_or_hangs_hides_no_other(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(_: Patient) -> list[Any]:
        raise ValueError("secret words")

    monkeypatch.setattr("bot.doctor.examine.SECONDS", 0.5)

    async def hangs(_: Patient) -> list[Any]:
        import asyncio

        await asyncio.sleep(60)
        return []

    checks = (Check("one", stumbles), Check("two", hangs), *every()[:1])
    remarks = await examine(Patient(ward.settings, ward.now), checks)
    assert [one.level for one in remarks] == [Level.BAD, Level.BAD, Level.OK]
    assert "secret words" not in as_text(remarks)


def test_the_command_leaves_with_what_it_found(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path))
    assert command_line.main(["doctor", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == 2
    assert {one["level"] for one in told["remarks"]} <= {"ok", "off", "warning", "bad"}
    monkeypatch.setenv("COSTBOT_BIND", "nonsense")
    assert command_line.main(["doctor"]) == 2
    assert "COSTBOT_BIND" in capsys.readouterr().err
