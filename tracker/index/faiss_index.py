"""The vector index of the services: in memory as far as it must be, the bulk mapped from disk."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracker.index.building import built, renewed
from tracker.index.contents import Contents
from tracker.index.exact_order import Hits, Vectors
from tracker.index.generations import Changes, Generations, Reading
from tracker.index.key_table import Keys
from tracker.index.locking import ReadersWriterLock
from tracker.index.manifest import Manifest, Model
from tracker.index.segment import Segment

# A new segment is made when so many vectors are not in it, or hidden: a share of it within these bounds.
_UNSETTLED_SHARE = 1 / 32
_LEAST_UNSETTLED, _MOST_UNSETTLED = 2_048, 16_384

# So many files of changes are put together into one.
_MOST_CHANGES = 16


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How the bulk of the vectors is searched, and how much of what it should find that finds."""

    vectors: int
    """In the index, of which the newest and those under narrow filters are always compared exactly."""
    is_exact: bool
    recall: float
    """Share of the ten nearest that is found, measured with 200 stored vectors; 1 where all are compared."""
    lists: int
    """Lists that the bulk is sorted into; 0 where there are none."""
    probed: int
    """Lists looked into for each search."""

    def __str__(self) -> str:
        if self.is_exact:
            return "searches by meaning compare every vector"
        return (
            f"searches by meaning look into {self.probed} of {self.lists} lists and find {self.recall:.1%} "
            "of the ten nearest, measured with 200 stored vectors"
        )


class FaissIndex:
    """Nearest neighbours by inner product, kept on disk as a cache of the database.

    Exact up to some ten thousand vectors, and under filters that leave no more than that; else as exact as
    `accuracy` says. One thread at a time may change or save it, any number may search meanwhile. Several
    processes may use one directory: `save` adds what has changed here to what others have saved since, and
    `reload_if_changed` takes over what others have saved. Keys are integers of up to 63 bits, vectors
    float32 rows of unit length; anything else raises ValueError.
    """

    def __init__(self, generations: Generations, model: Model, contents: Contents) -> None:
        """Use `open` or `create`."""
        self._generations = generations
        self._model = model
        self._contents = contents
        self._saved: Manifest | None = None
        """The generation that the contents were last in step with."""
        self._stamp = generations.directory.stamp()
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
        generations = Generations(directory, model)
        reading = generations.read()
        index = cls(generations, model, _contents(reading))
        index._saved, index._stamp = reading.manifest, reading.stamp
        index._require_count()
        return index

    @classmethod
    def create(cls, directory: Path, model: Model) -> Self:
        """An empty index, in place of whatever is in the directory now; nothing is written until `save`.

        What others save there from now on is taken over as with an opened index.
        """
        return cls(Generations(directory, model), model, Contents(Segment.empty(model.dimension)))

    def __len__(self) -> int:
        with self._access.reading():
            return len(self._contents)

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._model.dimension

    @property
    def accuracy(self) -> Accuracy:
        """What searches find of what they should."""
        with self._access.reading():
            segment, count = self._contents.segment, len(self._contents)
        if segment.lists is None or segment.probing is None:
            return Accuracy(count, is_exact=True, recall=1.0, lists=0, probed=0)
        probing = segment.probing
        return Accuracy(
            count,
            is_exact=False,
            recall=probing.recall,
            lists=segment.lists.list_count,
            probed=probing.probed,
        )

    def upsert(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors, shape (keys, dimension), or replace those already under these keys."""
        with self._changing:
            with self._access.writing():
                changed = self._contents.upsert(keys, vectors)
            self._changed.update(changed.tolist())

    def remove(self, keys: Keys) -> int:
        """Remove the vectors under these keys, as far as there are any; returns how many."""
        with self._changing:
            with self._access.writing():
                removed = self._contents.remove(keys)
            self._changed.update(removed.tolist())
            return len(removed)

    def search(self, vectors: Vectors, k: int, allowed: Keys | None = None) -> list[Hits]:
        """For each row the k best (key, score), best first, ties by key; only keys in `allowed` if given.

        The same whatever else is searched in the same call. Fewer than k where there are no more.
        """
        with self._access.reading():
            return self._contents.search(vectors, k, allowed)

    def keys(self) -> Keys:
        """All keys, ascending."""
        with self._access.reading():
            return self._contents.keys()

    def vectors_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Which of these keys are known, and the vectors of those that are, in their order."""
        with self._access.reading():
            return self._contents.vectors_of(keys)

    def vector_of(self, key: int) -> Vectors | None:
        """The vector under one key, shape (1, dimension); None where there is none."""
        with self._access.reading():
            return self._contents.vector_of(key)

    def replace(self, batches: Iterable[tuple[Keys, Vectors]]) -> None:
        """Throw everything away and build anew. Searches find the old vectors until all new ones are in."""
        with self._changing:
            fresh = Contents(built(batches, self._model.dimension))
            with self._access.writing():
                self._contents = fresh
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
            with self._generations.directory.locked():
                if self._others_have_saved():
                    self._take_over()
                is_there = self._saved is not None and self._stamp == self._generations.directory.stamp()
                if self._saved is None or self._built_anew or not is_there or self._is_unsettled():
                    self._save_all()
                else:
                    self._save_changes(self._saved)
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

    def check_files(self) -> None:
        """Read all files of the index through and compare them with their checksums.

        An index that holds nothing and was never saved has none: what it should hold is another question.
        Raises IndexDamagedError. Opening does so only for files written to since they were last checked.
        """
        if self._saved is None and len(self) == 0 and self._generations.directory.stamp() is None:
            return
        self._generations.check()

    def _others_have_saved(self) -> bool:
        return not self._built_anew and self._generations.directory.stamp() not in {None, self._stamp}

    def _take_over(self) -> bool:
        known = None if self._saved is None else (self._saved, self._contents.segment)
        reading = self._generations.read(known)
        if reading.manifest == self._saved:
            self._stamp = reading.stamp
            return False
        own = np.array(sorted(self._changed), dtype=np.int64)
        if reading.continues:
            with self._access.writing():
                for changes in reading.changes:
                    _apply(self._contents, changes, except_for=own)
        else:
            known_here, rows = self._contents.vectors_of(own)
            contents = _contents(reading)
            contents.remove(own[~known_here])
            contents.upsert(own[known_here], rows)
            with self._access.writing():
                self._contents = contents
        self._saved, self._stamp = reading.manifest, reading.stamp
        return True

    def _is_unsettled(self) -> bool:
        share = int(len(self._contents.segment) * _UNSETTLED_SHARE)
        return self._contents.unsettled() > min(max(share, _LEAST_UNSETTLED), _MOST_UNSETTLED)

    def _save_all(self) -> None:
        """Save one segment of everything, and use it from disk from then on."""
        contents, segment = self._contents, self._contents.segment
        if contents.unsettled():
            segment = renewed(segment, contents.hidden, *contents.tail.rows())
        reading = self._generations.write_segment(segment)
        fresh = Contents(reading.segment)
        with self._access.writing():
            self._contents = fresh
        self._saved, self._stamp = reading.manifest, reading.stamp

    def _save_changes(self, before: Manifest) -> None:
        contents = self._contents
        together = len(before.changes) >= _MOST_CHANGES
        if together:
            changes = Changes(*contents.changes())
        else:
            changed = np.array(sorted(self._changed), dtype=np.int64)
            known, rows = contents.vectors_of(changed)
            changes = Changes(changed[~known], changed[known], rows)
        self._saved, self._stamp = self._generations.write_changes(
            before, changes, len(contents), instead=together
        )

    def _require_count(self) -> None:
        if self._saved is not None and len(self._contents) != self._saved.count:
            raise self._generations.directory.damaged(
                f"it holds {len(self._contents)} vectors, its manifest says {self._saved.count}"
            )


def _contents(reading: Reading) -> Contents:
    contents = Contents(reading.segment)
    for changes in reading.changes:
        _apply(contents, changes, except_for=np.empty(0, dtype=np.int64))
    return contents


def _apply(contents: Contents, changes: Changes, except_for: Keys) -> None:
    contents.remove(changes.removed[~np.isin(changes.removed, except_for)])
    others = ~np.isin(changes.keys, except_for)
    contents.upsert(changes.keys[others], changes.vectors[others])
