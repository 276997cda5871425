"""What people decide about pairs of statements: whether they speak of one event."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.String(16)
WORD = sa.String(16)
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.DateTime(timezone=True)

TABLE = "link_decision"


def upgrade() -> None:
    op.create_table(
        TABLE,
        _column("id", NUMBER, "Running number"),
        _column("one", ID, "The statement that sorts first"),
        _column("other", ID, "The other statement"),
        _column("verdict", WORD, "together or apart; null: an earlier decision is taken back", nullable=True),
        _column("actor", TEXT, "Who decided"),
        _column("at", INSTANT, "When, UTC"),
        _column("reason", TEXT, "Why, in their words; may be empty"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_decision")),
        sa.CheckConstraint("one < other", name=op.f("ck_link_decision_pair_in_order")),
        _refers("one"),
        _refers("other"),
        comment="Decisions of people on whether two statements speak of one event; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_link_decision_one_other"), TABLE, ["one", "other"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    # Its triggers go with the table; PostgreSQL's function still guards the older records.
    op.drop_table(TABLE)


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _refers(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_link_decision_{column}_statement")
    return sa.ForeignKeyConstraint([column], ["statement.id"], name=name)


def _guard_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {TABLE}_no_{change.lower()} BEFORE {change} ON {TABLE} {refuse}")
    # INSERT OR REPLACE deletes without asking the trigger above, unless recursive_triggers is on.
    stored = f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"  # noqa: S608 # a name from above
    op.execute(f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} {stored} {refuse}")


def _guard_postgresql() -> None:
    # The function came with the first records, in revision 0002.
    op.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
