"""Where statements stood before all are linked anew, and jobs that make reports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_KINDS_OF_THEN = ("ingest",)


def upgrade() -> None:
    op.create_table(
        "former_membership",
        sa.Column("event_id", sa.String(16), nullable=False, comment="An event of then"),
        sa.Column("statement_id", sa.String(16), nullable=False, comment="A statement that stood in it"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_former_membership_event_id_event")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_former_membership_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("event_id", "statement_id", name=op.f("pk_former_membership")),
        comment="Which statement stood in which event before all are linked anew",
    )
    op.add_column(
        "job",
        sa.Column(
            "report", sa.JSON(), nullable=True, comment="Which report is wanted, where it is to make one"
        ),
    )


def downgrade() -> None:
    # A program of then would not know what to do with the other kinds.
    of_then = ", ".join(f"'{kind}'" for kind in _KINDS_OF_THEN)
    others = f"SELECT id FROM job WHERE kind NOT IN ({of_then})"  # noqa: S608 # our own words
    op.execute(f"DELETE FROM job_item WHERE job_id IN ({others})")  # noqa: S608
    op.execute(f"DELETE FROM job WHERE kind NOT IN ({of_then})")  # noqa: S608
    op.drop_column("job", "report")
    op.drop_table("former_membership")
