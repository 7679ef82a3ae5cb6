"""A finding: what it is, where else it is shown, who did what, and what can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from cards import specimens, words
from cards.model import (
    Action,
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Facts,
    Link,
    Note,
    Spans,
    Text,
    Tone,
)
from domain.delivery import Receipt, Showing, Stage
from domain.finding import UNUSUAL, Entry, Finding, Severity, Status

#: Steps of its history that are shown: the newest.
STEPS = 4

_TONES = {Severity.CRITICAL: Tone.BAD, Severity.HIGH: Tone.BAD, Severity.MEDIUM: Tone.WARNING}
#: What a place is called, what is said while the copy is on its way, and when it failed for good.
_PLACES = {
    "jira": ("Jira", "creating…", "not created"),
    "pagerduty": ("PagerDuty", "paging…", "not paged"),
    "slack": ("Slack", "on its way…", "not posted"),
    "teams": ("Teams", "on its way…", "not posted"),
    "datadog": ("Datadog", "on its way…", "not recorded"),
    "aws": ("AWS feedback", "on its way…", "not sent"),
}
#: What a link to a copy is called; a ticket goes by its key.
_LINKS = {"slack": "message", "teams": "message", "pagerduty": "incident", "datadog": "event"}


def finding(
    found: Finding,
    copies: Sequence[Showing] = (),
    body: Sequence[Block] = (),
    buttons: bool = True,
) -> Card:
    """`copies` are the other places where it is shown; `body` stands between facts and history."""
    blocks: list[Block] = [Text(_state(found)), Facts(tuple(_facts(found)))]
    blocks += body
    places = tuple(fact for copy in copies if (fact := _place(copy)))
    blocks += [Facts(places)] if places else []
    blocks += [Note(_history(found.log[-STEPS:]))] if found.log else []
    if buttons:
        blocks += _buttons(found, copies)
        blocks += _more(found)
    return Card(f"{found.name} {found.title}", tuple(blocks), _tone(found))


def _tone(found: Finding) -> Tone:
    if found.status is Status.RESOLVED:
        return Tone.GOOD
    if found.status is not Status.OPEN:
        return Tone.NEUTRAL
    return _TONES.get(found.severity, Tone.NEUTRAL)


def _state(found: Finding) -> Spans:
    """Open since when, or what became of it and until when."""
    severity = f", {found.severity}"
    if found.status is Status.OPEN:
        since = f" since {words.moment(found.opened_at)}" if found.opened_at else ""
        return (Bold("Open"), f"{since}{severity}")
    until = f" until {words.moment(found.until)}" if found.until else ""
    name = "Not an anomaly" if found.status is Status.DISMISSED else found.status.capitalize()
    return (Bold(name), f"{until}{severity}")


def _facts(found: Finding) -> Iterator[tuple[str, Spans]]:
    if found.impact is not None:
        yield "Impact", (Bold(words.change_of(found.impact)),)
    for label, value in found.facts:
        yield label, (value,)
    yield "Owner", (found.owner or "nobody knows",)
    if found.assignee:
        yield "Assigned to", (found.assignee,)


def _place(copy: Showing) -> tuple[str, Spans] | None:
    name, coming, failed = _PLACES.get(
        copy.scheme, (copy.scheme.capitalize(), "on its way…", "not shown")
    )
    receipt = copy.receipt
    if copy.stage is Stage.DEAD:
        return name, (Bold(failed), f": {copy.reason}. Say: undelivered")
    if receipt.url:
        called = _LINKS.get(copy.scheme) or receipt.ref or "open"
        return name, (Link(called, receipt.url),)
    if copy.stage is Stage.WANTED and not receipt.ref:
        return name, (f"{coming} {copy.reason}".strip(),)
    if copy.scheme == "pagerduty":
        return name, ("paged",)
    return (name, (receipt.ref or "done",)) if copy.scheme == "jira" else None


def _history(log: Sequence[Entry]) -> Spans:
    return ("\n".join(f"{line.who} {line.what}, {words.moment(line.at)}." for line in log),)


def _buttons(found: Finding, copies: Sequence[Showing]) -> Iterator[Buttons]:
    """What can be done in this state, and the way back from it."""

    def button(label: str, action: str, opens: bool = False, primary: bool = False) -> Button:
        style = "primary" if primary else "default"
        return Button(label, Action(action, {"finding": str(found.number)}), style, opens)

    if found.status.closed:
        yield Buttons((button("Open again", "reopen"),))
        return
    first = [button("Acknowledge", "acknowledge", primary=True)]
    if found.status is not Status.OPEN:
        first = [button("Open again", "reopen")]
    there = {copy.scheme for copy in copies}
    if "jira" not in there:
        first.append(button("Create Jira ticket", "ticket", opens=True))
    if "pagerduty" not in there:
        first.append(button("Page", "page", opens=True))
    first.append(button("Resolve", "resolve"))
    yield Buttons(tuple(first))
    second = [button("Assign", "assign", opens=True)]
    if found.status in (Status.OPEN, Status.ACKNOWLEDGED):
        second += [
            button("Snooze", "snooze", opens=True),
            button("Expected", "expected", opens=True),
            button("Not an anomaly", "dismiss", opens=True),
        ]
    yield Buttons(tuple(second))


def _more(found: Finding) -> Iterator[Buttons]:
    """What leads to the numbers behind it, beside this message."""

    def button(label: str, text: str) -> Button:
        return Button(label, Action("look", {"text": text}))

    shown = [button("Show the cost", found.command)] if found.command else []
    if found.kind in UNUSUAL and found.number:
        shown.append(button("Why", f"why {found.name}"))
    if shown:
        yield Buttons(tuple(shown))


_ANN = Entry(specimens.NOW + timedelta(minutes=4), "Ann", "acknowledged it")


def _copy(destination: str, ref: str = "", url: str = "", stage: Stage = Stage.SHOWN) -> Showing:
    return Showing(destination, Receipt(destination, ref, url), stage)


EXAMPLES = {
    "spike": finding(specimens.SPIKE),
    "on its way": finding(
        replace(
            specimens.SPIKE,
            log=(*specimens.SPIKE.log, replace(_ANN, what="asked for a Jira ticket")),
        ),
        (
            _copy("jira:OPS", stage=Stage.WANTED),
            _copy("pagerduty", "costbot:spike", stage=Stage.WANTED),
            _copy("teams:19:a", "1", "https://teams.microsoft.com/l/message/1"),
        ),
    ),
    "acknowledged": finding(
        replace(
            specimens.SPIKE,
            status=Status.ACKNOWLEDGED,
            until=specimens.NOW + timedelta(hours=24),
            assignee="Ann",
            log=(*specimens.SPIKE.log, _ANN),
        ),
        (_copy("jira:OPS", "OPS-12", "https://example.atlassian.net/browse/OPS-12"),),
    ),
    "resolved": finding(
        replace(
            specimens.SPIKE,
            status=Status.RESOLVED,
            log=(*specimens.SPIKE.log, _ANN, replace(_ANN, who="Bob in Jira", what="resolved it")),
        ),
        (_copy("jira:OPS", "OPS-12", "https://example.atlassian.net/browse/OPS-12"),),
    ),
    "given up": finding(
        specimens.SPIKE,
        (replace(_copy("slack:C1", stage=Stage.DEAD), reason="the channel is archived"),),
    ),
    "purchase": finding(specimens.PURCHASE),
    "credit": finding(
        specimens.CREDIT, (_copy("teams:19:a", "1", "https://teams.microsoft.com/l/message/1"),)
    ),
    "hostile": finding(
        replace(
            specimens.SPIKE,
            title="<!channel> *bold* <at>all</at> costs +214 %",
            owner="[x](http://y)",
        )
    ),
}
