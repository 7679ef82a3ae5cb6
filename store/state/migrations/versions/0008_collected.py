"""What is collected from outside, what asking for it costs, and answers that were paid for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "collected",
        sa.Column("source", sa.String(200), primary_key=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_at", sa.DateTime(timezone=True)),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("failed_since", sa.DateTime(timezone=True)),
        sa.Column("doing", sa.Text, nullable=False),
    )
    op.create_table(
        "spent",
        sa.Column("what", sa.String(60), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "replies",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("replies")
    op.drop_table("spent")
    op.drop_table("collected")
