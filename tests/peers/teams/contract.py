"""What Teams would refuse: activities against the published contract, cards against their lint."""

import json
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
