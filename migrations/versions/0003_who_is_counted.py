"""Who or what a figure counts, and the party they belong to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "figure",
        sa.Column("counted", sa.Text(), nullable=True, comment="Who or what is counted, in the text's words"),
    )
    op.add_column(
        "figure",
        sa.Column("side", sa.String(16), nullable=True, comment="The party that those counted belong to"),
    )


def downgrade() -> None:
    op.drop_column("figure", "side")
    op.drop_column("figure", "counted")
