"""The costbot dashboard as code: cost, budgets, findings, savings and the stream of events.

It is found again by its title and kept as it is written here; what people change in it is
overwritten when this file changes. Copies under another title are theirs.
"""

import hashlib
import json
from typing import Any

from domain.errors import PermanentError
from integrations.calls import within
from integrations.datadog.client import Client

TITLE = "costbot: AWS cost"
_PAGE = 100
#: Dashboards are looked through up to this number.
_MOST = 10_000
_DAY = 86_400
_SCOPE = "{$account,$service,$team}"

JSON = dict[str, Any]


def dashboard() -> JSON:
    """The body of a request; its description ends in a digest of the rest."""
    body: JSON = {
        "title": TITLE,
        "layout_type": "ordered",
        "reflow_type": "auto",
        "template_variables": [
            {"name": name, "prefix": name, "defaults": ["*"]}
            for name in ("account", "service", "team")
        ],
        "widgets": [{"definition": definition} for definition in _definitions()],
    }
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
    return {**body, "description": f"Kept by costbot as code; changes are overwritten. {digest}"}


async def ensure(client: Client, seconds: float = 60.0) -> str:
    """Make the dashboard, or bring it up to date with one PUT; its id, "" where unknown.

    Nothing is sent when it is as written here. Safe to call again after any outcome; two callers
    at the same moment can make two. Needs an application key that may write dashboards. Raises
    TemporaryError or PermanentError, within `seconds`.
    """
    if not client.reads:
        raise PermanentError("dashboards need DD_APP_KEY")
    return await within(seconds, "Datadog", _ensure, client)


def _ensure(client: Client) -> str:
    wanted = dashboard()
    found = _find(client)
    if found is None or found.get("description") != wanted["description"]:
        found = client.put_dashboard(wanted, str(found["id"]) if found else "")
    return str(found.get("id") or "")


def _find(client: Client) -> JSON | None:
    """The oldest with our title, so that everyone who looks finds the same."""
    ours: list[JSON] = []
    for start in range(0, _MOST, _PAGE):
        page = client.dashboards(start, _PAGE)
        ours += [each for each in page if each.get("title") == TITLE and each.get("id")]
        if len(page) < _PAGE:
            break
    return min(ours, key=lambda each: (str(each.get("created_at")), str(each["id"])), default=None)


def _definitions() -> list[JSON]:
    return [
        _lines("Cost per day by service", "bars", {"cost": _query("cost.daily", "service")}),
        _toplist("Services by cost per day", _query("cost.daily", "service")),
        _lines(
            "Budgets: actual against limit",
            "line",
            {"actual": _query("budget.actual", "team"), "limit": _query("budget.limit", "team")},
        ),
        _toplist("Budgets: percent used", _query("budget.percent", "team")),
        _lines("Open findings by severity", "bars", {"open": _query("findings.open", "severity")}),
        _lines(
            "Savings: expected against verified",
            "line",
            {"expected": _query("saving.expected"), "verified": _query("saving.verified")},
        ),
        _stream("Findings"),
    ]


def _query(name: str, by: str = "") -> str:
    """A gauge that is sent about once a day: the day's highest, summed over what is not split."""
    split = f" by {{{by}}}" if by else ""
    return f"sum:costbot.{name}{_SCOPE}{split}.rollup(max, {_DAY})"


def _lines(title: str, display: str, queries: dict[str, str]) -> JSON:
    request = {
        "response_format": "timeseries",
        "display_type": display,
        "queries": [
            {"data_source": "metrics", "name": name, "query": query}
            for name, query in queries.items()
        ],
        "formulas": [{"formula": name, "alias": name} for name in queries],
    }
    return {"type": "timeseries", "title": title, "show_legend": True, "requests": [request]}


def _toplist(title: str, query: str) -> JSON:
    request = {
        "response_format": "scalar",
        "queries": [
            {"data_source": "metrics", "name": "value", "query": query, "aggregator": "last"}
        ],
        "formulas": [{"formula": "value", "limit": {"count": 20, "order": "desc"}}],
    }
    return {"type": "toplist", "title": title, "requests": [request]}


def _stream(title: str) -> JSON:
    request = {
        "response_format": "event_list",
        "columns": [
            {"field": "timestamp", "width": "auto"},
            {"field": "message", "width": "full"},
        ],
        "query": {
            "data_source": "event_stream",
            "query_string": "source:costbot",
            "event_size": "s",
        },
    }
    return {"type": "list_stream", "title": title, "requests": [request]}
