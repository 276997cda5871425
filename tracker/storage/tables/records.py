"""Decisions and changes. Triggers of the database refuse to alter or delete any of these rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.events import LinkVerdict
from tracker.storage.column_types import Sha256, UtcDateTime, words
from tracker.storage.tables.base import Base


class LinkDecisionRow(Base):
    """One decision of one person on two statements. Of several on the same two, the last one stands."""

    __tablename__ = "link_decision"
    __table_args__ = (
        Index(None, "one", "other"),
        CheckConstraint("one < other", name="pair_in_order"),
        {
            "sqlite_autoincrement": True,
            "comment": (
                "Decisions of people on whether two statements speak of one event; rows are only ever added"
            ),
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    one: Mapped[str] = mapped_column(ForeignKey("statement.id"), comment="The statement that sorts first")
    other: Mapped[str] = mapped_column(ForeignKey("statement.id"), comment="The other statement")
    verdict: Mapped[LinkVerdict | None] = mapped_column(
        words(LinkVerdict), comment="together or apart; null: an earlier decision is taken back"
    )
    actor: Mapped[str] = mapped_column(Text, comment="Who decided")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When, UTC")
    reason: Mapped[str] = mapped_column(Text, comment="Why, in their words; may be empty")


class AuditEntryRow(Base):
    """One change to what is stored."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        {"sqlite_autoincrement": True, "comment": "Who changed what; rows are only ever added"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    actor: Mapped[str] = mapped_column(Text, index=True, comment="Who: a user's name, or machine")
    action: Mapped[str] = mapped_column(String(32), index=True, comment="What was done, such as merge")
    subject_kind: Mapped[str] = mapped_column(String(32), comment="To what, such as event")
    subject_id: Mapped[str] = mapped_column(Text, comment="The id of what was changed")
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="When, UTC")
    before: Mapped[str | None] = mapped_column(Text, comment="The state before, JSON")
    after: Mapped[str | None] = mapped_column(Text, comment="The state after, JSON")
    reason: Mapped[str] = mapped_column(Text, comment="Why")
    undoes: Mapped[int | None] = mapped_column(
        ForeignKey("audit_entry.id"), index=True, comment="The entry whose change this one takes back"
    )
    redoes: Mapped[int | None] = mapped_column(
        ForeignKey("audit_entry.id"), index=True, comment="The entry whose change this one makes once more"
    )
    previous: Mapped[str] = mapped_column(Sha256, comment="The seal of the entry before")
    sha256: Mapped[str] = mapped_column(
        Sha256, comment="Its own seal: SHA-256 of its content and of the seal before"
    )


class AuditSubjectRow(Base):
    """That an entry of the trail is about something beside its main subject, too."""

    __tablename__ = "audit_subject"
    __table_args__ = (
        Index(None, "kind", "subject_id"),
        {"comment": "All that an entry of the audit trail is about"},
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True, comment="The entry")
    kind: Mapped[str] = mapped_column(String(32), primary_key=True, comment="Of what kind, such as event")
    subject_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="Its id")


class AnnotationRow(Base):
    """What people have added to something: a grade, whom it is assigned to, a note."""

    __tablename__ = "annotation"
    __table_args__ = (
        Index(None, "aspect"),
        {"comment": "What people have added: grades, assignments, notes"},
    )

    kind: Mapped[str] = mapped_column(
        String(32), primary_key=True, comment="Of what kind it is, such as event"
    )
    subject_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="Its id")
    aspect: Mapped[str] = mapped_column(
        String(32), primary_key=True, comment="What was added: grade, assignee, or note: and its number"
    )
    value: Mapped[Any] = mapped_column(JSON, comment="The value as it stands")
