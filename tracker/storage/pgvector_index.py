"""Nearest neighbours by pgvector, in the database itself: an index for services, beside FAISS."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, TextClause, text
from sqlalchemy.orm import Session

from tracker.domain.errors import IndexDamagedError, SettingsError
from tracker.domain.identifiers import statement_of_key, vector_key
from tracker.domain.models import ModelIdentity
from tracker.storage.engine import address, reading
from tracker.storage.vector_table import NEAREST, build_searched, halfvec
from tracker.storage.vectors import Keys, Vectors, vectors_by_statement

Hits = list[tuple[int, float]]
"""(key, score), best first."""

_SETTING = "TRACKER_VECTOR_INDEX=pgvector"

_LEAST_VERSION = (0, 8)
"""From here on an index goes on searching where a filter leaves too little."""

_NARROW = 10_000
"""So many vectors that pass a filter are compared one by one, in which nothing is missed."""

_SPARE = 20
"""So many more are found than asked for: half precision may change the order of near neighbours."""

_CARE = text(
    "SELECT set_config('hnsw.ef_search', '200', true), "
    "set_config('hnsw.iterative_scan', 'relaxed_order', true), "
    # The planner thinks a sort of all rows cheaper than it is.
    "set_config('enable_sort', 'off', true)"
)


class PgvectorIndex:
    """The vectors of linked statements in half precision, searched by a graph (HNSW) beside them.

    What it finds is scored again with the stored vectors, in 64 bits. Vectors come into it in the very
    transaction that links their statement, so there is nothing to save and nothing to take over. All
    methods raise DatabaseError.
    """

    def __init__(self, engine: Engine, model: ModelIdentity) -> None:
        self._engine = engine
        self._dimension = model.dimension

    @classmethod
    def open(cls, engine: Engine, model: ModelIdentity) -> "PgvectorIndex":
        """The index of a database, for this model's vectors. Raises SettingsError where there can be none."""
        _require_extension(engine)
        return cls(engine, model)

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._dimension

    def __len__(self) -> int:
        with reading(self._engine) as session:
            if not _is_there(session):
                return 0
            return session.scalar(text("SELECT count(*) FROM statement_vector")) or 0

    def upsert(self, keys: Keys, vectors: Vectors) -> None:
        """Nothing: what is linked comes in with the transaction that links it."""

    def save(self) -> None:
        """Nothing: what is written is stored."""

    def reload_if_changed(self) -> bool:
        """Whether there was anything to take over: never, since all read the same table."""
        return False

    def replace(self, batches: Iterable[tuple[Keys, Vectors]]) -> None:
        """Build table and graph anew. Searches find the old ones until the new ones are whole."""
        build_searched(self._engine, batches, self._dimension)

    def search(self, vectors: Vectors, k: int, allowed: Keys | None = None) -> list[Hits]:
        """For each row the k best (key, score), best first, ties by key; only keys in `allowed` if given."""
        found: list[Sequence[int]]
        if k <= 0 or (allowed is not None and not len(allowed)):
            return [[] for _ in vectors]
        with reading(self._engine) as session:
            session.execute(_CARE)
            command, values = self._command(allowed)
            found = [
                session.scalars(command, {**values, "query": halfvec(row), "count": k + _SPARE}).all()
                for row in np.asarray(vectors, dtype=np.float32)
            ]
            return _in_order(session, vectors, found, k)

    def _command(self, allowed: Keys | None) -> tuple[TextClause, dict[str, object]]:
        table, passes = "statement_vector", ""
        values: dict[str, object] = {}
        if allowed is not None:
            passes = "WHERE key = ANY(CAST(:allowed AS bigint[]))"
            values = {"allowed": np.asarray(allowed).tolist()}
            if len(allowed) <= _NARROW:
                few = f"SELECT key, vector FROM {table} {passes}"  # noqa: S608
                chosen = f"WITH few AS MATERIALIZED ({few}) SELECT key FROM few"  # noqa: S608
                return self._ordered(chosen), values
        return self._ordered(f"SELECT key FROM {table} {passes}"), values  # noqa: S608

    def _ordered(self, chosen: str) -> TextClause:
        kind = f"halfvec({self._dimension})"
        return text(f"{chosen} ORDER BY vector::{kind} <#> CAST(:query AS {kind}) LIMIT :count")

    def keys(self) -> Keys:
        """All keys, ascending."""
        with reading(self._engine) as session:
            found = session.scalars(text("SELECT key FROM statement_vector ORDER BY key")).all()
        return np.array(found, dtype=np.int64)

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in half precision."""
        wanted = text("SELECT key, vector::real[] AS vector FROM statement_vector WHERE key = ANY(:keys)")
        with reading(self._engine) as session:
            found = {row.key: row.vector for row in session.execute(wanted, {"keys": keys.tolist()})}
        known = np.array([key in found for key in keys.tolist()], dtype=np.bool_)
        rows = [found[key] for key in keys.tolist() if key in found]
        return known, np.array(rows, dtype=np.float32).reshape(len(rows), self._dimension)

    @staticmethod
    def as_kept(vectors: Vectors) -> Vectors:
        """Vectors as they come out of this index again."""
        return vectors.astype(np.float16).astype(np.float32)

    def check_files(self) -> None:
        """Raise IndexDamagedError where the table or its graph is missing, or belongs to another model."""
        usable = text(
            "SELECT EXISTS (SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indrelid = to_regclass('statement_vector') AND indisvalid AND relname = :name)"
        )
        with reading(self._engine) as session:
            if not session.scalar(usable, {"name": f"{NEAREST}{self._dimension}"}):
                raise IndexDamagedError(
                    f"{address(self._engine)} has no index for nearest neighbours among vectors of "
                    f"{self._dimension} numbers: run `tracker index rebuild`"
                )


def _is_there(session: Session) -> bool:
    return session.scalar(text("SELECT to_regclass('statement_vector')")) is not None


def _require_extension(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        raise SettingsError(
            f"{_SETTING} needs a database on PostgreSQL, and TRACKER_DATABASE_URL is {address(engine)}: "
            "use faiss, or move it over with `tracker migrate-to`"
        )
    with reading(engine) as session:
        version = session.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
    if version is None:
        raise SettingsError(
            f"{_SETTING}: {address(engine)} is without pgvector. Install pgvector 0.8 or newer on the server "
            "and run CREATE EXTENSION vector in this database, or use faiss"
        )
    if tuple(int(part) for part in version.split(".")[:2]) < _LEAST_VERSION:
        raise SettingsError(f"{_SETTING} needs pgvector 0.8 or newer, {address(engine)} has {version}")


def _in_order(session: Session, vectors: Vectors, found: Sequence[Sequence[int]], k: int) -> list[Hits]:
    """The best k of what was found for each row, by the score that the stored vectors give."""
    everything = sorted({key for keys in found for key in keys})
    stored = vectors_by_statement(session, [statement_of_key(key) for key in everything])
    exact = {vector_key(statement): vector.astype(np.float64) for statement, vector in stored.items()}
    hits: defaultdict[int, Hits] = defaultdict(list)
    for place, (row, keys) in enumerate(zip(vectors, found, strict=True)):
        query = row.astype(np.float64)
        scored = [(key, float(exact[key] @ query)) for key in keys if key in exact]
        hits[place] = sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:k]
    return [hits[place] for place in range(len(vectors))]
