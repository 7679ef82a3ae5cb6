"""The looks: pages that draw like Slack and like Teams, bundled once and kept in a cache folder."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.gallery.errors import GalleryError, MissingToolError

SOURCES = Path(__file__).parent / "looks"
ENTRIES = {"slack": "slack.jsx", "teams": "teams.js"}
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
BUNDLE = (
    "node",
    "node_modules/esbuild/bin/esbuild",
    "--bundle",
    "--minify",
    "--format=iife",
    "--jsx=automatic",
    "--loader:.css=text",
    "--ignore-annotations",  # adaptivecards says it has no side effects, and registers Table by one
    '--define:process.env.NODE_ENV="production"',
    "--log-level=warning",
)
SECONDS = 300


def pages() -> dict[str, str]:
    """The HTML of each look by name; the first call on a machine installs and bundles."""
    folder = _cache() / _version()
    if not all((folder / f"{name}.js").exists() for name in ENTRIES):
        _bundle(folder)
    return {name: _page((folder / f"{name}.js").read_text()) for name in ENTRIES}


def missing() -> str | None:
    """What has to be installed before the first bundle, None when nothing is missing."""
    if (_cache() / _version()).exists() or (shutil.which("node") and shutil.which("npm")):
        return None
    return "The gallery needs Node.js with npm once (Debian: apt install nodejs npm)."


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "costbot" / "gallery"


def _version() -> str:
    """Changes when a source or a locked package does."""
    digest = hashlib.sha256(repr((INSTALL, BUNDLE, ENTRIES)).encode())
    for path in sorted(SOURCES.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _bundle(folder: Path) -> None:
    """Built beside its place and moved there whole, so that two galleries can start at once."""
    reason = missing()
    if reason:
        raise MissingToolError(reason)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".build-") as build:
        work = Path(build) / "work"
        shutil.copytree(SOURCES, work)
        _run(INSTALL, work)
        for name, entry in ENTRIES.items():
            _run((*BUNDLE, entry, f"--outfile={build}/done/{name}.js"), work)
        with suppress(OSError):  # another gallery was first, with the same result
            (Path(build) / "done").rename(folder)


def _run(command: tuple[str, ...], folder: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise GalleryError(f"{command[0]} did not finish in {SECONDS} seconds.") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-800:]
        raise GalleryError(f"{command[0]} failed ({done.returncode}): {said}")


def _page(script: str) -> str:
    safe = script.replace("</script", r"<\/script")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>'
        f'<body><div id="frame"></div><script>{safe}</script></body></html>'
    )
