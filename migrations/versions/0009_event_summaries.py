"""Summaries of events for their list, and indexes for what is new, what waits and the history.

The summaries are filled by whoever migrates, `tracker.storage.event_summaries.complete_summaries`.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NUMBER = sa.Integer()
INSTANT = sa.DateTime(timezone=True)

_INDEXES = (
    ("conflict", ("judgement", "score", "id")),
    ("document", ("captured_at",)),
    ("audit_entry", ("actor",)),
    ("audit_entry", ("action",)),
    ("audit_entry", ("at",)),
)


def upgrade() -> None:
    op.create_table(
        "event_summary",
        _column("event_id", sa.String(16), "The event"),
        _column(
            "revision", NUMBER, "Goes up with every change of any event: what is above was changed since"
        ),
        _column("statements", NUMBER, "How many statements; 0: it is not shown"),
        _column("documents", NUMBER, "How many documents they stand in"),
        _column("parties", sa.JSON(), "Statements by party, most first"),
        _column("languages", sa.JSON(), "Statements by language, most first"),
        _column("clashes", sa.JSON(), "Conflicts by type, both parties and judgement"),
        _column("grade", sa.String(16), "How well it is attested, if graded", nullable=True),
        _column("assignees", sa.JSON(), "Whom it or anything in it is assigned to"),
        _column("latest", sa.Text(), "When its last document was published", nullable=True),
        _column(
            "first_captured",
            INSTANT,
            "When its first document came in, UTC; null: it is not shown",
            nullable=True,
        ),
        _column("last_captured", INSTANT, "When its last document came in, UTC", nullable=True),
        _column("constructed", sa.Boolean(), "Whether a document of it is constructed"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_summary")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_summary_event_id_event")),
        comment="What the list of events shows of each; follows from other tables",
    )
    op.create_index(op.f("ix_event_summary_revision"), "event_summary", ["revision"])
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade() -> None:
    for table, columns in reversed(_INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    op.drop_table("event_summary")


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)
