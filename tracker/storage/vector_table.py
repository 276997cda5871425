"""The table of vectors that pgvector searches: a cache, kept in the transactions that link statements.

Only on PostgreSQL, and only once somebody has searched by it: until then its index for nearest neighbours
is missing, and nothing is written to it.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from tracker.domain.identifiers import vector_key
from tracker.storage.engine import database_errors
from tracker.storage.vectors import Keys, Vectors, vectors_by_statement

NEAREST = "ix_statement_vector_nearest_"
"""The index for nearest neighbours is called so, and then by the dimension."""

_IS_SEARCHED = text(
    "SELECT EXISTS (SELECT FROM pg_indexes WHERE schemaname = current_schema() "
    "AND tablename = 'statement_vector' AND starts_with(indexname, :nearest))"
)

_MEGABYTE = 1 << 20
_OF_GRAPH = 400
"""Bytes of the graph for each vector, besides the vector."""


def halfvec(vector: NDArray[np.float32]) -> str:
    """A vector in half precision, as pgvector reads it."""
    return "[" + ",".join(map(repr, vector.astype(np.float16).tolist())) + "]"


def keep_searched(session: Session, statements: Sequence[str]) -> None:
    """Put the vectors of these statements where pgvector finds them, if anybody searches by it."""
    if not _is_searched(session):
        return
    rows = [
        {"key": vector_key(statement), "vector": halfvec(vector)}
        for statement, vector in vectors_by_statement(session, statements).items()
    ]
    if rows:
        session.connection().execute(
            text(
                "INSERT INTO statement_vector (key, vector) VALUES (:key, CAST(:vector AS halfvec)) "
                "ON CONFLICT (key) DO UPDATE SET vector = excluded.vector"
            ),
            rows,
        )


def empty_searched(session: Session) -> None:
    """Take all vectors out of where pgvector searches."""
    if _is_searched(session):
        session.execute(text("DELETE FROM statement_vector"))


def _is_searched(session: Session) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return False
    return bool(session.scalar(_IS_SEARCHED, {"nearest": NEAREST}))


def build_searched(engine: Engine, batches: Iterable[tuple[Keys, Vectors]], dimension: int) -> None:
    """Make table and index anew. Whoever searches meanwhile finds the old ones. Raises DatabaseError.

    For whoever has the turn to link: it waits for no write transaction, and they do not wait for it.
    """
    with database_errors(engine), engine.begin() as connection:
        for command in _new_table():
            connection.exec_driver_sql(command)
        count = _copy(connection, batches)
        needed = count * (2 * dimension + _OF_GRAPH) * 13 // 10 // _MEGABYTE
        # Else the graph is built on disk, many times slower. Several workers would share it in /dev/shm, of
        # which there is little in a container.
        connection.exec_driver_sql(f"SET LOCAL maintenance_work_mem = '{min(max(needed, 64), 8_192)}MB'")
        connection.exec_driver_sql("SET LOCAL max_parallel_maintenance_workers = 0")
        for command in _in_its_place(dimension):
            connection.exec_driver_sql(command)


def _new_table() -> tuple[str, ...]:
    return (
        "DROP TABLE IF EXISTS statement_vector_new",
        "CREATE TABLE statement_vector_new (key bigint NOT NULL, vector halfvec NOT NULL)",
        "ALTER TABLE statement_vector_new ADD CONSTRAINT pk_statement_vector_new PRIMARY KEY (key)",
    )


def _copy(connection: Connection, batches: Iterable[tuple[Keys, Vectors]]) -> int:
    count = 0
    driver = connection.connection.cursor()
    with driver.copy("COPY statement_vector_new (key, vector) FROM STDIN") as copy:
        for keys, vectors in batches:
            lines = (f"{key}\t{halfvec(vector)}\n" for key, vector in zip(keys, vectors, strict=True))
            copy.write("".join(lines))
            count += len(keys)
    driver.close()
    return count


def _in_its_place(dimension: int) -> tuple[str, ...]:
    vector = f"(vector::halfvec({dimension})) halfvec_ip_ops"
    return (
        f"CREATE INDEX {NEAREST}new ON statement_vector_new USING hnsw ({vector})",
        "DROP TABLE IF EXISTS statement_vector",
        "ALTER TABLE statement_vector_new RENAME TO statement_vector",
        "ALTER TABLE statement_vector RENAME CONSTRAINT pk_statement_vector_new TO pk_statement_vector",
        f"ALTER INDEX {NEAREST}new RENAME TO {NEAREST}{dimension}",
        "COMMENT ON TABLE statement_vector IS 'Vectors of linked statements, for search by pgvector'",
        "COMMENT ON COLUMN statement_vector.key IS 'The statement: the number in its id'",
        "COMMENT ON COLUMN statement_vector.vector IS 'Its vector, in half precision'",
        "ANALYZE statement_vector",
    )
