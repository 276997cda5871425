"""What the list of events shows, reckoned when it changes so that nobody waits for it when it is read."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.column_types import Identifier, OffsetDateTime, UtcDateTime
from tracker.storage.tables.base import Base


class EventSummaryRow(Base):
    """What the statements, conflicts and annotations of one event add up to. It follows from other tables."""

    __tablename__ = "event_summary"
    __table_args__ = ({"comment": "What the list of events shows of each; follows from other tables"},)

    event_id: Mapped[str] = mapped_column(
        Identifier, ForeignKey("event.id"), primary_key=True, comment="The event"
    )
    revision: Mapped[int] = mapped_column(
        index=True, comment="Goes up with every change of any event: what is above was changed since"
    )
    statements: Mapped[int] = mapped_column(comment="How many statements; 0: it is not shown")
    documents: Mapped[int] = mapped_column(comment="How many documents they stand in")
    parties: Mapped[list[list[Any]]] = mapped_column(JSON, comment="Statements by party, most first")
    languages: Mapped[list[list[Any]]] = mapped_column(JSON, comment="Statements by language, most first")
    clashes: Mapped[list[list[Any]]] = mapped_column(
        JSON, comment="Conflicts by type, both parties and judgement"
    )
    grade: Mapped[str | None] = mapped_column(String(16), comment="How well it is attested, if graded")
    assignees: Mapped[list[str]] = mapped_column(JSON, comment="Whom it or anything in it is assigned to")
    latest: Mapped[datetime | None] = mapped_column(
        OffsetDateTime, comment="When its last document was published"
    )
    first_captured: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When its first document came in, UTC; null: it is not shown"
    )
    last_captured: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When its last document came in, UTC"
    )
    constructed: Mapped[bool] = mapped_column(comment="Whether a document of it is constructed")
