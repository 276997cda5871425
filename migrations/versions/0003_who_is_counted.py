"""Who or what a figure counts, and the party they belong to."""

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _recreate() -> Literal["always", "never"]:
    """SQLite would write the new columns after the constraints; making the table anew keeps it readable."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    with op.batch_alter_table("figure", recreate=_recreate()) as figure:
        figure.add_column(
            sa.Column(
                "counted", sa.Text(), nullable=True, comment="Who or what is counted, in the text's words"
            )
        )
        figure.add_column(
            sa.Column("side", sa.String(16), nullable=True, comment="The party that those counted belong to")
        )


def downgrade() -> None:
    with op.batch_alter_table("figure") as figure:
        figure.drop_column("side")
        figure.drop_column("counted")
