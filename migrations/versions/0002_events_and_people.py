"""Events, conflicts, the records of decisions and changes, and people.

Everything is written out here rather than taken from the table classes, which will move on.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.String(16)
WORD = sa.String(16)
KIND = sa.String(32)
LANGUAGE = sa.String(35)
SHA256 = sa.String(64)
TEXT = sa.Text()
NUMBER = sa.Integer()
REAL: sa.Double[float] = sa.Double()
DAY = sa.Date()
INSTANT = sa.DateTime(timezone=True)

TABLES = (
    "event",
    "membership",
    "conflict",
    "review",
    "audit_entry",
    "user",
    "api_token",
)
APPEND_ONLY = ("review", "audit_entry")


def upgrade() -> None:
    _create_events()
    _create_memberships()
    _create_conflicts()
    _create_reviews()
    _create_audit_entries()
    _create_people()
    guard = _guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgresql
    for table in APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _guard_sqlite(table: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {refuse}")
    # INSERT OR REPLACE deletes without asking the trigger above, unless recursive_triggers is on; a tool
    # that leaves it off, as is the default, is stopped here.
    stored = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 # a name from above
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {stored} {refuse}")


def _guard_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


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


def _create_events() -> None:
    op.create_table(
        "event",
        _column("id", ID, "From its first statement"),
        _column("title", TEXT, "Taken from its statements or their headings"),
        _column("title_language", LANGUAGE, "BCP 47 code of the title"),
        _column("place_id", TEXT, "Where it was", nullable=True),
        _column("start", DAY, "First day its statements speak of", nullable=True),
        _column("end", DAY, "Last day its statements speak of", nullable=True),
        _column("precision", WORD, "How exactly these days are known", nullable=True),
        _column("redirects_to", ID, "The event it was merged into", nullable=True),
        _column("version", NUMBER, "Goes up with every change"),
        _key("event", "id"),
        _refers("event", "place_id", "place"),
        _refers("event", "redirects_to", "event"),
        comment="Happenings that statements of several sides speak of",
    )
    _index("event", "end", "id")
    _index("event", "place_id")
    _index("event", "redirects_to")


def _create_memberships() -> None:
    op.create_table(
        "membership",
        _column("statement_id", ID, "The statement"),
        _column("event_id", ID, "Its event"),
        _column("position", NUMBER, "Its place among the event's statements, from 0"),
        _column("score", REAL, "How well it fits, 0 to 1"),
        _column("reason", TEXT, "Why it stands there, in words"),
        _key("membership", "statement_id"),
        _refers("membership", "statement_id", "statement"),
        _refers("membership", "event_id", "event"),
        comment="Which statement stands in which event",
    )
    _index("membership", "event_id")


def _create_conflicts() -> None:
    op.create_table(
        "conflict",
        _column("id", ID, "Derived from the pair"),
        _column("event_id", ID, "The event of both"),
        _column("one", ID, "The statement that sorts first"),
        _column("other", ID, "The other statement"),
        _column("type", WORD, "What it is about"),
        _column("score", REAL, "How surely they clash, 0 to 1"),
        _column("explanation", TEXT, "One sentence that says what clashes"),
        _column("comparator", TEXT, "Which rule found it"),
        _column("detector", TEXT, "Version of the rules"),
        _column("judgement", WORD, "What a person decided; suggested until someone does"),
        _column("version", NUMBER, "Goes up with every change"),
        _key("conflict", "id"),
        _unique("conflict", "one", "other"),
        sa.CheckConstraint("one < other", name=op.f("ck_conflict_pair_in_order")),
        _refers("conflict", "event_id", "event"),
        _refers("conflict", "one", "statement"),
        _refers("conflict", "other", "statement"),
        comment="Pairs of statements that cannot both be so",
    )
    for column in ("event_id", "other", "judgement"):
        _index("conflict", column)


def _create_reviews() -> None:
    op.create_table(
        "review",
        _column("id", NUMBER, "Running number"),
        _column("subject_kind", KIND, "What was decided on, such as conflict"),
        _column("subject_id", TEXT, "The id of what was decided on"),
        _column("judgement", WORD, "The decision"),
        _column("reviewer", TEXT, "Who decided"),
        _column("decided_at", INSTANT, "When, UTC"),
        _column("reason", TEXT, "Why, in the reviewer's words"),
        _key("review", "id"),
        comment="Decisions of people; rows are only ever added",
        sqlite_autoincrement=True,
    )
    _index("review", "subject_kind", "subject_id")


def _create_audit_entries() -> None:
    op.create_table(
        "audit_entry",
        _column("id", NUMBER, "Running number"),
        _column("actor", TEXT, "Who: a user's name, or machine"),
        _column("action", KIND, "What was done, such as merge"),
        _column("subject_kind", KIND, "To what, such as event"),
        _column("subject_id", TEXT, "The id of what was changed"),
        _column("at", INSTANT, "When, UTC"),
        _column("before", TEXT, "The state before, JSON", nullable=True),
        _column("after", TEXT, "The state after, JSON", nullable=True),
        _column("reason", TEXT, "Why"),
        _key("audit_entry", "id"),
        comment="Who changed what; rows are only ever added",
        sqlite_autoincrement=True,
    )
    _index("audit_entry", "subject_kind", "subject_id")


def _create_people() -> None:
    op.create_table(
        "user",
        _column("id", NUMBER, "Running number"),
        _column("name", TEXT, "The name to sign in with"),
        _column("password_hash", TEXT, "Hash of the password, with its parameters"),
        _column("role", WORD, "viewer, analyst or admin"),
        _column("created_at", INSTANT, "When it was added, UTC"),
        _key("user", "id"),
        _unique("user", "name"),
        comment="People who sign in",
    )
    op.create_table(
        "api_token",
        _column("id", KIND, "The part of it that is no secret"),
        _column("name", TEXT, "What it is for"),
        _column("sha256", SHA256, "SHA-256 of the whole token"),
        _column("scope", WORD, "read, ingest, review or admin"),
        _column("created_at", INSTANT, "When it was made, UTC"),
        _column("expires_at", INSTANT, "When it stops working, UTC", nullable=True),
        _column("last_used_at", INSTANT, "When it was last used, UTC", nullable=True),
        _column("revoked_at", INSTANT, "When it was revoked, UTC", nullable=True),
        _key("api_token", "id"),
        _unique("api_token", "sha256"),
        comment="Bearer tokens of the API",
    )
