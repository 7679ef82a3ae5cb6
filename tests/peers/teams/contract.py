"""What Teams would refuse: activities against the published contract, cards against their lint."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft4Validator

from tests.lint.adaptive import lint
from tests.shared import SHARED

CONTRACT = SHARED / "contracts" / "botframework-connector.json"
ADAPTIVE = "application/vnd.microsoft.card.adaptive"
#: learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
ACTIVITY_BYTES = 100 * 1024


def problems_of(activity: Any) -> list[str]:
    """Every reason to refuse an outgoing activity."""
    if not isinstance(activity, dict):
        return ["an activity is an object"]
    found = [f"{where}: {what}" for where, what in _contract_problems(activity)]
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > ACTIVITY_BYTES:
        found.append("MessageSizeTooBig")
    if activity.get("type") not in ("message", "typing"):
        found.append(f"a bot does not send {activity.get('type')!r}")
    if activity.get("type") == "message":
        if not activity.get("text") and not activity.get("attachments"):
            found.append("an empty message")
        found += _mention_problems(activity)
        for attachment in activity.get("attachments", ()):
            if isinstance(attachment, dict) and attachment.get("contentType") == ADAPTIVE:
                found += lint(attachment.get("content"))
    return found


def dialog_problems(body: Any) -> list[str]:
    """Every reason why Teams would show no dialog for this answer to an invoke.

    learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
    """
    task = body.get("task") if isinstance(body, dict) and set(body) == {"task"} else None
    if not isinstance(task, dict) or set(task) != {"type", "value"}:
        return [f"not a task: {body!r:.200}"]
    kind, value = task["type"], task["value"]
    if kind == "message":
        return [] if isinstance(value, str) and value.strip() else ["a message says nothing"]
    if kind != "continue" or not isinstance(value, dict):
        return [f"no such task: {kind!r}"]
    found = [
        f"task: no {name}" for name in ("title", "height", "width", "card") if name not in value
    ]
    found += [
        f"task: unknown {name}" for name in value.keys() - {"title", "height", "width", "card"}
    ]
    if not isinstance(value.get("title"), str) or not 1 <= len(value["title"]) <= 64:
        found.append("task.title: 1 to 64 characters")
    for side in ("height", "width"):
        size = value.get(side)
        if size not in ("small", "medium", "large") and not (
            isinstance(size, int) and 100 <= size <= 720
        ):
            found.append(f"task.{side}: {size!r}")
    card = value.get("card")
    if not isinstance(card, dict) or card.get("contentType") != ADAPTIVE:
        return [*found, "task.card: not an Adaptive Card"]
    return found + lint(card.get("content")) + _form_problems(card.get("content"))


def _form_problems(card: Any) -> list[str]:
    """What a dialog cannot do with the parts of its card."""
    found = list[str]()
    for part in _parts(card):
        kind = str(part.get("type"))
        if kind == "Action.Execute":
            found.append("Action.Execute does nothing in a dialog")
        if kind.startswith("Input."):
            found += [f"{part.get('id')}: no label"] if not part.get("label") else []
            if part.get("isRequired") and not part.get("errorMessage"):
                found.append(f"{part.get('id')}: is required and does not say so")
            choices = [one["value"] for one in part.get("choices", ())]
            if choices and part.get("value", choices[0]) not in choices:
                found.append(f"{part.get('id')}: filled in with none of its choices")
            if len(part.get("value", "")) > part.get("maxLength", 100_000):
                found.append(f"{part.get('id')}: filled in with more than fits")
    return found


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        yield from _parts(inner)


def _mention_problems(activity: dict[str, Any]) -> list[str]:
    """`<at>` in text without its entity: Teams shows it raw or refuses it."""
    text = str(activity.get("text", ""))
    named = [entity.get("text") for entity in activity.get("entities", ())]
    return ["<at> without a mention entity"] if "<at" in text and text not in named else []


def _contract_problems(activity: dict[str, Any]) -> list[tuple[str, str]]:
    validator = _validator()
    if validator is None:
        return []
    known = validator.schema["definitions"]["Activity"]["properties"]
    unknown = [("activity", f"no property {name!r}") for name in activity if name not in known]
    wrong = [
        ("/".join(map(str, error.absolute_path)) or "activity", error.message[:200])
        for error in validator.iter_errors(activity)
    ]
    return unknown + wrong


@cache
def _validator() -> Any:
    """None where the contract is not at hand; the self-test says so."""
    if not CONTRACT.exists():
        return None
    definitions = json.loads(CONTRACT.read_text())["definitions"]
    return Draft4Validator({"$ref": "#/definitions/Activity", "definitions": definitions})
