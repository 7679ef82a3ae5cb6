"""Forecasts as they were made, so that people can see how good they were."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("scope", sa.String(300), primary_key=True),
        sa.Column("start", sa.String(10), primary_key=True),
        sa.Column("end", sa.String(10), primary_key=True),
        sa.Column("through", sa.String(10), primary_key=True),
        sa.Column("mean", sa.Text, nullable=False),
        sa.Column("lower", sa.Text, nullable=False),
        sa.Column("upper", sa.Text, nullable=False),
        sa.Column("currency", sa.String(10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("forecasts")
