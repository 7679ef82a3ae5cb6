"""The manifests: what Slack and Teams read to install the bot, filled in from the settings."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from domain.errors import SettingsError

DEPLOY = Path(__file__).parent.parent / "deploy"

#: What the committed manifests say where an installation has its own.
EXAMPLE_HOST = "costbot.example.com"
EXAMPLE_URL = f"https://{EXAMPLE_HOST}"
EXAMPLE_ID = str(UUID(int=0))

ICONS = ("color.png", "outline.png")
#: A zip file cannot say "no time"; a fixed one makes equal packages equal bytes.
NO_TIME = (2020, 1, 1, 0, 0, 0)


def slack(public_url: str | None, *, socket_mode: bool = False) -> str:
    """Slack's app manifest as JSON; Socket Mode needs no address."""
    manifest = _read("slack")
    if socket_mode:
        manifest = _without(manifest, {"url", "request_url"})
        manifest["settings"]["socket_mode_enabled"] = True
    else:
        hint = " Or use --socket: Socket Mode needs no address."
        manifest = _filled(manifest, {EXAMPLE_URL: _https(public_url, hint)})
    return _json(manifest)


def teams(app_id: str | None, public_url: str | None) -> bytes:
    """The Teams app package: a zip file of the manifest and its icons."""
    address = _https(public_url)
    words = {
        EXAMPLE_ID: _guid(app_id),
        EXAMPLE_URL: address,
        EXAMPLE_HOST: urlsplit(address).netloc,
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as file:
        manifest = _json(_filled(_read("teams"), words)).encode()
        file.writestr(zipfile.ZipInfo("manifest.json", NO_TIME), manifest)
        for icon in ICONS:
            picture = (DEPLOY / "teams" / icon).read_bytes()
            file.writestr(zipfile.ZipInfo(icon, NO_TIME), picture)
    return package.getvalue()


def write_teams(path: Path, app_id: str | None, public_url: str | None) -> None:
    """Write the Teams app package to `path`."""
    package = teams(app_id, public_url)
    try:
        path.write_bytes(package)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error


def _read(platform: str) -> dict[str, Any]:
    return json.loads((DEPLOY / platform / "manifest.json").read_text())


def _json(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2) + "\n"


def _https(public_url: str | None, hint: str = "") -> str:
    if public_url is None:
        raise SettingsError(
            f"COSTBOT_PUBLIC_URL is not set: give the https address of this bot.{hint}"
        )
    if not public_url.startswith("https://"):
        raise SettingsError(f"COSTBOT_PUBLIC_URL must begin with https://.{hint}")
    return public_url


def _guid(app_id: str | None) -> str:
    if app_id is None:
        raise SettingsError("TEAMS_APP_ID is not set: give the id of the Entra app registration.")
    try:
        return str(UUID(app_id))
    except ValueError as error:
        raise SettingsError(
            "TEAMS_APP_ID is no app id: it looks like 1b4e28ba-2fa1-11d2-883f-0016d3cca427."
        ) from error


def _filled(part: Any, words: Mapping[str, str]) -> Any:
    """`part` with the start of each of its texts replaced where it is one of `words`."""
    if isinstance(part, dict):
        return {name: _filled(value, words) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, words) for value in part]
    fits = (word for word in words if isinstance(part, str) and part.startswith(word))
    word = next(fits, None)
    return part if word is None else words[word] + part.removeprefix(word)


def _without(part: Any, names: set[str]) -> Any:
    """`part` without the members called one of `names`."""
    if isinstance(part, dict):
        return {name: _without(value, names) for name, value in part.items() if name not in names}
    return part if not isinstance(part, list) else [_without(value, names) for value in part]
