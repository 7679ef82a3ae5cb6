"""What is sent by itself: one subscription, and all of a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from cards.buttons import SHARE
from cards.model import Action, Button, Buttons, Card, Code, Column, Facts, Note, Table, Text, Tone


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as people read it: `when` is "every day at 09:00 Europe/Berlin"."""

    number: int
    words: str
    when: str
    who: str
    next_local: datetime
    next_utc: datetime
    zone: str


def card(one: Subscribed, where: str, remark: str = "") -> Card:
    """It is set up: what comes where, and when next."""
    utc = f"{_moment(one.next_utc)} UTC"
    facts = Facts(
        (
            ("What", (Code(f"/cost {one.words}"),)),
            ("Where", (where,)),
            ("Next", (f"{_moment(one.next_local)} {one.zone}",)),
            *((("In UTC", (utc,)),) if one.zone != "UTC" else ()),
        )
    )
    buttons = Buttons(
        (
            Button("Send one now", Action(SHARE, {"text": one.words}), "primary"),
            Button("Stop", _stop(one), "danger"),
        )
    )
    note = Note((f"Number {one.number}. To stop it: ", Code(f"/cost unsubscribe {one.number}")))
    remarks = (Text((remark,)),) if remark else ()
    return Card(f"Subscribed: {one.when}", (facts, *remarks, buttons, note), Tone.GOOD)


def listed(subscriptions: Sequence[Subscribed], where: str) -> Card:
    """Everything that is sent to a place by itself."""
    if not subscriptions:
        how = "Ask for a report and say when, or put any command behind subscribe."
        examples = (
            "report daily here at 09:00",
            "subscribe by service last 7d every monday at 09:00",
        )
        buttons = tuple(Button(text, Action("ask", {"text": text})) for text in examples)
        return Card(f"Nothing is sent to {where} by itself", (Text((how,)), Buttons(buttons)))
    # A phone has room for two columns.
    rows = tuple(
        (
            f"{one.number}: /cost {one.words}",
            f"{one.when}, next {_moment(one.next_utc)} UTC, for {one.who}",
        )
        for one in subscriptions
    )
    columns = (Column("What"), Column("When"))
    stops = tuple(
        Button(f"Stop {one.number}", Action("ask", {"text": f"unsubscribe {one.number}"}))
        for one in subscriptions
    )
    return Card(f"Sent to {where} by itself", (Table(columns, rows), Buttons(stops)))


def stopped(one: Subscribed) -> Card:
    """It is gone, and how to have it back."""
    said = Text((Code(f"/cost {one.words}"), f" is not sent {one.when} any more."))
    again = Button("Start again", Action("ask", {"text": f"subscribe {one.words} {one.when}"}))
    return Card(f"Subscription {one.number} is stopped", (said, Buttons((again,))))


def _stop(one: Subscribed) -> Action:
    return Action("ask", {"text": f"unsubscribe {one.number}"})


def _moment(value: datetime) -> str:
    return f"{value:%a} {value.day} {value:%b %Y}, {value:%H:%M}"


def _example(number: int, words: str, when: str, who: str) -> Subscribed:
    utc = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    local = utc.astimezone(timezone(timedelta(hours=1)))
    return Subscribed(number, words, when, who, local, utc, "Europe/Berlin")


_DAILY = _example(3, "report daily", "every day at 09:00 Europe/Berlin", "Ada")
_WEEKLY = _example(
    4, "by service last 7d where team=payments", "every Monday at 09:00 Europe/Berlin", "Grace"
)
EXAMPLES = {
    "subscribed": card(_DAILY, "this channel", "You named no time zone, so it is Europe/Berlin."),
    "listed": listed((_DAILY, _WEEKLY), "this channel"),
    "none": listed((), "this channel"),
    "stopped": stopped(_DAILY),
}
