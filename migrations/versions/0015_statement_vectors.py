"""On PostgreSQL with pgvector: the vectors of linked statements, for TRACKER_VECTOR_INDEX=pgvector.

Nothing elsewhere. The index for nearest neighbours is made, and the table filled, when a program is first
started with that setting: without it, nobody pays for either.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ON_SERVER = "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'"

_COMMANDS = (
    "CREATE TABLE statement_vector (key bigint NOT NULL, vector halfvec NOT NULL)",
    "ALTER TABLE statement_vector ADD CONSTRAINT pk_statement_vector PRIMARY KEY (key)",
    "COMMENT ON TABLE statement_vector IS 'Vectors of linked statements, for search by pgvector'",
    "COMMENT ON COLUMN statement_vector.key IS 'The statement: the number in its id'",
    "COMMENT ON COLUMN statement_vector.vector IS 'Its vector, in half precision'",
)


def upgrade() -> None:
    if not _has_extension():
        return
    for command in _COMMANDS:
        op.execute(command)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE IF EXISTS statement_vector")


def _has_extension() -> bool:
    """Whether pgvector is in this database, put there now if the server has it and lets us."""
    if op.get_bind().dialect.name != "postgresql" or not op.get_bind().scalar(sa.text(_ON_SERVER)):
        return False
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except sa.exc.ProgrammingError:
        # Not everywhere may an owner of a database add it. Who asks for pgvector is told then.
        return False
    return True
