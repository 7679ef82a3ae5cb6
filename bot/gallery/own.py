"""The looks that are ours: the local page, and a terminal."""

from pathlib import Path

import bot.adapters.page

_PAGE_CSS = Path(bot.adapters.page.__file__).parent / "page.css"
_TERMINAL_CSS = """
  body { margin: 0; background: #14171f; }
  #frame { padding: 16px 20px; color: #d8dee9; overflow-x: hidden; }
  pre { margin: 0; font: 14px/1.35 "DejaVu Sans Mono", monospace; }
"""


def pages() -> dict[str, str]:
    """The HTML of each look by name."""
    return {
        "page": _page(
            "#frame { padding: 16px; }" + _PAGE_CSS.read_text(),
            "frame.innerHTML = content",
        ),
        "terminal": _page(
            _TERMINAL_CSS,
            "frame.innerHTML = '<pre></pre>'; frame.firstChild.textContent = content",
        ),
    }


def _page(css: str, draw: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><style>{css}</style></head>'
        '<body><div id="frame"></div><script>window.show = content => {'
        f"const frame = document.getElementById('frame'); {draw};"
        "return {text: frame.innerText, problems: []}; }</script></body></html>"
    )
