"""The words of statements for full text search, and an index of their trigrams.

The words are folded by the program as it is: whoever changes the folding migrates once more.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from tracker.language.search_words import search_form, words_digest

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_BATCH = 2_000

_SQLITE = (
    """
    CREATE VIRTUAL TABLE statement_trigrams USING fts5(
        words, content='statement_words', content_rowid='number', tokenize='trigram case_sensitive 1'
    )
    """,
    """
    CREATE TRIGGER statement_words_inserted AFTER INSERT ON statement_words BEGIN
        INSERT INTO statement_trigrams (rowid, words) VALUES (new.number, new.words);
    END
    """,
    """
    CREATE TRIGGER statement_words_deleted AFTER DELETE ON statement_words BEGIN
        INSERT INTO statement_trigrams (statement_trigrams, rowid, words)
        VALUES ('delete', old.number, old.words);
    END
    """,
    """
    CREATE TRIGGER statement_words_updated AFTER UPDATE ON statement_words BEGIN
        INSERT INTO statement_trigrams (statement_trigrams, rowid, words)
        VALUES ('delete', old.number, old.words);
        INSERT INTO statement_trigrams (rowid, words) VALUES (new.number, new.words);
    END
    """,
)

_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_statement_words_trigrams ON statement_words USING gin (words gin_trgm_ops)",
)


def upgrade() -> None:
    words = op.create_table(
        "statement_words",
        sa.Column("number", sa.Integer(), nullable=False, comment="Running number, in the order of writing"),
        sa.Column("statement_id", sa.String(16), nullable=False, comment="The statement"),
        sa.Column(
            "words",
            sa.Text(),
            nullable=False,
            comment="Its folded words, a space before each and at the end",
        ),
        sa.Column(
            "digest",
            sa.BigInteger(),
            nullable=False,
            comment="60 bits of a digest of these words, to find the same words by",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statement_words")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_statement_words_statement_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_words_statement_id_statement")
        ),
        comment="Statements' words as full text search sees them",
    )
    op.create_index(op.f("ix_statement_words_digest"), "statement_words", ["digest"])
    for command in _SQLITE if _is_sqlite() else _postgresql():
        op.execute(command)
    for rows in _stored():
        op.bulk_insert(words, rows)


def downgrade() -> None:
    if _is_sqlite():
        for trigger in ("inserted", "deleted", "updated"):
            op.execute(f"DROP TRIGGER statement_words_{trigger}")
        op.execute("DROP TABLE statement_trigrams")
    op.drop_table("statement_words")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _postgresql() -> Sequence[str]:
    """Without the extension, which some servers lack, the same words are searched row by row."""
    known = sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
    return _POSTGRESQL if op.get_bind().scalar(known) else ()


def _stored() -> Iterator[list[dict[str, object]]]:
    """The words of the statements that are stored already, in batches."""
    statement = sa.table("statement", sa.column("id", sa.String), sa.column("quote", sa.Text))
    last = ""
    while True:
        query = (
            sa.select(statement.c.id, statement.c.quote)
            .where(statement.c.id > last)
            .order_by(statement.c.id)
            .limit(_BATCH)
        )
        rows = op.get_bind().execute(query).all()
        if not rows:
            return
        forms = [(key, search_form(quote)) for key, quote in rows]
        yield [{"statement_id": key, "words": form, "digest": words_digest(form)} for key, form in forms]
        last = rows[-1][0]
