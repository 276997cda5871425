"""Events, which statements stand in them, and which of those clash."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DatePrecision
from tracker.storage.column_types import Identifier, words
from tracker.storage.tables.base import Base


class EventRow(Base):
    """An event. Its id is never given up: one merged away leads to the event it went into."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "end", "id"),
        {"comment": "Happenings that statements of several sides speak of"},
    )

    id: Mapped[str] = mapped_column(Identifier, primary_key=True, comment="From its first statement")
    title: Mapped[str] = mapped_column(Text, comment="Taken from its statements or their headings")
    title_language: Mapped[str] = mapped_column(String(35), comment="BCP 47 code of the title")
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True, comment="Where it was")
    start: Mapped[date | None] = mapped_column(comment="First day its statements speak of")
    end: Mapped[date | None] = mapped_column(comment="Last day its statements speak of")
    precision: Mapped[DatePrecision | None] = mapped_column(
        words(DatePrecision), comment="How exactly these days are known"
    )
    redirects_to: Mapped[str | None] = mapped_column(
        ForeignKey("event.id"), index=True, comment="The event it was merged into"
    )
    due: Mapped[bool] = mapped_column(
        server_default=false(),
        index=True,
        comment="Whether its description and conflicts wait to be reckoned anew after a decision",
    )
    version: Mapped[int] = mapped_column(comment="Goes up with every change")

    __mapper_args__: Any = {"version_id_col": version}  # noqa: RUF012 # read once, by the mapper


class MembershipRow(Base):
    """That a statement stands in an event: at most one."""

    __tablename__ = "membership"
    __table_args__ = ({"comment": "Which statement stands in which event"},)

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statement.id"), primary_key=True, comment="The statement"
    )
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True, comment="Its event")
    position: Mapped[int] = mapped_column(comment="Its place among the event's statements, from 0")
    score: Mapped[float] = mapped_column(comment="How well it fits, 0 to 1")
    reason: Mapped[str] = mapped_column(Text, comment="Why it stands there, in words")


class FormerMembershipRow(Base):
    """In which event a statement stood when all began to be linked anew. Gone once all are linked again."""

    __tablename__ = "former_membership"
    __table_args__ = ({"comment": "Which statement stood in which event before all are linked anew"},)

    event_id: Mapped[str] = mapped_column(
        ForeignKey("event.id"), primary_key=True, comment="An event of then"
    )
    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statement.id"), primary_key=True, comment="A statement that stood in it"
    )


class ConflictRow(Base):
    """Two statements that cannot both be so. The judgement is a person's, or `suggested`."""

    __tablename__ = "conflict"
    __table_args__ = (
        UniqueConstraint("one", "other"),
        CheckConstraint("one < other", name="pair_in_order"),
        Index(None, "judgement", "score", "id"),
        Index(None, "judgement", "type"),
        {"comment": "Pairs of statements that cannot both be so"},
    )

    id: Mapped[str] = mapped_column(Identifier, primary_key=True, comment="Derived from the pair")
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True, comment="The event of both")
    one: Mapped[str] = mapped_column(ForeignKey("statement.id"), comment="The statement that sorts first")
    other: Mapped[str] = mapped_column(ForeignKey("statement.id"), index=True, comment="The other statement")
    type: Mapped[ConflictType] = mapped_column(words(ConflictType), comment="What it is about")
    score: Mapped[float] = mapped_column(comment="How surely they clash, 0 to 1")
    explanation: Mapped[str] = mapped_column(Text, comment="One sentence that says what clashes")
    comparator: Mapped[str] = mapped_column(Text, comment="Which rule found it")
    evidence: Mapped[list[list[Any]] | None] = mapped_column(
        JSON(none_as_null=True),
        comment="Words the explanation names: statement, start, end in its document; null: never kept",
    )
    detector: Mapped[str] = mapped_column(Text, comment="Version of the rules")
    judgement: Mapped[Judgement] = mapped_column(
        words(Judgement), comment="What a person decided; suggested until someone does"
    )
    version: Mapped[int] = mapped_column(comment="Goes up with every change")

    __mapper_args__: Any = {"version_id_col": version}  # noqa: RUF012 # read once, by the mapper
