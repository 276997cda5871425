"""Requests of the API that may come twice, by the key that their caller gave them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        _column("token_id", sa.String(32), "Whose request it is"),
        _column("key", sa.String(255), "The caller's key"),
        _column("fingerprint", sa.String(64), "SHA-256 of what was asked for"),
        _column("holder", sa.Text(), "The process that answers it, or did"),
        _column("begun_at", INSTANT, "When that process began, UTC"),
        _column("expires_at", INSTANT, "From when on the key is free again, UTC"),
        _column("documents", sa.JSON(), "Ids of documents that are stored for it"),
        _column("status", sa.Integer(), "The answer's status; null while there is none", nullable=True),
        _column("headers", sa.JSON(), "Headers of the answer"),
        _column("body", sa.LargeBinary(), "The answer's body"),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_idempotency_key")),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_idempotency_key_token_id_api_token")
        ),
        comment="Requests by the Idempotency-Key of their caller, for a day",
    )
    op.create_index(op.f("ix_idempotency_key_expires_at"), "idempotency_key", ["expires_at"])


def downgrade() -> None:
    op.drop_table("idempotency_key")


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)
