"""The contact sheet: one page with every picture, a row for each example."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>costbot: the gallery</title>
<style>
  body { margin: 24px; background: #eceef3; color: #1b2333; font: 15px/1.4 system-ui, sans-serif; }
  section { margin: 0 0 40px; }
  .row { display: flex; gap: 16px; align-items: flex-start; overflow-x: auto; padding: 4px; }
  figure { margin: 0; flex: none; }
  figcaption { color: #5a6477; font-size: 13px; margin: 0 0 4px; }
  img { display: block; border-radius: 6px; box-shadow: 0 1px 4px rgb(0 0 0 / 18%); height: auto; }
</style>
</head>
<body>
<h1>Every example card, as people see it</h1>
"""
_PHONE_PIXELS = 300
_DESKTOP_PIXELS = 520


def write(folder: Path, made: Mapping[str, Mapping[str, Path]]) -> Path:
    """Write index.html beside the pictures."""
    rows = [
        f"<section><h2>{escape(name)}</h2>{_row(looks)}</section>" for name, looks in made.items()
    ]
    index = folder / "index.html"
    index.write_text(_HEAD + "\n".join(rows) + "\n</body>\n</html>\n")
    return index


def _row(looks: Mapping[str, Path]) -> str:
    return f'<div class="row">{"".join(_figure(*look) for look in looks.items())}</div>'


def _figure(look: str, path: Path) -> str:
    narrow = look.endswith(("phone", "pictures"))
    width = _PHONE_PIXELS if narrow else _DESKTOP_PIXELS
    name = escape(path.name)
    image = f'<a href="{name}"><img src="{name}" alt="" width="{width}" loading="lazy"></a>'
    return f"<figure><figcaption>{escape(look)}</figcaption>{image}</figure>"
