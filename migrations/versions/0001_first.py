"""The first tables: documents, parties, places, statements and their vectors.

Everything is written out here rather than taken from the table classes, which will move on.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.String(16)
WORD = sa.String(16)
LANGUAGE = sa.String(35)
SHA256 = sa.String(64)
TEXT = sa.Text()
NUMBER = sa.Integer()
REAL: sa.Double[float] = sa.Double()
DAY = sa.Date()
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON()

TABLES = (
    "source",
    "document",
    "party",
    "speaker",
    "place",
    "statement",
    "figure",
    "embedding",
    "model_in_use",
)


def upgrade() -> None:
    _create_documents()
    _create_parties()
    _create_places()
    _create_statements()
    _create_figures()
    _create_vectors()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _refers(table: str, column: str, target: str, target_column: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{target_column}"], name=name)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _create_documents() -> None:
    op.create_table(
        "source",
        _column("id", NUMBER, "Running number"),
        _column("name", TEXT, "The outlet's name as given"),
        _key("source", "id"),
        _unique("source", "name"),
        comment="Outlets that publish documents",
    )
    op.create_table(
        "document",
        _column("id", ID, "Derived from the content"),
        _column("external_id", TEXT, "The caller's id", nullable=True),
        _column("source_id", NUMBER, "The outlet; null where none was named", nullable=True),
        _column("url", TEXT, "Where it was published", nullable=True),
        _column("title", TEXT, "Its title"),
        _column("published", TEXT, "When it was published, ISO 8601 with its own offset", nullable=True),
        _column("published_at", INSTANT, "The same instant in UTC, to sort and filter by", nullable=True),
        _column("published_found", WORD, "How the time of publication was found", nullable=True),
        _column("language", LANGUAGE, "BCP 47 code, und where it could not be told"),
        _column("sha256", SHA256, "SHA-256 of the original bytes"),
        _column("media_type", TEXT, "Media type of the original bytes"),
        _column("captured_at", INSTANT, "When it was stored, UTC"),
        _column("constructed", sa.Boolean(), "Written for demonstration, not published by anyone"),
        _column("text", TEXT, "The words; spans count its code points"),
        _column("original", sa.LargeBinary(), "The bytes as they were found"),
        _key("document", "id"),
        _unique("document", "external_id"),
        _refers("document", "source_id", "source"),
        comment="Documents as they were given; never changed",
    )
    _index("document", "source_id")
    _index("document", "published_at")


def _create_parties() -> None:
    op.create_table(
        "party",
        _column("code", WORD, "Its code, such as LNA"),
        _column("label", JSON, "Its label by language code"),
        _column("description", TEXT, "Who belongs to it"),
        _column("allies", JSON, "Codes of the parties on its side"),
        _column("names", JSON, "Its names by language code"),
        _key("party", "code"),
        comment="Sides that put statements forward",
    )
    op.create_table(
        "speaker",
        _column("id", NUMBER, "Running number"),
        _column("key", TEXT, "Party, main name and first day: what makes it one and the same"),
        _column("party_code", WORD, "For whom it speaks"),
        _column("names", JSON, "The full name by language code"),
        _column("short_names", JSON, "Short names by language code"),
        _column("offices", JSON, "Offices held"),
        _column("since", DAY, "First day it speaks for the party", nullable=True),
        _column("until", DAY, "Last day it speaks for the party", nullable=True),
        _key("speaker", "id"),
        _unique("speaker", "key"),
        _refers("speaker", "party_code", "party", "code"),
        comment="Persons and offices known to speak for a party",
    )
    _index("speaker", "party_code")


def _create_places() -> None:
    op.create_table(
        "place",
        _column("id", TEXT, "Its id in the gazetteer"),
        _column("name", TEXT, "Its name"),
        _column("kind", TEXT, "What it is, such as city: how precise it is"),
        _column("latitude", REAL, "Degrees north"),
        _column("longitude", REAL, "Degrees east"),
        _column("within", TEXT, "The gazetteer's id of the place around it", nullable=True),
        _key("place", "id"),
        comment="Places of the gazetteer that are spoken of",
    )


def _create_statements() -> None:
    op.create_table(
        "statement",
        _column("id", ID, "Derived from document and span"),
        _column("document_id", ID, "Where it stands"),
        _column("start", NUMBER, "Span: first code point"),
        _column("end", NUMBER, "Span: code point after the last"),
        _column("quote", TEXT, "The words at the span"),
        _column("language", LANGUAGE, "BCP 47 code of the words"),
        _column("party_code", WORD, "Who puts it forward"),
        _column("speaker", TEXT, "Who spoke, as named in the text", nullable=True),
        _column("speaker_start", NUMBER, "Span of the speaker's name: start", nullable=True),
        _column("speaker_end", NUMBER, "Span of the speaker's name: end", nullable=True),
        _column("cue", TEXT, "The word that gives the attribution away", nullable=True),
        _column("cue_start", NUMBER, "Span of the cue: start", nullable=True),
        _column("cue_end", NUMBER, "Span of the cue: end", nullable=True),
        _column("chain", JSON, "Sources it passed through, outermost first"),
        _column("method", WORD, "The rule of attribution"),
        _column("confidence", REAL, "Of the attribution, 0 to 1"),
        _column("polarity", WORD, "Whether it asserts or denies"),
        _column("place_id", TEXT, "The place it speaks of", nullable=True),
        _column("place_found", WORD, "How it was found", nullable=True),
        _column("place_start", NUMBER, "Span of the place's name: start", nullable=True),
        _column("place_end", NUMBER, "Span of the place's name: end", nullable=True),
        _column("event_day", DAY, "The day it speaks of", nullable=True),
        _column("event_precision", WORD, "How exactly that day is known", nullable=True),
        _column("event_found", WORD, "How it was found", nullable=True),
        _column("event_start", NUMBER, "Span of the words for that day: start", nullable=True),
        _column("event_end", NUMBER, "Span of the words for that day: end", nullable=True),
        _column("story", NUMBER, "Which story of the page, from 0"),
        _column("heading", TEXT, "The title of that story"),
        _column(
            "linked_at", INSTANT, "When it went through linking and comparison; null: not yet", nullable=True
        ),
        _column("text_digest", SHA256, "Digest of the text that was embedded", nullable=True),
        _key("statement", "id"),
        _unique("statement", "document_id", "start", "end"),
        _refers("statement", "document_id", "document"),
        _refers("statement", "party_code", "party", "code"),
        _refers("statement", "place_id", "place"),
        comment="What one party puts forward as so, in exact words",
    )
    for column in ("party_code", "place_id", "event_day", "linked_at"):
        _index("statement", column)


def _create_figures() -> None:
    op.create_table(
        "figure",
        _column("statement_id", ID, "Where it is named"),
        _column("position", NUMBER, "Its place among the figures, from 0"),
        _column("kind", WORD, "What is counted"),
        _column("low", sa.BigInteger(), "The least it can be"),
        _column("high", sa.BigInteger(), "The most it can be; null: open above", nullable=True),
        _column("start", NUMBER, "Span: first code point"),
        _column("end", NUMBER, "Span: code point after the last"),
        _key("figure", "statement_id", "position"),
        _refers("figure", "statement_id", "statement"),
        comment="Counts that statements name",
    )


def _create_vectors() -> None:
    op.create_table(
        "embedding",
        _column("model_name", TEXT, "The model"),
        _column("revision", TEXT, "Which revision of the model"),
        _column("digest", SHA256, "SHA-256 of the text, UTF-8"),
        _column("dimension", NUMBER, "How many numbers the vector has"),
        _column("vector", sa.LargeBinary(), "float32, little-endian, of unit length"),
        _key("embedding", "model_name", "revision", "digest"),
        comment="Vectors by model and digest of the text: computed once",
    )
    op.create_table(
        "model_in_use",
        sa.Column("id", NUMBER, nullable=False, autoincrement=False, comment="Always 1"),
        _column("model_name", TEXT, "The model"),
        _column("revision", TEXT, "Which revision of the model"),
        _column("dimension", NUMBER, "How many numbers its vectors have"),
        sa.CheckConstraint("id = 1", name=op.f("ck_model_in_use_single_row")),
        _key("model_in_use", "id"),
        comment="Which model's vectors the statements use: one row",
    )
