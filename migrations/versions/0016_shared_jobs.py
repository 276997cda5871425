"""On PostgreSQL: files that wait to be read, and the tables of procrastinate, which delivers errands.

Nothing on SQLite, where one worker does the jobs of one machine and files wait in a folder. A later version
of procrastinate that wants other tables gets a migration that drops the schema and makes it anew: errands
that were under way are sent again.
"""

from collections.abc import Sequence

from alembic import op

from tracker.queueing import SCHEMA, creation

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_FILES = (
    (
        "CREATE TABLE incoming_block (job_id varchar(16) NOT NULL, file varchar(32) NOT NULL, "
        "number integer NOT NULL, kept_at timestamptz NOT NULL, content bytea NOT NULL)"
    ),
    "ALTER TABLE incoming_block ADD CONSTRAINT pk_incoming_block PRIMARY KEY (job_id, file, number)",
    "COMMENT ON TABLE incoming_block IS 'Files of jobs that wait to be read, in blocks'",
    "COMMENT ON COLUMN incoming_block.job_id IS 'Their job, which may not be there yet'",
    "COMMENT ON COLUMN incoming_block.file IS 'The name the file is kept under'",
    "COMMENT ON COLUMN incoming_block.number IS 'The place of the block in it, from 0'",
    "COMMENT ON COLUMN incoming_block.kept_at IS 'When it was handed in, UTC'",
    "COMMENT ON COLUMN incoming_block.content IS 'Its bytes'",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for command in (*_FILES, *creation()):
            # Those of procrastinate have signs in them that would stand for parameters.
            op.get_bind().exec_driver_sql(command, execution_options={"no_parameters": True})


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        op.execute("DROP TABLE incoming_block")
