"""Opening the vector index that the settings ask for, and keeping it in step with the database."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from tracker.domain.errors import BusyError, IndexDamagedError, ReadOnlyError
from tracker.domain.identifiers import vector_key
from tracker.domain.models import ModelIdentity
from tracker.index.faiss_index import FaissIndex
from tracker.services.linking_ports import Turns
from tracker.storage.pgvector_index import PgvectorIndex
from tracker.storage.store import SqlStore

_PATIENCE = 5.0
"""Seconds that whoever opens an installation waits for others who link, to see to the index."""

Warn = Callable[[str], None]
"""Told of everything that is degraded or mended on the way, in a sentence for a person."""


class IndexCare(Enum):
    """What is done on opening with an index that cannot be used, or is not in step with the database."""

    MEND = "mend"
    """It is built anew, with a word about it."""
    LEAVE = "leave"
    """It is left as it is; IndexDamagedError is raised where it cannot be used."""
    REPLACE = "replace"
    """Nothing: whoever opens it is going to build it anew."""


_BEHIND = "the search index is not in step with the database"


class FedIndex(FaissIndex):
    """An index of this machine that takes over what other machines have linked in the same database, too."""

    _feed: "Feed | None" = None

    def feed_from(self, store: SqlStore, seen: datetime | None) -> None:
        """From now on, take over whatever was linked in this database after `seen`."""
        self._feed = Feed(self, store, seen)

    def reload_if_changed(self) -> bool:
        """Take over what other processes have saved and other machines have linked."""
        taken = super().reload_if_changed()
        return (self._feed is not None and self._feed.catch_up()) or taken


class Feed:
    """What an index has seen of a database. Whoever links notes a later time than all before."""

    def __init__(self, index: FaissIndex, store: SqlStore, seen: datetime | None) -> None:
        self._index = index
        self._store = store
        self._seen = seen
        self._busy = threading.Lock()

    def catch_up(self) -> bool:
        """Take over what was linked since, unless another thread does so just now; whether there was any."""
        newest = self._store.last_linked()
        if newest is None or newest == self._seen or not self._busy.acquire(blocking=False):
            return False
        try:
            taken = False
            for keys, vectors in self._store.vectors_linked_after(self._seen):
                known, _ = self._index.vectors_of(keys)
                if not known.all():
                    self._index.upsert(keys[~known], vectors[~known])
                    taken = True
            if taken:
                self._index.save()
            self._seen = newest
            return taken
        finally:
            self._busy.release()


def open_index(
    kind: str,
    folder: Path,
    engine: Engine,
    model: ModelIdentity,
    store: SqlStore,
    turns: Turns,
    warn: Warn,
    care: IndexCare = IndexCare.MEND,
) -> FedIndex | PgvectorIndex:
    """The index of a kind. Raises IndexDamagedError as `care` has it."""
    seen = store.last_linked()
    usable = store.model() == model
    index, fault = _open_pgvector(engine, model) if kind == "pgvector" else _open_faiss(folder, model)
    if fault is not None and usable and care is IndexCare.LEAVE:
        raise fault
    if usable and care is IndexCare.MEND and (fault or not is_in_step(index, store)):
        # Not while others link: they save what they have, and what was built from an older state would
        # take its place.
        try:
            with turns.take(_PATIENCE):
                _bring_into_step(index, store, str(fault or ""), warn)
        except BusyError:
            waiting = fault or _BEHIND
            warn(f"{waiting}, and others are linking: if it stays so, run `tracker index rebuild`")
        except ReadOnlyError:
            warn(f"{fault or _BEHIND}, and this database is a replica: see to it where it is written to")
    if isinstance(index, FedIndex) and engine.dialect.name == "postgresql":
        index.feed_from(store, seen)
    return index


def _open_faiss(folder: Path, model: ModelIdentity) -> tuple[FedIndex, IndexDamagedError | None]:
    try:
        return FedIndex.open(folder, model), None
    except IndexDamagedError as error:
        return FedIndex.create(folder, model), error


def _open_pgvector(engine: Engine, model: ModelIdentity) -> tuple[PgvectorIndex, IndexDamagedError | None]:
    index = PgvectorIndex.open(engine, model)
    try:
        index.check_files()
    except IndexDamagedError as error:
        return index, error
    return index, None


def _bring_into_step(index: FaissIndex | PgvectorIndex, store: SqlStore, fault: str, warn: Warn) -> None:
    if not fault:
        index.reload_if_changed()
    if fault or not is_in_step(index, store):
        warn(f"{fault or _BEHIND}: building it anew from the database")
        index.replace(store.all_vectors())
        index.save()


def is_in_step(index: FaissIndex | PgvectorIndex, store: SqlStore) -> bool:
    """Whether an index lacks nothing that was linked, and holds no more than is stored.

    Statements come into it when they are linked; those that wait may be in it before, since building it
    anew takes all there are, and must not make up for others that are missing.
    """
    stored, held = store.count_vectors(), len(index)
    if held >= stored:
        return held == stored
    waiting = np.array([vector_key(one) for one in store.unlinked()], dtype=np.int64)
    known, _ = index.vectors_of(waiting)
    return held == stored - int(np.count_nonzero(~known))


def vectors_at_hand(
    index: FaissIndex | PgvectorIndex, store: SqlStore
) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """What gives vectors of statements: an index that holds them as they are stored, or the database."""
    if not isinstance(index, FaissIndex):
        return store.vectors

    def vectors(ids: Sequence[str]) -> NDArray[np.float32]:
        found = [index.vector_of(vector_key(one)) for one in ids]
        rows = [one for one in found if one is not None]
        return np.concatenate(rows) if rows and len(rows) == len(ids) else store.vectors(ids)

    return vectors
