"""The settings: environment variables over `costbot.toml`, checked at start, never shown."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.places import place
from domain.access import Access
from domain.errors import SettingsError
from domain.finding import SENSITIVITIES
from domain.query import Measure


class Secret:
    """A value that prints as stars; `reveal()` is the only way to read it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Bind:
    """The address to listen on."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _bind(text: str) -> Bind:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("write it as host:port, such as 127.0.0.1:8080")
    return Bind(host.strip("[]"), int(port))


def _url(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc:
        raise ValueError("write a whole address, such as https://costbot.example.com")
    return text.rstrip("/")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _places(text: str) -> tuple[str, ...]:
    return tuple(map(place, _words(text)))


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"use one of {', '.join(allowed)}")
        return text

    return read


def _measure(text: str) -> Measure:
    return Measure(_one_of(*Measure)(text))


def _switch(text: str) -> bool:
    return _one_of("0", "1")(text) == "1"


def _role(text: str) -> str:
    if not re.fullmatch(r"[\w+=,.@/-]{1,512}", text, re.ASCII):
        raise ValueError("write the name of a role without its account, such as costbot-read")
    return text


def _role_arn(text: str) -> str:
    if not re.fullmatch(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}", text, re.ASCII):
        raise ValueError("write its ARN, such as arn:aws:iam::123456789012:role/costbot-read")
    return text


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not 0 <= amount <= 1000:
        raise ValueError("write dollars for a day, such as 1.50")
    return amount


def _athena(text: str) -> str:
    if not re.fullmatch(r"[\w-]+/[\w.-]+@s3://[a-z0-9][a-z0-9.-]+/\S+", text):
        raise ValueError("write workgroup/database@s3://bucket/folder")
    return text


def _exports(text: str) -> tuple[str, ...]:
    addresses = _words(text)
    for address in addresses:
        if not re.fullmatch(
            r"s3://[a-z0-9][a-z0-9.-]+(/.*)?|dynamodb://[A-Za-z0-9_.-]{3,255}", address
        ):
            raise ValueError("write addresses such as s3://bucket/prefix or dynamodb://table")
    return addresses


def _table(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", text):
        raise ValueError("write the name of a DynamoDB table, such as costbot-aggregates")
    return text


def _sensitivity(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(","):
        name, _, word = part.strip().rpartition("=")
        if word.strip() not in SENSITIVITIES:
            allowed = ", ".join(SENSITIVITIES)
            raise ValueError(f"use one of {allowed}, or: normal, ml=low, payments=high")
        found[name.strip()] = word.strip()
    return found


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError("write an IANA name, such as Europe/Berlin") from None


def _setting(variable: str, read: Callable[[str], Any], **default: Any) -> Any:
    return field(metadata={"variable": variable, "read": read}, **default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured. What is not set is off."""

    data_dir: Path = _setting("COSTBOT_DATA_DIR", Path, default=Path("data"))
    bind: Bind = _setting("COSTBOT_BIND", _bind, default=Bind("127.0.0.1", 8080))
    public_url: str | None = _setting("COSTBOT_PUBLIC_URL", _url, default=None)
    engine: str = _setting("COSTBOT_ENGINE", _one_of("duckdb", "spark", "athena"), default="duckdb")
    spark_master: str = _setting("COSTBOT_SPARK_MASTER", str, default="local[*]")
    athena: str | None = _setting("COSTBOT_ATHENA", _athena, default=None)
    measure: Measure = _setting("COSTBOT_MEASURE", _measure, default=Measure.UNBLENDED)
    owner_tags: tuple[str, ...] = _setting("COSTBOT_OWNER_TAGS", _words, default=("team", "owner"))
    database_url: Secret | None = _setting("COSTBOT_DATABASE_URL", Secret, default=None)
    alert_rooms: tuple[str, ...] = _setting("COSTBOT_ALERT_ROOMS", _places, default=())
    zone: str = _setting("COSTBOT_ZONE", _zone, default="UTC")
    cloudtrail: bool = _setting("COSTBOT_CLOUDTRAIL", _switch, default=False)
    cloudtrail_role: str | None = _setting("COSTBOT_CLOUDTRAIL_ROLE", _role, default=None)
    exports: tuple[str, ...] = _setting("COSTBOT_EXPORTS", _exports, default=())
    collect: tuple[str, ...] = _setting("COSTBOT_COLLECT", _words, default=())
    cost_explorer: bool = _setting("COSTBOT_COST_EXPLORER", _switch, default=False)
    cost_explorer_limit: Decimal = _setting(
        "COSTBOT_COST_EXPLORER_LIMIT", _dollars, default=Decimal(1)
    )
    aws_role: str | None = _setting("COSTBOT_AWS_ROLE", _role_arn, default=None)
    aws_external_id: Secret | None = _setting("COSTBOT_AWS_EXTERNAL_ID", Secret, default=None)
    aws_budgets: bool = _setting("COSTBOT_AWS_BUDGETS", _switch, default=False)
    estimated_charges: bool = _setting("COSTBOT_ESTIMATED_CHARGES", _switch, default=False)
    aggregates_table: str | None = _setting("COSTBOT_AGGREGATES_TABLE", _table, default=None)
    aggregates_serve: bool = _setting("COSTBOT_AGGREGATES_SERVE", _switch, default=False)
    sensitivity: Mapping[str, str] = _setting(
        "COSTBOT_SENSITIVITY", _sensitivity, default_factory=lambda: _sensitivity("normal")
    )
    slack_bot_token: Secret | None = _setting("SLACK_BOT_TOKEN", Secret, default=None)
    slack_signing_secret: Secret | None = _setting("SLACK_SIGNING_SECRET", Secret, default=None)
    slack_app_token: Secret | None = _setting("SLACK_APP_TOKEN", Secret, default=None)
    slack_api_url: str = _setting("SLACK_API_URL", _url, default="https://slack.com/api")
    teams_app_id: str | None = _setting("TEAMS_APP_ID", str, default=None)
    teams_app_password: Secret | None = _setting("TEAMS_APP_PASSWORD", Secret, default=None)
    # The tenant that issues the bot's own token; single-tenant registrations name theirs.
    teams_app_tenant: str = _setting("TEAMS_APP_TENANT", str, default="botframework.com")
    teams_tenants: tuple[str, ...] = _setting("TEAMS_TENANTS", _words, default=())
    teams_openid_url: str = _setting(
        "TEAMS_OPENID_URL",
        _url,
        default="https://login.botframework.com/v1/.well-known/openidconfiguration",
    )
    teams_anonymous: bool = _setting("COSTBOT_TEAMS_ANONYMOUS", _switch, default=False)
    jira_url: str | None = _setting("JIRA_URL", _url, default=None)
    jira_email: str | None = _setting("JIRA_EMAIL", str, default=None)
    jira_token: Secret | None = _setting("JIRA_TOKEN", Secret, default=None)
    jira_project: str | None = _setting("JIRA_PROJECT", str, default=None)
    jira_webhook_secret: Secret | None = _setting("JIRA_WEBHOOK_SECRET", Secret, default=None)
    pagerduty_routing_key: Secret | None = _setting("PAGERDUTY_ROUTING_KEY", Secret, default=None)
    pagerduty_events_url: str = _setting(
        "PAGERDUTY_EVENTS_URL", _url, default="https://events.pagerduty.com"
    )
    pagerduty_webhook_secret: Secret | None = _setting(
        "PAGERDUTY_WEBHOOK_SECRET", Secret, default=None
    )
    dd_api_key: Secret | None = _setting("DD_API_KEY", Secret, default=None)
    dd_app_key: Secret | None = _setting("DD_APP_KEY", Secret, default=None)
    dd_host: str = _setting("DD_HOST", str, default="datadoghq.com")

    def __post_init__(self) -> None:
        if self.teams_anonymous and not self.bind.loopback:
            raise SettingsError(
                "COSTBOT_TEAMS_ANONYMOUS=1 turns Teams authentication off, so it is only allowed "
                f"on a loopback address; COSTBOT_BIND is {self.bind}."
            )
        if self.aggregates_serve and not self.aggregates_table:
            raise SettingsError(
                "COSTBOT_AGGREGATES_SERVE=1 answers from a table, but COSTBOT_AGGREGATES_TABLE is "
                "not set: name the table."
            )
        if self.engine == "athena" and self.athena is None:
            raise SettingsError(
                "COSTBOT_ENGINE=athena needs COSTBOT_ATHENA=workgroup/database@s3://bucket/folder."
            )
        if self.teams_app_id and not self.teams_tenants:
            raise SettingsError(
                "TEAMS_TENANTS is not set: list the Entra tenant ids that may talk to the bot."
            )

    @property
    def shared(self) -> bool:
        """Whether several costbots may share the memory."""
        url = self.database_url
        return url is not None and url.reveal().startswith("postgres")

    @property
    def aws_access(self) -> Access:
        """Whose eyes look at the account that pays."""
        external = self.aws_external_id
        return Access(self.aws_role or "", external.reveal() if external else "")

    @property
    def slack_on(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def teams_on(self) -> bool:
        return self.teams_app_id is not None or self.teams_anonymous


def load_settings(environ: Mapping[str, str], toml: Path = Path("costbot.toml")) -> Settings:
    """The settings from `environ`, then from `toml` (same names, any case) where it exists."""
    given = _not_empty(_read_toml(toml)) | _not_empty(environ)
    values: dict[str, Any] = {}
    for entry in fields(Settings):
        variable, read = entry.metadata["variable"], entry.metadata["read"]
        if variable in given:
            try:
                values[entry.name] = read(given[variable])
            except ValueError as error:
                raise SettingsError(f"{variable} is not understood: {error}.") from error
    return Settings(**values)


#: Tables of the file that are no settings: where findings go (`bot/route_file.py`), what costs are
#: divided by (`bot/unit_file.py`), how large credits are (`bot/credit_file.py`), and how tables of
#: sums are read (`bot/aggregate_file.py`).
TABLES = ("route", "rooms", "owners", "units", "credits", "aggregates")


def _not_empty(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text != ""}


def _read_toml(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error
    known = {entry.metadata["variable"] for entry in fields(Settings)}
    plain = {name.upper(): value for name, value in table.items() if name not in TABLES}
    unknown = sorted(set(plain) - known)
    if unknown:
        raise SettingsError(f"{path} has a setting that costbot does not know: {unknown[0]}.")
    return {name: _as_text(value) for name, value in plain.items()}


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
