"""Settings: what a person writes is read, or refused with one clear line; secrets stay secret."""

import io
import logging
from dataclasses import asdict, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Bind, Secret, Settings, load_settings
from domain.errors import SettingsError
from domain.query import Measure

HUSH = "xoxb-do-not-tell"
NO_FILE = Path("/nonexistent/costbot.toml")
ROLE = "arn:aws:iam::123456789012:role/costbot-read"
#: What some settings cannot be without.
TENANT = {"TEAMS_TENANTS": "t1", "COSTBOT_AGGREGATES_TABLE": "sums"}

#: Variable, what a person writes, the field, what is read.
EACH: list[tuple[str, str, str, object]] = [
    ("COSTBOT_DATA_DIR", "/var/lib/costbot", "data_dir", Path("/var/lib/costbot")),
    ("COSTBOT_BIND", "0.0.0.0:80", "bind", Bind("0.0.0.0", 80)),
    ("COSTBOT_PUBLIC_URL", "https://bot.acme.test/", "public_url", "https://bot.acme.test"),
    ("COSTBOT_ENGINE", "spark", "engine", "spark"),
    ("COSTBOT_SPARK_MASTER", "spark://s:7077", "spark_master", "spark://s:7077"),
    ("COSTBOT_ATHENA", "w/d@s3://lake/x", "athena", "w/d@s3://lake/x"),
    ("COSTBOT_MEASURE", "net amortised", "measure", Measure.NET_AMORTISED),
    ("COSTBOT_OWNER_TAGS", "squad, team", "owner_tags", ("squad", "team")),
    ("COSTBOT_ALERT_ROOMS", "slack:C0123, jira:OPS", "alert_rooms", ("slack:C0123", "jira:OPS")),
    ("COSTBOT_ZONE", "Europe/Berlin", "zone", "Europe/Berlin"),
    ("COSTBOT_SENSITIVITY", "high, ml = low", "sensitivity", {"": "high", "ml": "low"}),
    (
        "COSTBOT_DATABASE_URL",
        "postgresql://bot:x@db/costbot",
        "database_url",
        Secret("postgresql://bot:x@db/costbot"),
    ),
    ("COSTBOT_CLOUDTRAIL", "1", "cloudtrail", True),
    ("COSTBOT_EXPORTS", "s3://b1/x dynamodb://sums", "exports", ("s3://b1/x", "dynamodb://sums")),
    ("COSTBOT_COLLECT", "organization, anomalies", "collect", ("organization", "anomalies")),
    ("COSTBOT_COST_EXPLORER", "1", "cost_explorer", True),
    ("COSTBOT_COST_EXPLORER_LIMIT", "2.50", "cost_explorer_limit", Decimal("2.5")),
    ("COSTBOT_AWS_ROLE", ROLE, "aws_role", ROLE),
    ("COSTBOT_AWS_EXTERNAL_ID", HUSH, "aws_external_id", Secret(HUSH)),
    ("COSTBOT_AWS_BUDGETS", "1", "aws_budgets", True),
    ("COSTBOT_ESTIMATED_CHARGES", "1", "estimated_charges", True),
    ("COSTBOT_AGGREGATES_TABLE", "costbot.sums", "aggregates_table", "costbot.sums"),
    ("COSTBOT_AGGREGATES_SERVE", "1", "aggregates_serve", True),
    ("COSTBOT_CLOUDTRAIL_ROLE", "ops/costbot-read", "cloudtrail_role", "ops/costbot-read"),
    ("SLACK_BOT_TOKEN", HUSH, "slack_bot_token", Secret(HUSH)),
    ("SLACK_SIGNING_SECRET", HUSH, "slack_signing_secret", Secret(HUSH)),
    ("SLACK_APP_TOKEN", HUSH, "slack_app_token", Secret(HUSH)),
    ("SLACK_API_URL", "http://127.0.0.1:9/api", "slack_api_url", "http://127.0.0.1:9/api"),
    ("TEAMS_APP_ID", "1b4e28ba", "teams_app_id", "1b4e28ba"),
    ("TEAMS_APP_PASSWORD", HUSH, "teams_app_password", Secret(HUSH)),
    ("TEAMS_APP_TENANT", "t1", "teams_app_tenant", "t1"),
    ("TEAMS_TENANTS", "t1 t2", "teams_tenants", ("t1", "t2")),
    ("TEAMS_OPENID_URL", "http://127.0.0.1:9/x", "teams_openid_url", "http://127.0.0.1:9/x"),
    ("COSTBOT_TEAMS_ANONYMOUS", "1", "teams_anonymous", True),
    ("JIRA_URL", "https://acme.atlassian.net/", "jira_url", "https://acme.atlassian.net"),
    ("JIRA_EMAIL", "bot@acme.test", "jira_email", "bot@acme.test"),
    ("JIRA_TOKEN", HUSH, "jira_token", Secret(HUSH)),
    ("JIRA_PROJECT", "OPS", "jira_project", "OPS"),
    ("JIRA_WEBHOOK_SECRET", HUSH, "jira_webhook_secret", Secret(HUSH)),
    ("PAGERDUTY_ROUTING_KEY", HUSH, "pagerduty_routing_key", Secret(HUSH)),
    ("PAGERDUTY_EVENTS_URL", "http://127.0.0.1:9", "pagerduty_events_url", "http://127.0.0.1:9"),
    ("PAGERDUTY_WEBHOOK_SECRET", HUSH, "pagerduty_webhook_secret", Secret(HUSH)),
    ("DD_API_KEY", HUSH, "dd_api_key", Secret(HUSH)),
    ("DD_APP_KEY", HUSH, "dd_app_key", Secret(HUSH)),
    ("DD_HOST", "datadoghq.eu", "dd_host", "datadoghq.eu"),
]
SECRETS = [variable for variable, _, _, read in EACH if isinstance(read, Secret)]

REFUSED = [
    ("COSTBOT_BIND", "8080"),
    ("COSTBOT_BIND", ":8080"),
    ("COSTBOT_BIND", "127.0.0.1:web"),
    ("COSTBOT_BIND", "127.0.0.1:65536"),
    ("COSTBOT_BIND", "127.0.0.1:²"),
    ("COSTBOT_PUBLIC_URL", "bot.acme.test"),
    ("COSTBOT_PUBLIC_URL", "ftp://bot.acme.test"),
    ("COSTBOT_PUBLIC_URL", "https://"),
    ("COSTBOT_PUBLIC_URL", "https://[bot"),
    ("COSTBOT_ENGINE", "oracle"),
    ("COSTBOT_MEASURE", "gross"),
    ("COSTBOT_ALERT_ROOMS", "#cost-alerts"),
    ("COSTBOT_ALERT_ROOMS", "slack:#cost-alerts"),
    ("COSTBOT_ALERT_ROOMS", "slack:C0123 jira"),
    ("COSTBOT_ALERT_ROOMS", "mail:me@acme.test"),
    ("COSTBOT_ZONE", "Berlin"),
    ("COSTBOT_ZONE", "../etc"),
    ("COSTBOT_CLOUDTRAIL", "on"),
    ("COSTBOT_CLOUDTRAIL_ROLE", "arn:aws:iam::1:role/x"),
    ("COSTBOT_AGGREGATES_TABLE", "arn:aws:dynamodb:x"),
    ("COSTBOT_AGGREGATES_TABLE", "it"),
    ("COSTBOT_EXPORTS", "dynamodb://a/b"),
    ("COSTBOT_EXPORTS", "https://bucket/prefix"),
    ("COSTBOT_AGGREGATES_SERVE", "yes"),
    ("COSTBOT_SENSITIVITY", "loud"),
    ("COSTBOT_SENSITIVITY", "ml=low,"),
    ("SLACK_API_URL", "slack.com"),
    ("TEAMS_OPENID_URL", "login"),
    ("COSTBOT_TEAMS_ANONYMOUS", "yes"),
]


def read(environ: dict[str, str], toml: Path = NO_FILE) -> Settings:
    return load_settings(environ, toml)


def file(folder: Path, text: str) -> Path:
    path = folder / "costbot.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(("variable", "given", "name", "expected"), EACH)
def test_every_variable_is_read(variable: str, given: str, name: str, expected: object):
    assert getattr(read(TENANT | {variable: given}), name) == expected


@pytest.mark.parametrize(("variable", "given", "name", "expected"), EACH)
def test_the_file_says_the_same_as_the_environment(
    variable: str, given: str, name: str, expected: object, tmp_path: Path
):
    toml = file(tmp_path, f"{variable.lower()} = '{given}'\n")
    environ = {name: value for name, value in TENANT.items() if name != variable}
    assert getattr(read(environ, toml), name) == expected


def test_no_setting_is_left_out_above():
    assert {name for _, _, name, _ in EACH} == {entry.name for entry in fields(Settings)}


def test_with_nothing_set_everything_has_a_value_and_no_surface_is_on():
    settings = read({})
    assert not settings.slack_on and not settings.teams_on
    assert str(settings.bind) == "127.0.0.1:8080"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path):
    assert read({"SLACK_BOT_TOKEN": ""}).slack_on is False
    assert read({}, file(tmp_path, 'slack_bot_token = ""')).slack_on is False


def test_tables_of_the_file_that_are_no_settings_are_left_to_others(tmp_path: Path):
    tables = "[[route]]\n[rooms]\n[owners]\n[[units]]\n[[credits]]\n[[aggregates]]\n"
    assert read({}, file(tmp_path, tables)) == read({})


def test_the_environment_wins_over_the_file(tmp_path: Path):
    toml = file(tmp_path, 'costbot_bind = "127.0.0.1:1"\ncostbot_measure = "list"\n')
    settings = read({"COSTBOT_BIND": "127.0.0.1:2"}, toml)
    assert (settings.bind.port, settings.measure) == (2, Measure.LIST)


def test_the_file_may_use_lists_and_switches(tmp_path: Path):
    toml = file(tmp_path, 'TEAMS_TENANTS = ["t1", "t2"]\ncostbot_teams_anonymous = true\n')
    settings = read({}, toml)
    assert settings.teams_tenants == ("t1", "t2")
    assert settings.teams_anonymous is True


@pytest.mark.parametrize(("variable", "given"), REFUSED)
def test_nonsense_is_refused_by_name(variable: str, given: str):
    with pytest.raises(SettingsError, match=rf"^{variable} is not understood: .+\.$"):
        read({variable: given})


def test_a_measure_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(SettingsError, match=r"unblended.*net amortised.*list"):
        read({"COSTBOT_MEASURE": "gross"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("costbot_bnid = '127.0.0.1:1'", "does not know: COSTBOT_BNID"),
        ("[slack]\nbot_token = 'x'", "does not know: SLACK"),
        ("[[routes]]\nto = ['slack:C1']", "does not know: ROUTES"),
        ("[owner]\ndefault = 'x'", "does not know: OWNER"),
        ("costbot_bind 127.0.0.1", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, said: str):
    with pytest.raises(SettingsError, match=rf"costbot\.toml .*{said}"):
        read({}, file(tmp_path, text))


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path):
    (tmp_path / "costbot.toml").write_bytes(b"costbot_engine = '\xff'")
    with pytest.raises(SettingsError, match=r"costbot\.toml"):
        read({}, tmp_path / "costbot.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        read({}, tmp_path)


@pytest.mark.parametrize("variable", SECRETS)
def test_a_secret_shows_nowhere(variable: str, caplog: pytest.LogCaptureFixture):
    settings = read({variable: HUSH})
    secret = next(value for value in asdict(settings).values() if value == Secret(HUSH))
    logging.getLogger("test").error("%s %r", settings, secret)
    out = io.StringIO()
    print(settings, secret, [secret], {"secret": secret}, file=out)
    shown = f"{settings} {settings!r} {secret} {secret!r} {asdict(settings)}"
    assert HUSH not in shown + out.getvalue() + caplog.text
    assert secret.reveal() == HUSH


@given(st.text(min_size=1).filter(lambda text: "\x00" not in text), st.sampled_from(SECRETS))
def test_no_text_is_wrong_for_a_secret(value: str, variable: str):
    """A check would have to say what it saw."""
    assert Secret(value) in asdict(read({variable: value})).values()


@pytest.mark.parametrize(("variable", "bad"), REFUSED)
def test_an_error_never_tells_a_secret(variable: str, bad: str):
    secrets = dict.fromkeys(SECRETS, HUSH)
    with pytest.raises(SettingsError) as refused:
        read(secrets | TENANT | {variable: bad})
    assert HUSH not in f"{refused.value} {refused.value!r} {refused.value.__cause__!r}"


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(SettingsError) as refused:
        read({"COSTBOT_PUBLIC_URL": f"ftp://me:{HUSH}@bot.acme.test"})
    assert HUSH not in str(refused.value)


def test_a_syntax_error_in_the_file_does_not_repeat_its_line(tmp_path: Path):
    with pytest.raises(SettingsError) as refused:
        read({}, file(tmp_path, f"slack_bot_token = {HUSH}\n"))
    assert HUSH not in str(refused.value)


LOOPBACK = ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"]
OPEN = ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "bot.acme.test:1", "127.0.0.1.acme.test:1", "0:1"]


@pytest.mark.parametrize("bind", LOOPBACK)
def test_teams_without_authentication_is_allowed_at_home(bind: str):
    assert read({"COSTBOT_TEAMS_ANONYMOUS": "1", "COSTBOT_BIND": bind}).teams_on


@pytest.mark.parametrize("bind", OPEN)
def test_teams_without_authentication_is_refused_where_others_can_reach_it(bind: str):
    with pytest.raises(SettingsError, match=r"COSTBOT_TEAMS_ANONYMOUS.*loopback"):
        read({"COSTBOT_TEAMS_ANONYMOUS": "1", "COSTBOT_BIND": bind})
    assert read({"COSTBOT_BIND": bind}).bind.loopback is False


@given(st.ip_addresses(), st.integers(0, 65535))
def test_any_address_can_be_written_and_only_loopback_may_be_anonymous(address: Any, port: int):
    bind = read({"COSTBOT_BIND": str(Bind(str(address), port))}).bind
    assert (bind.host, bind.port) == (str(address), port)
    environ = {"COSTBOT_TEAMS_ANONYMOUS": "1", "COSTBOT_BIND": str(bind)}
    if address.is_loopback:
        assert read(environ).teams_anonymous
    else:
        with pytest.raises(SettingsError):
            read(environ)


def test_who_answers_from_a_table_names_it():
    with pytest.raises(SettingsError, match="COSTBOT_AGGREGATES_TABLE is not set"):
        read({"COSTBOT_AGGREGATES_SERVE": "1"})


def test_a_teams_app_needs_its_tenants():
    with pytest.raises(SettingsError, match="TEAMS_TENANTS is not set"):
        read({"TEAMS_APP_ID": "1b4e28ba"})
    assert read({"TEAMS_APP_ID": "1b4e28ba", "TEAMS_TENANTS": "t1"}).teams_on
