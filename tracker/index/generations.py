"""An index on disk: a segment, the lists over it, and the changes since, each a numbered file.

Files are written beside those before them, and become valid when the manifest is replaced, which is one
step. Whoever is interrupted at any point leaves the old index or the new one.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

import faiss
from numpy.typing import NDArray

from tracker.domain.errors import IndexDamagedError
from tracker.index.array_file import ArrayFile, read_arrays, taken, write_arrays
from tracker.index.coding import Coding
from tracker.index.directory import MANIFEST, IndexDirectory, Stamp
from tracker.index.exact_order import Vectors
from tracker.index.inverted_lists import InvertedLists
from tracker.index.key_table import Keys
from tracker.index.manifest import Manifest, Model, SealedFile, SealedLists, describe
from tracker.index.row_reading import RowReader
from tracker.index.segment import Segment

_BLOCK = 1 << 20

# A reader may find that a file its manifest names is already removed, because a writer saved in between.
# More often than this in a row is a fault.
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """What was saved at one time: keys that went, and keys and vectors that came or took others' place."""

    removed: Keys
    keys: Keys
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from disk."""

    manifest: Manifest
    stamp: Stamp | None
    segment: Segment
    changes: tuple[Changes, ...]
    """To be made in the segment, in this order."""
    continues: bool
    """Whether the changes are only those since the reading that was known before."""


class Generations:
    """Reads and writes the files of one index."""

    def __init__(self, path: Path, model: Model) -> None:
        self.directory = IndexDirectory(path)
        self._model = model

    def read(self, known: tuple[Manifest, Segment] | None = None) -> Reading:
        """What is valid now; of what is `known` already only the news.

        Files are checked against the manifest before anything else sees a byte of them. Raises
        IndexDamagedError with the reason.
        """
        for _ in range(_ATTEMPTS):
            stamp = self.directory.stamp()
            manifest = self.directory.manifest(self._model)
            try:
                return self._read(manifest, stamp, known)
            except FileNotFoundError as error:
                missing = Path(str(error.filename)).name
            except OSError as error:
                raise self.directory.damaged(f"it cannot be read: {error.strerror or error}") from error
        raise self.directory.damaged(f"{missing}, which {MANIFEST} names, is missing")

    def check(self) -> None:
        """Read every file through and compare it with its checksum. Raises IndexDamagedError."""
        manifest = self.directory.manifest(self._model)
        try:
            for sealed in manifest.files():
                self.directory.require_whole(sealed, anew=True)
        except OSError as error:
            raise self.directory.damaged(f"it cannot be read: {error.strerror or error}") from error

    def write_segment(self, segment: Segment) -> Reading:
        """Save a segment in place of all there is; call it with the directory locked.

        Returns it as read back, mapped. Raises TrackerError where it cannot be written; what was saved
        before is then still valid.
        """
        try:
            number = self.directory.next_number()
            arrays: dict[str, NDArray[Any]] = {"keys": segment.keys, "rows": segment.rows}
            lists = segment.lists
            if lists is not None:
                arrays |= {"middle": lists.coding.middle, "width": lists.coding.width}
            sealed = self.directory.put(f"segment-{number:08d}.arrays", partial(write_arrays, arrays=arrays))
            sealed_lists = None
            if lists is not None and segment.probing is not None:
                index = lists.faiss_index
                file = self.directory.put(f"lists-{number:08d}.faiss", lambda file: _put_index(file, index))
                sealed_lists = SealedLists(file, segment.probing, lists.loss)
            manifest = describe(
                generation=number, segment=sealed, lists=sealed_lists, count=len(segment), model=self._model
            )
            stamp = self.directory.put_manifest(manifest)
            self.directory.note_checked(*manifest.files())
        except OSError as error:
            raise self.directory.unsaved(error) from error
        return Reading(manifest, stamp, self._segment(manifest), (), continues=False)

    def write_changes(
        self, before: Manifest, changes: Changes, count: int, *, instead: bool
    ) -> tuple[Manifest, Stamp | None]:
        """Save changes after those there are, or `instead` of them; call it with the directory locked.

        `count` is how many vectors there are then. Raises TrackerError where they cannot be written; what
        was saved before is then still valid.
        """
        arrays: dict[str, NDArray[Any]] = {
            "removed": changes.removed,
            "keys": changes.keys,
            "rows": changes.vectors,
        }
        try:
            number = self.directory.next_number()
            sealed = self.directory.put(f"changes-{number:08d}.arrays", partial(write_arrays, arrays=arrays))
            earlier = () if instead else before.changes
            manifest = before.succeeded(generation=number, changes=(*earlier, sealed), count=count)
            return manifest, self.directory.put_manifest(manifest)
        except OSError as error:
            raise self.directory.unsaved(error) from error

    def _read(
        self, manifest: Manifest, stamp: Stamp | None, known: tuple[Manifest, Segment] | None
    ) -> Reading:
        already, continues = 0, False
        if known is not None and (known[0].segment, known[0].lists) == (manifest.segment, manifest.lists):
            segment = known[1]
            already = len(known[0].changes)
            continues = manifest.changes[:already] == known[0].changes
        else:
            segment = self._segment(manifest)
        news = manifest.changes[already if continues else 0 :]
        return Reading(manifest, stamp, segment, tuple(map(self._changes, news)), continues)

    def _segment(self, manifest: Manifest) -> Segment:
        sealed, lists, dimension = manifest.segment, manifest.lists, manifest.dimension
        self.directory.require_whole(sealed, anew=False)
        if lists is not None:
            self.directory.require_whole(lists.file, anew=False)
        file = self.directory.path / sealed.file
        try:
            arrays = ArrayFile(file)
            keys, rows = arrays.take("keys", "<i8", None), arrays.take("rows", "<f4", None, dimension)
            if lists is None:
                return Segment(keys, rows)
            coding = Coding(arrays.take("middle", "<f4", dimension), arrays.take("width", "<f4", dimension))
            sealed = lists.file
            index = faiss.read_index(str(self.directory.path / sealed.file), faiss.IO_FLAG_MMAP_IFC)
            reader = RowReader(file, arrays.starts["rows"], dimension)
            return Segment(keys, rows, InvertedLists(index, coding, lists.loss), lists.probing, reader)
        except (RuntimeError, ValueError) as error:
            (self.directory.path / sealed.file).stat()  # removed meanwhile is no damage
            raise self._foreign(sealed, error) from error

    def _changes(self, sealed: SealedFile) -> Changes:
        try:
            arrays = read_arrays(self.directory.whole_bytes(sealed))
            keys = taken(arrays, "keys", "<i8", None)
            rows = taken(arrays, "rows", "<f4", len(keys), self._model.dimension)
            return Changes(taken(arrays, "removed", "<i8", None), keys, rows)
        except ValueError as error:
            raise self._foreign(sealed, error) from error

    def _foreign(self, sealed: SealedFile, error: Exception) -> IndexDamagedError:
        return self.directory.damaged(f"{sealed.file} is not an index of this program: {error}")


def _put_index(file: BinaryIO, index: faiss.Index) -> None:
    writer = cast("Any", faiss).PyCallbackIOWriter(file.write, _BLOCK)
    faiss.write_index(index, writer)
