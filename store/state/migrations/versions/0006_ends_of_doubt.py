"""By when an attempt of unknown outcome had ended: its effect may come after that, not before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("showings", sa.Column("unsure_until", _MOMENT))
    op.add_column("showings", sa.Column("unsure_until_before", _MOMENT))


def downgrade() -> None:
    with op.batch_alter_table("showings") as showings:
        showings.drop_column("unsure_until_before")
        showings.drop_column("unsure_until")
