"""Statements, their figures and the places they speak of."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import FigureKind, PlaceFound, Polarity
from tracker.storage.column_types import Identifier, Sha256, UtcDateTime, words
from tracker.storage.tables.base import Base


class PlaceRow(Base):
    """A place of the gazetteer that some statement or event speaks of."""

    __tablename__ = "place"
    __table_args__ = ({"comment": "Places of the gazetteer that are spoken of"},)

    id: Mapped[str] = mapped_column(Text, primary_key=True, comment="Its id in the gazetteer")
    name: Mapped[str] = mapped_column(Text, comment="Its name")
    kind: Mapped[str] = mapped_column(Text, comment="What it is, such as city: how precise it is")
    latitude: Mapped[float] = mapped_column(comment="Degrees north")
    longitude: Mapped[float] = mapped_column(comment="Degrees east")
    # No foreign key: the place around it may not be spoken of, and is then not stored.
    within: Mapped[str | None] = mapped_column(Text, comment="The gazetteer's id of the place around it")


class StatementRow(Base):
    """A statement. All spans count code points of its document's text."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("document_id", "start", "end"),
        # Each holds all that one kind of count asks for, so that the rows, which are long, are left alone.
        Index(None, "place_id", "event_day"),
        Index(None, "document_id", "party_code"),
        Index(None, "confidence", "id", "method", "language"),
        {"comment": "What one party puts forward as so, in exact words"},
    )

    id: Mapped[str] = mapped_column(Identifier, primary_key=True, comment="Derived from document and span")
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), comment="Where it stands")
    start: Mapped[int] = mapped_column(comment="Span: first code point")
    end: Mapped[int] = mapped_column(comment="Span: code point after the last")
    quote: Mapped[str] = mapped_column(Text, comment="The words at the span")
    language: Mapped[str] = mapped_column(String(35), comment="BCP 47 code of the words")
    party_code: Mapped[str] = mapped_column(
        ForeignKey("party.code"), index=True, comment="Who puts it forward"
    )
    speaker: Mapped[str | None] = mapped_column(Text, comment="Who spoke, as named in the text")
    speaker_start: Mapped[int | None] = mapped_column(comment="Span of the speaker's name: start")
    speaker_end: Mapped[int | None] = mapped_column(comment="Span of the speaker's name: end")
    cue: Mapped[str | None] = mapped_column(Text, comment="The word that gives the attribution away")
    cue_start: Mapped[int | None] = mapped_column(comment="Span of the cue: start")
    cue_end: Mapped[int | None] = mapped_column(comment="Span of the cue: end")
    chain: Mapped[list[str]] = mapped_column(JSON, comment="Sources it passed through, outermost first")
    method: Mapped[AttributionMethod] = mapped_column(
        words(AttributionMethod), comment="The rule of attribution"
    )
    confidence: Mapped[float] = mapped_column(comment="Of the attribution, 0 to 1")
    polarity: Mapped[Polarity] = mapped_column(words(Polarity), comment="Whether it asserts or denies")
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), comment="The place it speaks of")
    place_found: Mapped[PlaceFound | None] = mapped_column(words(PlaceFound), comment="How it was found")
    place_start: Mapped[int | None] = mapped_column(comment="Span of the place's name: start")
    place_end: Mapped[int | None] = mapped_column(comment="Span of the place's name: end")
    event_day: Mapped[date | None] = mapped_column(index=True, comment="The day it speaks of")
    event_precision: Mapped[DatePrecision | None] = mapped_column(
        words(DatePrecision), comment="How exactly that day is known"
    )
    event_found: Mapped[DateFound | None] = mapped_column(words(DateFound), comment="How it was found")
    event_start: Mapped[int | None] = mapped_column(comment="Span of the words for that day: start")
    event_end: Mapped[int | None] = mapped_column(comment="Span of the words for that day: end")
    story: Mapped[int] = mapped_column(comment="Which story of the page, from 0")
    heading: Mapped[str] = mapped_column(Text, comment="The title of that story")
    linked_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, index=True, comment="When it went through linking and comparison; null: not yet"
    )
    text_digest: Mapped[str | None] = mapped_column(Sha256, comment="Digest of the text that was embedded")


class FigureRow(Base):
    """A count that a statement names."""

    __tablename__ = "figure"
    __table_args__ = ({"comment": "Counts that statements name"},)

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statement.id"), primary_key=True, comment="Where it is named"
    )
    position: Mapped[int] = mapped_column(primary_key=True, comment="Its place among the figures, from 0")
    kind: Mapped[FigureKind] = mapped_column(words(FigureKind), comment="What is counted")
    low: Mapped[int] = mapped_column(BigInteger, comment="The least it can be")
    high: Mapped[int | None] = mapped_column(BigInteger, comment="The most it can be; null: open above")
    start: Mapped[int] = mapped_column(comment="Span: first code point")
    end: Mapped[int] = mapped_column(comment="Span: code point after the last")
    counted: Mapped[str | None] = mapped_column(Text, comment="Who or what is counted, in the text's words")
    side: Mapped[str | None] = mapped_column(String(16), comment="The party that those counted belong to")
