"""The manifests: what Slack and Teams accept, filled in for one installation."""

import copy
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from bot import manifest, registry
from bot.__main__ import main
from bot.adapters.slack.quotes import MESSAGE_ACTIONS
from bot.adapters.teams.quoted import COMMANDS
from domain.errors import SettingsError
from tests.shared import ROOT, contract

APP_ID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
ADDRESS = "https://bot.acme.test"

#: The Web API methods that the adapter may call, and the scopes that each needs.
#: https://docs.slack.dev/reference/methods
SCOPES_OF: dict[str, set[str]] = {
    "apps_connections_open": set(),
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write", "chat:write.public"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "files_upload_v2": {"files:write"},
    "users_info": {"users:read"},
    "views_open": set(),
}
METHOD = re.compile(
    r"\.((?:apps|auth|bots|canvases|chat|conversations|files|links|pins|reactions|team|users|views)"
    r"_\w+)\("
)
SCOPE_OF_EVENT = {"app_mention": "app_mentions:read", "message.im": "im:history"}


def valid(document: dict[str, Any], schema_name: str) -> None:
    schema = contract(schema_name)
    validator = jsonschema.validators.validator_for(schema)
    errors = [error.message for error in validator(schema).iter_errors(document)]
    assert not errors


def committed(platform: str) -> dict[str, Any]:
    return json.loads((ROOT / "deploy" / platform / "manifest.json").read_text())


def packed(package: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        return json.loads(file.read("manifest.json"))


def test_slack_accepts_the_manifest():
    valid(committed("slack"), "slack-manifest-2.json")
    valid(json.loads(manifest.slack(ADDRESS)), "slack-manifest-2.json")
    valid(json.loads(manifest.slack(None, socket_mode=True)), "slack-manifest-2.json")


def test_teams_accepts_the_manifest():
    valid(committed("teams"), "teams-manifest-1.24.json")
    valid(packed(manifest.teams(APP_ID, ADDRESS)), "teams-manifest-1.24.json")


@pytest.mark.parametrize(
    ("platform", "schema_name", "path", "bad"),
    [
        ("slack", "slack-manifest-2.json", ["features", "slash_commands", 0, "command"], "cost"),
        ("slack", "slack-manifest-2.json", ["features", "shortcuts", 0, "name"], "x" * 25),
        ("slack", "slack-manifest-2.json", ["settings", "interactivity"], {}),
        ("slack", "slack-manifest-2.json", ["settings", "no_such_setting"], True),
        ("teams", "teams-manifest-1.24.json", ["bots", 0, "botId"], "costbot"),
        ("teams", "teams-manifest-1.24.json", ["bots", 0, "scopes"], ["everywhere"]),
        ("teams", "teams-manifest-1.24.json", ["name", "short"], "x" * 31),
        ("teams", "teams-manifest-1.24.json", ["composeExtensions", 0, "botId"], "costbot"),
        (
            "teams",
            "teams-manifest-1.24.json",
            ["composeExtensions", 0, "commands", 0, "context"],
            ["channel"],
        ),
    ],
)
def test_a_broken_manifest_is_refused(
    platform: str, schema_name: str, path: list[Any], bad: object
):
    broken: Any = copy.deepcopy(committed(platform))
    part = broken
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = bad
    with pytest.raises(AssertionError):
        valid(broken, schema_name)


def test_slack_is_told_our_own_address_everywhere():
    text = manifest.slack(ADDRESS)
    assert manifest.EXAMPLE_HOST not in text
    assert text.count(f'"{ADDRESS}/slack/events"') == 3


def test_socket_mode_names_no_address():
    filled = json.loads(manifest.slack(None, socket_mode=True))
    assert filled["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(filled)


def test_slack_is_asked_for_the_scopes_that_are_used_and_no_other():
    """A call or an event without its scope fails in Slack; a scope without use frightens admins."""
    sources = (ROOT / "bot" / "adapters" / "slack").glob("*.py")
    calls = {call for path in sources for call in METHOD.findall(path.read_text())}
    assert calls <= SCOPES_OF.keys(), "write down the scope of the new method"
    asked = committed("slack")
    events = asked["settings"]["event_subscriptions"]["bot_events"]
    used = {scope for call in calls for scope in SCOPES_OF[call]}
    used |= {SCOPE_OF_EVENT[event] for event in events} | {"commands"}
    assert set(asked["oauth_config"]["scopes"]["bot"]) == used


def test_the_readme_says_what_each_scope_is_for():
    """An admin who installs the app is asked to allow them."""
    readme = (ROOT / "README.md").read_text()
    for scope in committed("slack")["oauth_config"]["scopes"]["bot"]:
        assert f"`{scope}`" in readme


def test_the_message_shortcuts_are_those_that_are_understood():
    """A shortcut that the manifest does not name cannot be chosen in Slack."""
    shortcuts = committed("slack")["features"]["shortcuts"]
    of_messages = {one["callback_id"] for one in shortcuts if one["type"] == "message"}
    assert of_messages == {*MESSAGE_ACTIONS, "ask"}


def test_people_can_write_to_the_bot_directly_in_slack():
    """Without the messages tab, Slack shows no box to type in."""
    home = committed("slack")["features"]["app_home"]
    assert home["messages_tab_enabled"] and not home["messages_tab_read_only_enabled"]


def test_teams_is_told_our_own_id_and_domain():
    filled = packed(manifest.teams(APP_ID, ADDRESS))
    assert filled["id"] == filled["bots"][0]["botId"] == APP_ID
    assert filled["composeExtensions"][0]["botId"] == APP_ID
    assert filled["validDomains"] == ["bot.acme.test"]
    assert manifest.EXAMPLE_HOST not in json.dumps(filled)


def test_teams_offers_the_commands_that_there_are():
    (offered,) = committed("teams")["bots"][0]["commandLists"]
    assert offered["scopes"] == ["personal", "team", "groupChat"]
    summaries = {name: command.summary for name, command in registry.commands().items()}
    titles = [command["title"] for command in offered["commands"]]
    assert titles[0] == "help"
    assert set(titles) <= summaries.keys()
    assert len(titles) == min(len(summaries), 12)
    assert all(entry["description"] == summaries[entry["title"]] for entry in offered["commands"])


def test_teams_offers_for_a_message_what_the_bot_answers():
    """A command that opens a form is asked for with a fetch; the bot knows it by its id."""
    (extension,) = committed("teams")["composeExtensions"]
    assert tuple(command["id"] for command in extension["commands"]) == COMMANDS
    for command in extension["commands"]:
        assert (command["type"], command["fetchTask"]) == ("action", True)
        assert command["context"] == ["message"]


def test_the_manifest_carries_the_version_of_the_project():
    """Teams takes a new package only when its version grew."""
    project = (ROOT / "pyproject.toml").read_text()
    assert f'\nversion = "{committed("teams")["version"]}"\n' in project


def test_the_icons_are_as_teams_asks():
    colour = Image.open(ROOT / "deploy" / "teams" / "color.png")
    assert (colour.size, colour.mode) == ((192, 192), "RGB")
    outline = Image.open(ROOT / "deploy" / "teams" / "outline.png")
    assert (outline.size, outline.mode) == ((32, 32), "RGBA")
    red_green_blue = outline.convert("RGB").getextrema()
    assert red_green_blue == ((255, 255),) * 3
    assert outline.getchannel("A").getextrema() == (0, 255)


def test_equal_packages_are_equal_bytes():
    assert manifest.teams(APP_ID, ADDRESS) == manifest.teams(APP_ID.upper(), ADDRESS)


@pytest.mark.parametrize(
    ("app_id", "address", "named"),
    [
        (None, ADDRESS, "TEAMS_APP_ID"),
        ("costbot", ADDRESS, "TEAMS_APP_ID"),
        (APP_ID, None, "COSTBOT_PUBLIC_URL"),
        (APP_ID, "http://bot.acme.test", "COSTBOT_PUBLIC_URL"),
    ],
)
def test_what_is_missing_for_teams_is_named(app_id: str | None, address: str | None, named: str):
    with pytest.raises(SettingsError, match=named):
        manifest.teams(app_id, address)


@pytest.mark.parametrize("address", [None, "http://bot.acme.test"])
def test_what_is_missing_for_slack_is_named(address: str | None):
    with pytest.raises(SettingsError, match=r"COSTBOT_PUBLIC_URL.*--socket"):
        manifest.slack(address)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A folder without costbot.toml, an environment without our settings."""
    for name in ("COSTBOT_PUBLIC_URL", "COSTBOT_BIND", "TEAMS_APP_ID", "TEAMS_TENANTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_the_command_line_prints_slacks_manifest(
    elsewhere: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert main(["manifest", "slack"]) == 1
    assert "COSTBOT_PUBLIC_URL" in capsys.readouterr().err
    assert main(["manifest", "slack", "--socket"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["socket_mode_enabled"] is True
    elsewhere.setenv("COSTBOT_PUBLIC_URL", ADDRESS)
    assert main(["manifest", "slack"]) == 0
    assert capsys.readouterr().out == manifest.slack(ADDRESS)


def test_the_command_line_writes_the_teams_package(
    elsewhere: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    elsewhere.setenv("COSTBOT_PUBLIC_URL", ADDRESS)
    elsewhere.setenv("TEAMS_APP_ID", APP_ID)
    elsewhere.setenv("TEAMS_TENANTS", "72f988bf-86f1-41af-91ab-2d7cd011db47")
    assert main(["manifest", "teams", "app.zip"]) == 0
    assert (tmp_path / "app.zip").read_bytes() == manifest.teams(APP_ID, ADDRESS)
    assert main(["manifest", "teams", "no/such/folder/app.zip"]) == 1
    assert "no/such/folder/app.zip cannot be written" in capsys.readouterr().err
