"""The tables of the state, the same on SQLite and PostgreSQL. Migrations must lead here."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


tables = MetaData()

#: One row per finding, for ever. `body` is what nothing is searched by.
findings = Table(
    "findings",
    tables,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", String(60), nullable=False, index=True),
    Column("status", String(20), nullable=False, index=True),
    Column("until", Moment, index=True),
    Column("seen_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("occurrence", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    sqlite_autoincrement=True,
)

#: One row per copy of a finding: behind while `shown < wanted`.
showings = Table(
    "showings",
    tables,
    Column("finding_id", Text, ForeignKey("findings.id"), primary_key=True),
    Column("destination", String(300), primary_key=True),
    Column("scheme", String(40), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False, default=0),
    Column("stage", String(10), nullable=False),
    Column("ref", Text, nullable=False, default=""),
    Column("url", Text, nullable=False, default=""),
    Column("memo", Text, nullable=False, default=""),
    Column("wish", JSON, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("wanted_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    # When its first message was, or will be, wanted: a room may have so many of them a day.
    Column("first_at", Moment, nullable=False),
    Column("held_until", Moment),
    # When the first attempt of unknown outcome began, and by when the last of them had ended; the
    # same without the last attempt, for when that turns out to have changed nothing.
    Column("unsure_at", Moment),
    Column("unsure_until", Moment),
    Column("unsure_before", Moment),
    Column("unsure_until_before", Moment),
    Column("heard_at", Moment),
    Column("lease", String(40)),
    Column("lease_until", Float),
)
Index(
    "showings_behind",
    showings.c.scheme,
    showings.c.priority,
    showings.c.wanted_at,
    sqlite_where=text("shown < wanted AND stage <> 'dead'"),
    postgresql_where=text("shown < wanted AND stage <> 'dead'"),
)

Index("showings_first", showings.c.destination, showings.c.first_at)

#: Findings that a room was spared on a day (UTC, YYYY-MM-DD): its digest tells them.
held_back = Table(
    "held_back",
    tables,
    Column("finding_id", Text, ForeignKey("findings.id"), primary_key=True),
    Column("destination", String(300), primary_key=True),
    Column("day", String(10), primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)

#: What is known of a destination as a whole: whether it asked for a pause, how often it failed.
lanes = Table(
    "lanes",
    tables,
    Column("destination", String(300), primary_key=True),
    Column("paused_until", Moment),
    Column("failures", Integer, nullable=False, default=0),
    Column("reason", Text, nullable=False, default=""),
)

#: Who did what, only ever added to.
audit = Table(
    "audit",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("finding_id", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("by", Text, nullable=False, index=True),
    Column("what", Text, nullable=False),
)

#: Each logical run of a scheduled job, recorded together with what it found.
runs = Table(
    "runs",
    tables,
    Column("job", String(200), primary_key=True),
    Column("logical", String(40), primary_key=True),
    Column("ran_at", Moment, nullable=False),
)

#: Commands that are asked by themselves, again and again, for a place.
subscriptions = Table(
    "subscriptions",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("place", String(300), nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("every", String(20), nullable=False),
    Column("at", String(5), nullable=False),
    Column("zone", String(60), nullable=False),
    Column("by", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    # A number that was taken once is never given again: runs are recorded by it.
    sqlite_autoincrement=True,
)

#: What must not alert for a while: a finding with all of `labels` (and of `kind`, if given).
mutes = Table(
    "mutes",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(60), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("until", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

#: Where in Teams the bot may write unasked.
conversations = Table(
    "conversations",
    tables,
    Column("place", String(300), primary_key=True),
    Column("service_url", Text, nullable=False),
    Column("bot_id", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("kind", String(20), nullable=False),
)

#: Forecasts as they were made: of a period, from the days up to `through` (YYYY-MM-DD).
forecasts = Table(
    "forecasts",
    tables,
    Column("scope", String(300), primary_key=True),
    Column("start", String(10), primary_key=True),
    Column("end", String(10), primary_key=True),
    Column("through", String(10), primary_key=True),
    Column("mean", Text, nullable=False),
    Column("lower", Text, nullable=False),
    Column("upper", Text, nullable=False),
    Column("currency", String(10), nullable=False),
    Column("made_at", Moment, nullable=False),
)

#: What people have agreed to spend; `key` is the name without its case.
budgets = Table(
    "budgets",
    tables,
    Column("key", String(120), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("parent", String(120), nullable=False),
    Column("body", JSON, nullable=False),
    Column("who", String(200), nullable=False),
    Column("by", String(200), nullable=False),
    Column("set_at", Moment, nullable=False),
)

#: What is collected from outside: one row a source, its newest content and how it went.
collected = Table(
    "collected",
    tables,
    Column("source", String(200), primary_key=True),
    Column("tried_at", Moment, nullable=False),
    Column("good_at", Moment),
    Column("said", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("failure", Text, nullable=False),
    Column("failed_since", Moment),
    Column("doing", Text, nullable=False),
)

#: How often a vendor was asked for money on a UTC day (YYYY-MM-DD), by all replicas together.
spent = Table(
    "spent",
    tables,
    Column("what", String(60), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("count", Integer, nullable=False),
)

#: Answers that were paid for; `key` is what was asked, hashed.
replies = Table(
    "replies",
    tables,
    Column("key", String(80), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("until", Moment, nullable=False, index=True),
)

#: Keys of what was handled already: deliveries of Slack, webhooks. Forgotten after a while.
marks = Table(
    "marks",
    tables,
    Column("key", String(400), primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)
