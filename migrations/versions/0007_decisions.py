"""Decisions of people: a sealed audit trail, annotations, and events that wait to be reckoned anew.

The table of reviews goes: nothing ever wrote to it, and what it was meant for stands in the trail.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WORD = sa.String(16)
KIND = sa.String(32)
SHA256 = sa.String(64)
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.DateTime(timezone=True)

_OLD = ("id", "actor", "action", "subject_kind", "subject_id", "at", "before", "after", "reason")


def upgrade() -> None:
    entries = _entries()
    op.drop_table("audit_entry")
    op.drop_table("review")
    _create_audit_entries(sealed=True)
    _put(_sealed(entries), (*_OLD, "undoes", "redoes", "previous", "sha256"))
    _guard("audit_entry")
    _create_audit_subjects()
    _create_annotations()
    op.add_column(
        "event",
        sa.Column(
            "due",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="Whether its description and conflicts wait to be reckoned anew after a decision",
        ),
    )
    op.create_index(op.f("ix_event_due"), "event", ["due"])


def downgrade() -> None:
    op.drop_index(op.f("ix_event_due"), "event")
    op.drop_column("event", "due")
    op.drop_table("annotation")
    op.drop_table("audit_subject")
    entries = _entries()
    op.drop_table("audit_entry")
    _create_audit_entries(sealed=False)
    _put(entries, _OLD)
    _guard("audit_entry")
    _create_reviews()
    _guard("review")


def _entries() -> list[dict[str, Any]]:
    table = sa.table("audit_entry", *(sa.column(name, INSTANT if name == "at" else None) for name in _OLD))
    rows = op.get_bind().execute(sa.select(table).order_by(table.c.id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 # SQLAlchemy's public name for it


def _put(entries: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    table = sa.table("audit_entry", *(sa.column(name, INSTANT if name == "at" else None) for name in names))
    if entries:
        op.get_bind().execute(table.insert(), list(entries))


def _sealed(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries with their seals, as `tracker.domain.audit` reckoned them when this was written."""
    previous, sealed = "0" * 64, []
    for entry in entries:
        at = entry["at"]
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        fields = [previous, *(entry[name] for name in _OLD[:5]), at.isoformat(timespec="microseconds")]
        fields += [entry["before"], entry["after"], entry["reason"], None, None]
        written = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
        sealed.append({**entry, "undoes": None, "redoes": None, "previous": previous, "sha256": digest})
        previous = digest
    return sealed


def _guard(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        # The function came with the first records, in revision 0002.
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {refuse}")
    stored = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 # a name from above
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {stored} {refuse}")


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _create_audit_entries(*, sealed: bool) -> None:
    seals: list[Any] = [
        _column("undoes", NUMBER, "The entry whose change this one takes back", nullable=True),
        _column("redoes", NUMBER, "The entry whose change this one makes once more", nullable=True),
        _column("previous", SHA256, "The seal of the entry before"),
        _column("sha256", SHA256, "Its own seal: SHA-256 of its content and of the seal before"),
        *(
            sa.ForeignKeyConstraint(
                [name], ["audit_entry.id"], name=op.f(f"fk_audit_entry_{name}_audit_entry")
            )
            for name in ("undoes", "redoes")
        ),
    ]
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
        *(seals if sealed else ()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        comment="Who changed what; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_audit_entry_subject_kind_subject_id"), "audit_entry", ["subject_kind", "subject_id"]
    )
    if sealed:
        for name in ("undoes", "redoes"):
            op.create_index(op.f(f"ix_audit_entry_{name}"), "audit_entry", [name])


def _create_audit_subjects() -> None:
    op.create_table(
        "audit_subject",
        _column("entry_id", NUMBER, "The entry"),
        _column("kind", KIND, "Of what kind, such as event"),
        _column("subject_id", TEXT, "Its id"),
        sa.PrimaryKeyConstraint("entry_id", "kind", "subject_id", name=op.f("pk_audit_subject")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_subject_entry_id_audit_entry")
        ),
        comment="All that an entry of the audit trail is about",
    )
    op.create_index(op.f("ix_audit_subject_kind_subject_id"), "audit_subject", ["kind", "subject_id"])


def _create_annotations() -> None:
    op.create_table(
        "annotation",
        _column("kind", KIND, "Of what kind it is, such as event"),
        _column("subject_id", TEXT, "Its id"),
        _column("aspect", KIND, "What was added: grade, assignee, or note: and its number"),
        _column("value", sa.JSON(), "The value as it stands"),
        sa.PrimaryKeyConstraint("kind", "subject_id", "aspect", name=op.f("pk_annotation")),
        comment="What people have added: grades, assignments, notes",
    )
    op.create_index(op.f("ix_annotation_aspect"), "annotation", ["aspect"])


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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        comment="Decisions of people; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_review_subject_kind_subject_id"), "review", ["subject_kind", "subject_id"])
