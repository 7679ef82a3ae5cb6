"""What Slack refuses in a message: too many, too long, unknown or misshapen blocks."""

import json
from typing import Any

from tests.lint.blocks import lint

BLOCKS = {
    "actions", "card", "carousel", "container", "context", "context_actions", "data_table",
    "data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan",
    "rich_text", "section", "table", "task_card", "video",
}  # fmt: skip

#: All text of a message's blocks together; found in practice (slackapi/bolt-js#2509).
TEXT_LIMIT = 13_200


class RefusedError(Exception):
    """Slack's error code, what is wrong in words, and the scope that is needed."""

    def __init__(self, code: str, detail: str = "", needed: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.needed = needed


def check_content(body: dict[str, Any], charts: bool) -> tuple[str, list[dict[str, Any]]]:
    """The text and the blocks of a message, or the refusal that they earn."""
    text = body.get("text") or ""
    blocks = _read_blocks(body.get("blocks"))
    if not text and not blocks:
        raise RefusedError("no_text")
    if len(text) > 40_000:
        raise RefusedError("msg_too_long")
    check_blocks(blocks, charts)
    return text, blocks


def check_blocks(blocks: list[dict[str, Any]], charts: bool) -> None:
    if len(blocks) > 50:
        raise RefusedError("invalid_blocks", f"{len(blocks)} blocks, 50 fit")
    for block in blocks:
        if block.get("type") not in BLOCKS:
            raise RefusedError("invalid_blocks", f"no block type {block.get('type')}")
        if block["type"] == "data_visualization" and not charts:
            raise RefusedError("invalid_blocks", "data_visualization is not rolled out here")
    if _length(blocks) > TEXT_LIMIT:
        raise RefusedError("msg_blocks_too_long")
    if problems := _lint(blocks):
        raise RefusedError("invalid_blocks", "; ".join(map(str, problems)))


def _read_blocks(given: Any) -> list[dict[str, Any]]:
    try:
        blocks = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise RefusedError("invalid_blocks_format") from None
    if blocks is None:
        return []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise RefusedError("invalid_blocks_format")
    return blocks


def _lint(blocks: list[dict[str, Any]]) -> list[Any]:
    """The project's own block linter, which knows every limit."""
    return list(lint(blocks))


def _length(node: Any) -> int:
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_length(value) for value in node.values())
    return sum(map(_length, node)) if isinstance(node, list) else 0
