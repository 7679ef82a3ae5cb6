"""What a handler is, what it receives and what it returns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from analytics.watching import Watching
from cards.model import Card, Form
from domain.answer import CostTable
from domain.charge import Grant
from domain.delivery import Receipts
from domain.errors import UserError
from domain.finding import Finding
from domain.ports import (
    AwsBudgets,
    Budgets,
    Collections,
    Estimates,
    Findings,
    Forecasts,
    Happenings,
    Lake,
    Letters,
    Metrics,
    Mutes,
    Routes,
    Subscriptions,
    Tickets,
)
from domain.query import Measure
from domain.trouble import SelfWatch
from domain.unit import Unit
from handlers.per_load import PerLoad


class Surface(StrEnum):
    """Where a question was asked: in a shared room, in private, or at a terminal."""

    ROOM = "room"
    DIRECT = "direct"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person: ids are the platform's own; `tenant` is the Slack team or the Entra tenant."""

    platform: str
    id: str
    name: str
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The place the question came from; `message` is the one whose button was clicked, "" for
    none, named as a receipt's `ref` names it."""

    platform: str
    place: str
    surface: Surface
    message: str = ""

    @property
    def destination(self) -> str:
        """This place as delivery calls it, such as `slack:C0123`."""
        return f"{self.platform}:{self.place}"


@dataclass(frozen=True, slots=True)
class StateOf:
    """The memory, as ports: findings, and what people asked for around them."""

    findings: Findings
    subscriptions: Subscriptions
    mutes: Mutes
    routes: Routes
    letters: Letters
    forecasts: Forecasts
    budgets: Budgets
    collected: Collections


@dataclass(frozen=True, slots=True)
class Use:
    """What handlers may use of the outside, as ports, and the settings that shape answers.

    `state` opens the memory, which most questions do not need; `pager` is the destination that
    pages people, "" for none; `units` are what costs can be divided by, and `metrics` knows how
    many there were; `zone` is the time zone of a schedule that names none; `sensitivity` says how
    much of the unusual is told, by team, account or service, "" for all; `aws_budgets` are those
    that AWS keeps, and `estimates` what it estimates, where they are asked for; `credits` are what
    people know of credits that the bill does not tell; `itself` looks at costbot; `per_load` and
    `watching` are what is remembered of the bill.
    """

    lake: Lake
    commands: Mapping[str, "Command"]
    measure: Measure = Measure.UNBLENDED
    owner_tags: tuple[str, ...] = ("team", "owner")
    settle_days: int = 2
    zone: str = "UTC"
    sensitivity: Mapping[str, str] = field(default_factory=dict[str, str])
    state: "Callable[[], StateOf] | None" = None
    tickets: Tickets | None = None
    pager: str = ""
    happenings: Happenings | None = None
    units: tuple[Unit, ...] = ()
    metrics: Metrics | None = None
    aws_budgets: AwsBudgets | None = None
    estimates: Estimates | None = None
    credits: tuple[Grant, ...] = ()
    itself: SelfWatch | None = None
    per_load: PerLoad = field(default_factory=PerLoad)
    watching: Watching = field(default_factory=Watching)

    @property
    def memory(self) -> "StateOf":
        """What is remembered; UserError where this bot remembers nothing, as in a one-shot."""
        if self.state is None:
            raise UserError("This needs the running bot's memory. Start it with: make run")
        return self.state()


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, from where, at which moment (UTC), with what at hand."""

    actor: Actor
    origin: Origin
    now: datetime
    use: Use

    @property
    def today(self) -> date:
        """The current UTC billing day."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Answer:
    """A card to show; `table` is the same truth as data. `public` shows it to the whole room,
    `replaces` puts it in the place of the message whose button was clicked, `refused` marks a
    question that could not be answered.

    `form` is to be filled in; where none can be opened the card is shown, which says how to go on.
    `faults` say what is wrong with a form that was sent, by field. `drawn` says that the clicked
    message is a copy that delivery redraws by itself.
    """

    card: Card
    table: CostTable | None = None
    settled_through: date | None = None
    public: bool = False
    replaces: bool = False
    refused: bool = False
    form: Form | None = None
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One `/cost` subcommand. `usage` lines and `examples` feed help, the docs and the tests.

    `changes` says which words do more than answer, so that they are never asked by themselves.
    """

    name: str
    summary: str
    usage: Sequence[str]
    examples: Sequence[str]
    run: Callable[[Context, str], Awaitable[Answer]]
    aliases: Sequence[str] = ()
    changes: bool | Callable[[str], bool] = False

    def is_deed(self, words: str) -> bool:
        """Whether the command, with these words, changes something."""
        return self.changes(words) if callable(self.changes) else self.changes


@dataclass(frozen=True, slots=True)
class ActionHandler:
    """What a click on a button with this action name does."""

    name: str
    summary: str
    run: Callable[[Context, Mapping[str, str]], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class AlertKind:
    """What is looked for in the bill by itself, one file each in `handlers/alerts`.

    `find` yields findings from settled days, whose `kind` is this name or, for unusual usage, one
    of `domain.finding.UNUSUAL`; it sends nothing. `draw` is
    the picture of one, None for the common one of `cards/views/finding.py`. What is `hourly`
    looks at more than the bill, and is looked for every hour.
    """

    name: str
    summary: str
    find: Callable[[Context], Awaitable[Sequence[Finding]]]
    draw: Callable[[Context, Finding, Receipts], Awaitable[Card]] | None = None
    hourly: bool = False
