"""Outlets and what they published."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.documents import DateFound
from tracker.storage.column_types import Identifier, OffsetDateTime, Sha256, UtcDateTime, words
from tracker.storage.tables.base import Base


class SourceRow(Base):
    """An outlet."""

    __tablename__ = "source"
    __table_args__ = ({"comment": "Outlets that publish documents"},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    name: Mapped[str] = mapped_column(Text, unique=True, comment="The outlet's name as given")


class DocumentRow(Base):
    """A document as it was given. Rows are never changed."""

    __tablename__ = "document"
    __table_args__ = (
        Index(None, "source_id", "language", "published_at"),
        {"comment": "Documents as they were given; never changed"},
    )

    id: Mapped[str] = mapped_column(Identifier, primary_key=True, comment="Derived from the content")
    external_id: Mapped[str | None] = mapped_column(Text, unique=True, comment="The caller's id")
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("source.id"), comment="The outlet; null where none was named"
    )
    url: Mapped[str | None] = mapped_column(Text, comment="Where it was published")
    title: Mapped[str] = mapped_column(Text, comment="Its title")
    published: Mapped[datetime | None] = mapped_column(
        OffsetDateTime, comment="When it was published, ISO 8601 with its own offset"
    )
    published_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, index=True, comment="The same instant in UTC, to sort and filter by"
    )
    published_found: Mapped[DateFound | None] = mapped_column(
        words(DateFound), comment="How the time of publication was found"
    )
    language: Mapped[str] = mapped_column(String(35), comment="BCP 47 code, und where it could not be told")
    sha256: Mapped[str] = mapped_column(Sha256, index=True, comment="SHA-256 of the original bytes")
    media_type: Mapped[str] = mapped_column(Text, comment="Media type of the original bytes")
    captured_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="When it was stored, UTC")
    constructed: Mapped[bool] = mapped_column(comment="Written for demonstration, not published by anyone")
    part: Mapped[int | None] = mapped_column(
        comment="Which story of a page that holds several; null for a page of one"
    )
    # The two large columns come last: SQLite then reads the others without them.
    text: Mapped[str] = mapped_column(Text, comment="The words; spans count its code points")
    original: Mapped[bytes] = mapped_column(
        LargeBinary, deferred=True, comment="The bytes as they were found"
    )
    # Added later, so that they lie behind those: read only where they are asked for.
    fetched_from: Mapped[str | None] = mapped_column(
        Text,
        deferred=True,
        deferred_group="retrieval",
        comment="The address that gave its bytes; null where it was not fetched from the web",
    )
    fetched_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, deferred=True, deferred_group="retrieval", comment="When they were fetched, UTC"
    )
