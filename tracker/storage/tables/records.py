"""Decisions and changes. Triggers of the database refuse to alter or delete any of these rows."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.conflicts import Judgement
from tracker.domain.events import LinkVerdict
from tracker.storage.column_types import UtcDateTime, words
from tracker.storage.tables.base import Base


class ReviewRow(Base):
    """One decision of one person."""

    __tablename__ = "review"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        # Ids of rows that some other tool managed to delete must not be given out again.
        {"sqlite_autoincrement": True, "comment": "Decisions of people; rows are only ever added"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    subject_kind: Mapped[str] = mapped_column(String(32), comment="What was decided on, such as conflict")
    subject_id: Mapped[str] = mapped_column(Text, comment="The id of what was decided on")
    judgement: Mapped[Judgement] = mapped_column(words(Judgement), comment="The decision")
    reviewer: Mapped[str] = mapped_column(Text, comment="Who decided")
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When, UTC")
    reason: Mapped[str] = mapped_column(Text, comment="Why, in the reviewer's words")


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
    actor: Mapped[str] = mapped_column(Text, comment="Who: a user's name, or machine")
    action: Mapped[str] = mapped_column(String(32), comment="What was done, such as merge")
    subject_kind: Mapped[str] = mapped_column(String(32), comment="To what, such as event")
    subject_id: Mapped[str] = mapped_column(Text, comment="The id of what was changed")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When, UTC")
    before: Mapped[str | None] = mapped_column(Text, comment="The state before, JSON")
    after: Mapped[str | None] = mapped_column(Text, comment="The state after, JSON")
    reason: Mapped[str] = mapped_column(Text, comment="Why")
