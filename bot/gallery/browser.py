"""The browser: one headless Chromium without a network, and a page for every look."""

import base64
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.gallery.errors import GalleryError, MissingToolError

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHT = 2400
SCALE = 1.5
#: (address) -> a picture's bytes, None for anything else: the only network there is.
Fetch = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page made of a card."""

    picture: bytes
    text: str
    images: int
    problems: tuple[str, ...]


def executable() -> str:
    """Chromium's path: COSTBOT_CHROMIUM, or the first of the usual names."""
    named = os.environ.get("COSTBOT_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        what = f"COSTBOT_CHROMIUM={named} is not a program" if named else "There is no Chromium"
        raise MissingToolError(
            f"{what}: install it (Debian: apt install chromium) or set COSTBOT_CHROMIUM."
        )
    return found


class Browser:
    """Draws cards; a page is kept, so that each is loaded once."""

    def __init__(self, chromium: Any, fetch: Fetch) -> None:
        self._chromium = chromium
        self._fetch = fetch
        self._pages: dict[str, tuple[Any, Any]] = {}

    def show(self, html: str, width: int, content: object) -> Shown:
        """Hand `content` to the page's `show` and photograph what it drew."""
        page, camera = self._pages.get(html) or self._open(html)
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": HEIGHT})
        drawn = page.evaluate(_SHOW, content)
        clip = {"x": 0, "y": 0, "width": width, "height": drawn["height"], "scale": SCALE}
        beyond = drawn["height"] > HEIGHT
        shot = {"clip": clip, "optimizeForSpeed": True, "captureBeyondViewport": beyond}
        picture = base64.b64decode(camera.send("Page.captureScreenshot", shot)["data"])
        return Shown(picture, drawn["text"], drawn["images"], tuple(drawn["problems"]))

    def _open(self, html: str) -> tuple[Any, Any]:
        """A page and its camera; Playwright's own screenshot takes three times as long."""
        context = self._chromium.new_context(
            timezone_id="UTC",
            locale="en-GB",
        )
        context.route("**/*", self._answer)
        page = context.new_page()
        page.set_content(html)
        self._pages[html] = page, context.new_cdp_session(page)
        return self._pages[html]

    def _answer(self, route: Any) -> None:
        content = self._fetch(route.request.url)
        if content is None:
            route.abort()
        else:
            route.fulfill(body=content, content_type="image/png")


@contextmanager
def launched(fetch: Fetch) -> Generator[Browser]:
    """A browser for as long as the gallery is made."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise MissingToolError("The gallery needs Playwright: pip install playwright.") from error
    path = executable()
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        except Error as error:
            raise GalleryError(f"{path} does not start: {error.message[:400]}") from error
        try:
            yield Browser(chromium, fetch)
        finally:
            chromium.close()


#: Waits until every image is there or has failed, and counts those that can be seen.
_SHOW = """async content => {
  const {text, problems} = window.show(content);
  const images = [...document.querySelectorAll("#frame img")];
  await Promise.all(images.map(image => image.decode().catch(() => {})));
  const seen = images.filter(image => image.naturalWidth && image.src.startsWith("https:"));
  const height = Math.ceil(document.getElementById("frame").getBoundingClientRect().height);
  return {text, problems, height, images: seen.length};
}"""
