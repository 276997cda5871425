"""Documents that were fetched from the web: the address that gave their bytes, and when."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "document",
        sa.Column(
            "fetched_from",
            sa.Text(),
            nullable=True,
            comment="The address that gave its bytes; null where it was not fetched from the web",
        ),
    )
    op.add_column(
        "document",
        sa.Column(
            "fetched_at", sa.DateTime(timezone=True), nullable=True, comment="When they were fetched, UTC"
        ),
    )


def downgrade() -> None:
    op.drop_column("document", "fetched_at")
    op.drop_column("document", "fetched_from")
