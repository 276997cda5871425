"""Vectors in the database: kept by model and text digest, handed out by statement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, and_, bindparam, insert, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.identifiers import vector_key
from tracker.domain.models import ModelIdentity
from tracker.storage.loading import chunks, in_order, table_of, wanted
from tracker.storage.tables import EmbeddingRow, ModelInUseRow, StatementRow

Vectors = NDArray[np.float32]
Keys = NDArray[np.int64]


# Made once, and of the table: these are asked of every document.
_embedding = table_of(EmbeddingRow)
_OF_MODEL: Final = and_(
    _embedding.c.model_name == bindparam("name"), _embedding.c.revision == bindparam("revision")
)
_DIGESTS: Final = select(_embedding.c.digest).where(_OF_MODEL, wanted(_embedding.c.digest))
_VECTORS: Final = select(_embedding.c.digest, _embedding.c.vector).where(
    _OF_MODEL, wanted(_embedding.c.digest)
)
_INSERT: Final = insert(_embedding)


def _asked(model: ModelIdentity, digests: Sequence[str]) -> dict[str, Any]:
    return {"name": model.name, "revision": model.revision, "wanted": digests}


def _stored_digests(session: Session, model: ModelIdentity, digests: Iterable[str]) -> Iterator[str]:
    for chunk in chunks(digests):
        yield from session.scalars(_DIGESTS, _asked(model, chunk))


def keep_vectors(session: Session, model: ModelIdentity, vectors: Mapping[str, Vectors]) -> None:
    """Store vectors under digests that have none yet. Raises ValueError for a wrong shape or number."""
    stored = set(_stored_digests(session, model, vectors))
    rows = []
    for digest, vector in vectors.items():
        if vector.shape != (model.dimension,):
            raise ValueError(f"a vector of {model.name} has shape {vector.shape}, not ({model.dimension},)")
        if not np.isfinite(vector).all():
            raise ValueError(f"a vector of {model.name} holds a number that is not finite")
        if digest not in stored:
            rows.append(
                {
                    "model_name": model.name,
                    "revision": model.revision,
                    "digest": digest,
                    "dimension": model.dimension,
                    "vector": vector,
                }
            )
    if rows:
        session.execute(_INSERT, rows)


def require_vectors(session: Session, model: ModelIdentity, digests: Iterable[str]) -> None:
    """Raise NotFoundError for the first of these digests under which this model has no vector."""
    asked = list(digests)
    stored = set(_stored_digests(session, model, asked))
    missing = next((digest for digest in asked if digest not in stored), None)
    if missing is not None:
        raise NotFoundError(f"no vector of the model {model.name} is stored under the digest {missing}")


def vectors_by_digest(session: Session, model: ModelIdentity, digests: Sequence[str]) -> dict[str, Vectors]:
    """The vectors kept for these text digests, each of shape (dimension,)."""
    found: dict[str, Vectors] = {}
    for chunk in chunks(digests):
        rows = session.execute(_VECTORS, _asked(model, chunk))
        found.update((digest, vector) for digest, vector in rows)
    return found


def _current() -> Select[str, Vectors]:
    return (
        select(StatementRow.id, EmbeddingRow.vector)
        .join(EmbeddingRow, EmbeddingRow.digest == StatementRow.text_digest)
        .join(
            ModelInUseRow,
            and_(
                ModelInUseRow.model_name == EmbeddingRow.model_name,
                ModelInUseRow.revision == EmbeddingRow.revision,
            ),
        )
    )


def vectors_by_statement(session: Session, statements: Sequence[str]) -> dict[str, Vectors]:
    """The current vectors of those of these statements that have one, each of shape (dimension,)."""
    found: dict[str, Vectors] = {}
    for chunk in chunks(statements):
        rows = session.execute(_current().where(StatementRow.id.in_(chunk)))
        found.update((statement, vector) for statement, vector in rows)
    return found


def vectors_of(session: Session, statements: Sequence[str]) -> Vectors:
    """The current vectors of these statements, in order: shape (statements, dimension).

    Raises NotFoundError for a statement without a vector of the model in use.
    """
    found = vectors_by_statement(session, statements)
    if not statements:
        dimension = session.scalar(select(ModelInUseRow.dimension))
        return np.zeros((0, dimension or 0), dtype=np.float32)
    ordered: list[Vectors] = in_order(found, statements, "current vector of a statement")
    return np.stack(ordered)


def all_vectors(
    session: Session, batch: int, *conditions: ColumnElement[bool]
) -> Iterator[tuple[Keys, Vectors]]:
    """All current vectors by key, at most `batch` at a time: keys (n,), vectors (n, dimension)."""
    current = _current().where(*conditions).order_by(StatementRow.id)
    rows = session.execute(current, execution_options={"yield_per": batch})
    for part in rows.partitions():
        keys = np.array([vector_key(statement) for statement, _ in part], dtype=np.int64)
        yield keys, np.stack([vector for _, vector in part])
