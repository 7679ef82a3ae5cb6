"""Quiet hours and daily numbers of rooms: when a copy is first wanted, what is held back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("showings", sa.Column("held_until", _MOMENT))
    op.add_column("showings", sa.Column("first_at", _MOMENT))
    op.execute("UPDATE showings SET first_at = wanted_at")
    with op.batch_alter_table("showings") as showings:
        showings.alter_column("first_at", existing_type=_MOMENT, nullable=False)
    op.create_index("showings_first", "showings", ["destination", "first_at"])
    op.create_table(
        "held_back",
        sa.Column("finding_id", sa.Text, sa.ForeignKey("findings.id"), primary_key=True),
        sa.Column("destination", sa.String(300), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True, index=True),
        sa.Column("at", _MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("held_back")
    op.drop_index("showings_first", "showings")
    with op.batch_alter_table("showings") as showings:
        showings.drop_column("first_at")
        showings.drop_column("held_until")
