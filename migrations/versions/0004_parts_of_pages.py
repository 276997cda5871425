"""Which story of a page a document is, where the page holds several."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "document",
        sa.Column(
            "part",
            sa.Integer(),
            nullable=True,
            comment="Which story of a page that holds several; null for a page of one",
        ),
    )
    op.create_index("ix_document_sha256", "document", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_document_sha256", "document")
    op.drop_column("document", "part")
