"""The words of statements as full text search sees them."""

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.column_types import Identifier
from tracker.storage.tables.base import Base


class StatementWordsRow(Base):
    """A statement's words, folded: written with the statement, never changed.

    What finds a fragment of them quickly depends on the database: on SQLite the virtual table
    `statement_trigrams` (kept by triggers), on PostgreSQL an index of trigrams.
    """

    __tablename__ = "statement_words"
    __table_args__ = ({"comment": "Statements' words as full text search sees them"},)

    number: Mapped[int] = mapped_column(primary_key=True, comment="Running number, in the order of writing")
    statement_id: Mapped[str] = mapped_column(
        Identifier, ForeignKey("statement.id"), unique=True, comment="The statement"
    )
    words: Mapped[str] = mapped_column(Text, comment="Its folded words, a space before each and at the end")
    digest: Mapped[int] = mapped_column(
        BigInteger, index=True, comment="60 bits of a digest of these words, to find the same words by"
    )
