"""The vector index of the services: FAISS in memory, generations on disk."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracker.index.flat_vectors import FlatVectors, Hits, Vectors
from tracker.index.generations import GenerationDirectory, Stamp
from tracker.index.key_table import Keys
from tracker.index.locking import ReadersWriterLock
from tracker.index.manifest import Manifest, Model


class FaissIndex:
    """Exact nearest neighbours by inner product, kept on disk as a cache of the database.

    One thread at a time may change or save it, any number may search meanwhile. Several processes may
    use one directory: `save` adds what has changed here to what others have saved since, and
    `reload_if_changed` takes over what others have saved. Keys are integers of up to 63 bits, vectors
    float32 rows of unit length; anything else raises ValueError.
    """

    def __init__(
        self,
        directory: GenerationDirectory,
        model: Model,
        vectors: FlatVectors,
        saved: Manifest | None,
        stamp: Stamp | None,
    ) -> None:
        """Use `open` or `create`."""
        self._directory = directory
        self._model = model
        self._vectors = vectors
        self._saved = saved
        """The generation that the vectors were last in step with."""
        self._stamp = stamp
        """What was in place then; anything else there has been saved by others since."""
        self._built_anew = False
        self._changed: set[int] = set()
        """The keys under which vectors were put or removed since then."""
        self._changing = threading.Lock()
        self._access = ReadersWriterLock()

    @classmethod
    def open(cls, directory: Path, model: Model) -> Self:
        """The index saved in a directory, for this model's vectors.

        Raises IndexDamagedError, with the reason, if there is none, if one byte of it is wrong, or if it
        was built with another model.
        """
        generations = GenerationDirectory(directory)
        manifest, vectors, stamp = generations.read(model)
        return cls(generations, model, vectors, manifest, stamp)

    @classmethod
    def create(cls, directory: Path, model: Model) -> Self:
        """An empty index, in place of whatever is in the directory now; nothing is written until `save`.

        What others save there from now on is taken over as with an opened index.
        """
        generations = GenerationDirectory(directory)
        return cls(generations, model, FlatVectors(model.dimension), None, generations.stamp())

    def __len__(self) -> int:
        with self._access.reading():
            return len(self._vectors)

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._model.dimension

    def upsert(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors, shape (keys, dimension), or replace those already under these keys."""
        with self._changing:
            with self._access.writing():
                changed = self._vectors.upsert(keys, vectors)
            self._changed.update(changed.tolist())

    def remove(self, keys: Keys) -> int:
        """Remove the vectors under these keys, as far as there are any; returns how many."""
        with self._changing:
            with self._access.writing():
                removed = self._vectors.remove(keys)
            self._changed.update(removed.tolist())
            return len(removed)

    def search(self, vectors: Vectors, k: int, allowed: Keys | None = None) -> list[Hits]:
        """For each row the k best (key, score), best first, ties by key; only keys in `allowed` if given.

        Exact whatever the share allowed, and the same whatever else is searched in the same call. Fewer
        than k where there are no more.
        """
        with self._access.reading():
            return self._vectors.search(vectors, k, allowed)

    def keys(self) -> Keys:
        """All keys, ascending."""
        with self._access.reading():
            return self._vectors.keys()

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in their order."""
        with self._access.reading():
            return self._vectors.vectors_of(keys)

    def replace(self, batches: Iterable[tuple[Keys, Vectors]]) -> None:
        """Throw everything away and build anew. Searches find the old vectors until all new ones are in."""
        with self._changing:
            fresh = FlatVectors(self._model.dimension)
            for keys, vectors in batches:
                fresh.upsert(keys, vectors)
            with self._access.writing():
                self._vectors = fresh
            self._built_anew = True

    def save(self) -> None:
        """Write what has changed to disk, whole or not at all; without a change, do nothing.

        What other processes have saved meanwhile is kept, unless this index was built anew. Raises
        TrackerError where the disk refuses, and IndexDamagedError where others have left something that
        cannot be used: another model's vectors, or a damaged file.
        """
        with self._changing:
            if self._saved is not None and not self._changed and not self._built_anew:
                return
            with self._directory.locked():
                if self._others_have_saved():
                    self._take_over()
                with self._access.reading():
                    self._saved, self._stamp = self._directory.write(self._vectors, self._model)
            self._changed.clear()
            self._built_anew = False

    def reload_if_changed(self) -> bool:
        """Take over what another process has saved, if it has; changes not yet saved here stay on top.

        Costs one look at the manifest's file when nothing has changed, and never waits: while another
        thread changes, saves or reloads this index, it returns at once. Returns whether vectors were
        taken over. Raises IndexDamagedError if what was saved cannot be used; the vectors in memory then
        stay. An index built anew and not yet saved, or whose directory was removed, stays as it is.
        """
        if not self._others_have_saved() or not self._changing.acquire(blocking=False):
            return False
        try:
            return self._others_have_saved() and self._take_over()
        finally:
            self._changing.release()

    def _others_have_saved(self) -> bool:
        return not self._built_anew and self._directory.stamp() not in {None, self._stamp}

    def _take_over(self) -> bool:
        stamp = self._directory.stamp()
        if self._directory.manifest(self._model) == self._saved:
            self._stamp = stamp
            return False
        manifest, vectors, stamp = self._directory.read(self._model)
        changed = np.array(sorted(self._changed), dtype=np.int64)
        known, rows = self._vectors.vectors_of(changed)
        vectors.remove(changed[~known])
        vectors.upsert(changed[known], rows)
        with self._access.writing():
            self._vectors = vectors
        self._saved, self._stamp = manifest, stamp
        return True
