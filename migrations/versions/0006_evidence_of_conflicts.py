"""Where the words stand that a conflict's explanation names."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "conflict",
        sa.Column(
            "evidence",
            sa.JSON(),
            nullable=True,
            comment="Words the explanation names: statement, start, end in its document; null: never kept",
        ),
    )


def downgrade() -> None:
    op.drop_column("conflict", "evidence")
