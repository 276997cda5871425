"""Jobs that a worker does, their files and documents, and the lease that says which worker may."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.String(16)
WORD = sa.String(16)
SHA256 = sa.String(64)
CODE = sa.String(35)
NAME = sa.String(32)
TEXT = sa.Text()
NUMBER = sa.Integer()
LARGE = sa.BigInteger()
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_jobs()
    _create_items()
    op.create_table(
        "job_document",
        _column("item_id", NUMBER, "The file"),
        _column("document_id", ID, "The document"),
        _column("is_new", sa.Boolean(), "Whether the job stored it, or found it stored"),
        sa.PrimaryKeyConstraint("item_id", "document_id", name=op.f("pk_job_document")),
        sa.ForeignKeyConstraint(["item_id"], ["job_item.id"], name=op.f("fk_job_document_item_id_job_item")),
        comment="Documents that files of jobs hold",
    )
    op.create_table(
        "worker_lease",
        _column("name", NAME, "What the lease is on"),
        _column("holder", TEXT, "Names the worker's process"),
        _column("beat_at", INSTANT, "Its last sign of life, UTC"),
        _column("expires_at", INSTANT, "Until when it counts as alive, UTC"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_lease")),
        comment="Which worker process may do the jobs",
    )


def _create_jobs() -> None:
    op.create_table(
        "job",
        _column("id", ID, "By chance"),
        _column("kind", WORD, "What it does"),
        _column("actor", TEXT, "Who handed it over"),
        _column("created_at", INSTANT, "When it was handed over, UTC"),
        _column("begun_at", INSTANT, "When it was taken up last, UTC", nullable=True),
        _column("ended_at", INSTANT, "When it ended, UTC", nullable=True),
        _column("state", WORD, "Where it stands"),
        _column("stage", WORD, "What is being done with it", nullable=True),
        _column("stage_begun_at", INSTANT, "When the stage was entered, UTC", nullable=True),
        _column("bytes_at_stage", LARGE, "Bytes of files gone through by then"),
        _column("is_cancel_asked", sa.Boolean(), "Whether it is to be stopped"),
        _column("outlet", TEXT, "Outlet of documents that name none", nullable=True),
        _column("published_on", sa.Date(), "Day of documents that bear none", nullable=True),
        _column("language", CODE, "Language of documents that name none", nullable=True),
        _column("linked", NUMBER, "Statements linked in the present stage"),
        _column("to_link", NUMBER, "Statements to be linked in it"),
        _column("error", TEXT, "Why all of it failed; empty where it did not"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        comment="Work that was handed over in a page, done by a worker",
    )
    op.create_index(op.f("ix_job_created_at_id"), "job", ["created_at", "id"])
    op.create_index(op.f("ix_job_state"), "job", ["state"])


def _create_items() -> None:
    op.create_table(
        "job_item",
        _column("id", NUMBER, "Running number"),
        _column("job_id", ID, "Its job"),
        _column("position", NUMBER, "Its place in the job, from 1"),
        _column("name", TEXT, "What it was called, made fit to be shown"),
        _column("file", NAME, "The name it is kept under; empty once it is not"),
        _column("size", LARGE, "Bytes"),
        _column("sha256", SHA256, "SHA-256 of the bytes; empty where none were kept"),
        _column("state", WORD, "Where it stands"),
        _column("attempts", NUMBER, "How often it was begun without getting anywhere"),
        _column("read_count", NUMBER, "What was found in it"),
        _column("new_count", NUMBER, "Documents that the job stored"),
        _column("known_count", NUMBER, "Documents that were stored before"),
        _column("failed_count", NUMBER, "What could not be taken in"),
        _column("statement_count", NUMBER, "Statements in the documents that the job stored"),
        _column("errors", sa.JSON(), "The first errors: place and reason"),
        _column("notes", sa.JSON(), "What else is to be said, a sentence each"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_item")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_item_job_id_job")),
        sa.UniqueConstraint("job_id", "position", name=op.f("uq_job_item_job_id_position")),
        comment="Files of jobs",
    )


def downgrade() -> None:
    for table in ("worker_lease", "job_document", "job_item", "job"):
        op.drop_table(table)


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)
