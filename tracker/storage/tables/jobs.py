"""Jobs that a worker does, their files, and which worker may."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.jobs import ItemState, JobKind, JobState, Stage
from tracker.storage.column_types import Identifier, Sha256, UtcDateTime, words
from tracker.storage.tables.base import Base


class JobRow(Base):
    """A job that somebody handed over."""

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "state"),
        {"comment": "Work that was handed over in a page, done by a worker"},
    )

    id: Mapped[str] = mapped_column(Identifier, primary_key=True, comment="By chance")
    kind: Mapped[JobKind] = mapped_column(words(JobKind), comment="What it does")
    actor: Mapped[str] = mapped_column(Text, comment="Who handed it over")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was handed over, UTC")
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was taken up last, UTC")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it ended, UTC")
    state: Mapped[JobState] = mapped_column(words(JobState), comment="Where it stands")
    stage: Mapped[Stage | None] = mapped_column(words(Stage), comment="What is being done with it")
    stage_begun_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When the stage was entered, UTC"
    )
    bytes_at_stage: Mapped[int] = mapped_column(BigInteger, comment="Bytes of files gone through by then")
    is_cancel_asked: Mapped[bool] = mapped_column(comment="Whether it is to be stopped")
    outlet: Mapped[str | None] = mapped_column(Text, comment="Outlet of documents that name none")
    published_on: Mapped[date | None] = mapped_column(comment="Day of documents that bear none")
    language: Mapped[str | None] = mapped_column(String(35), comment="Language of documents that name none")
    report: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="Which report is wanted, where it is to make one"
    )
    linked: Mapped[int] = mapped_column(comment="Statements linked in the present stage")
    to_link: Mapped[int] = mapped_column(comment="Statements to be linked in it")
    error: Mapped[str] = mapped_column(Text, comment="Why all of it failed; empty where it did not")


class JobItemRow(Base):
    """One file of a job."""

    __tablename__ = "job_item"
    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        {"comment": "Files of jobs"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), comment="Its job")
    position: Mapped[int] = mapped_column(comment="Its place in the job, from 1")
    name: Mapped[str] = mapped_column(Text, comment="What it was called, made fit to be shown")
    file: Mapped[str] = mapped_column(String(32), comment="The name it is kept under; empty once it is not")
    size: Mapped[int] = mapped_column(BigInteger, comment="Bytes")
    sha256: Mapped[str] = mapped_column(Sha256, comment="SHA-256 of the bytes; empty where none were kept")
    state: Mapped[ItemState] = mapped_column(words(ItemState), comment="Where it stands")
    attempts: Mapped[int] = mapped_column(comment="How often it was begun without getting anywhere")
    read_count: Mapped[int] = mapped_column(comment="What was found in it")
    new_count: Mapped[int] = mapped_column(comment="Documents that the job stored")
    known_count: Mapped[int] = mapped_column(comment="Documents that were stored before")
    failed_count: Mapped[int] = mapped_column(comment="What could not be taken in")
    statement_count: Mapped[int] = mapped_column(comment="Statements in the documents that the job stored")
    errors: Mapped[list[list[str]]] = mapped_column(JSON, comment="The first errors: place and reason")
    notes: Mapped[list[str]] = mapped_column(JSON, comment="What else is to be said, a sentence each")


class JobDocumentRow(Base):
    """A document that a file of a job holds. Written before the document is, so that no death loses it."""

    __tablename__ = "job_document"
    __table_args__: Any = ({"comment": "Documents that files of jobs hold"},)

    item_id: Mapped[int] = mapped_column(ForeignKey("job_item.id"), primary_key=True, comment="The file")
    # No foreign key: the row is there before the document.
    document_id: Mapped[str] = mapped_column(Identifier, primary_key=True, comment="The document")
    is_new: Mapped[bool] = mapped_column(comment="Whether the job stored it, or found it stored")


class WorkerLeaseRow(Base):
    """Which worker does the jobs just now."""

    __tablename__ = "worker_lease"
    __table_args__: Any = ({"comment": "Which worker process may do the jobs"},)

    name: Mapped[str] = mapped_column(String(32), primary_key=True, comment="What the lease is on")
    holder: Mapped[str] = mapped_column(Text, comment="Names the worker's process")
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Its last sign of life, UTC")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Until when it counts as alive, UTC")
