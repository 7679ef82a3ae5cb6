"""The first shape: findings, showings, lanes, audit, runs, subscriptions, mutes and marks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BEHIND = sa.text("shown < wanted AND stage <> 'dead'")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _findings()
    _showings()
    _records()
    _people()


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.String(60), nullable=False, index=True),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("until", _MOMENT, index=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("resolved_at", _MOMENT),
        sa.Column("occurrence", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )


def _showings() -> None:
    op.create_table(
        "showings",
        sa.Column("finding_id", sa.Text, sa.ForeignKey("findings.id"), primary_key=True),
        sa.Column("destination", sa.String(300), primary_key=True),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("memo", sa.Text, nullable=False),
        sa.Column("wish", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("wanted_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("unsure_at", _MOMENT),
        sa.Column("unsure_before", _MOMENT),
        sa.Column("heard_at", _MOMENT),
        sa.Column("lease", sa.String(40)),
        sa.Column("lease_until", sa.Float),
    )
    op.create_index(
        "showings_behind",
        "showings",
        ["scheme", "priority", "wanted_at"],
        sqlite_where=_BEHIND,
        postgresql_where=_BEHIND,
    )


def _records() -> None:
    op.create_table(
        "lanes",
        sa.Column("destination", sa.String(300), primary_key=True),
        sa.Column("paused_until", _MOMENT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("finding_id", sa.Text, nullable=False, index=True),
        sa.Column("at", _MOMENT, nullable=False, index=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False, index=True),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("job", sa.String(200), primary_key=True),
        sa.Column("logical", sa.String(40), primary_key=True),
        sa.Column("ran_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("key", sa.String(400), primary_key=True),
        sa.Column("until", _MOMENT, nullable=False, index=True),
    )


def _people() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("place", sa.String(300), nullable=False, index=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("every", sa.String(20), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mutes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "conversations",
        sa.Column("place", sa.String(300), primary_key=True),
        sa.Column("service_url", sa.Text, nullable=False),
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "conversations",
        "mutes",
        "subscriptions",
        "marks",
        "runs",
        "audit",
        "lanes",
        "showings",
        "findings",
    ):
        op.drop_table(table)
