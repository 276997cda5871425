"""Keeping account of one file of a job while it is read, so that a worker's death loses none of it."""

import time

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.jobs import MOST_ERRORS_KEPT, ItemError, ItemProgress
from tracker.services.intake import Taken
from tracker.services.job_ports import JobQueue

_EVERY = 1.0  # seconds between two entries, where nothing is stored


class ItemLedger:
    """What became of the pages of one file so far. `path` is left out where an origin begins with it.

    That a document is about to be stored is written down before it is, so that after a worker's death it
    still counts as this job's, and a file read anew counts nothing twice.
    """

    def __init__(self, queue: JobQueue, holder: str, item: int, path: str) -> None:
        self._queue, self._holder, self._item, self._path = queue, holder, item, path
        self._read = self._failed = 0
        self._errors: list[ItemError] = []
        self._notes: list[str] = []
        self._planned: list[str] = []
        self._known: list[str] = []
        self._dropped: list[str] = []
        self._written = time.monotonic()

    def about_to_store(self, document: str) -> None:
        """Write down that a document is about to be stored. Raises LeaseLostError."""
        self._planned.append(document)
        self._write(planned=(document,))

    def took(self, one: IncomingDocument | ReadingError, taken: Taken) -> None:
        """Take note of one page. Raises LeaseLostError."""
        self._read += 1
        self._known += taken.known
        self._dropped += [one for one in self._planned if one not in taken.new]
        self._planned.clear()
        if taken.failure:
            self._failed += 1
            if len(self._errors) < MOST_ERRORS_KEPT:
                self._errors.append(ItemError(self._place(one.origin), taken.failure))
        if taken.note and taken.note not in self._notes:
            self._notes.append(taken.note)
        if self._dropped or time.monotonic() - self._written >= _EVERY:
            self.flush()

    def flush(self) -> None:
        """Write down all that is not written yet. Raises LeaseLostError."""
        self._write()

    def end(self) -> None:
        """Write down that the file was read to its end. Raises LeaseLostError."""
        self._queue.end_item(self._holder, self._item, self._progress(()))

    def _write(self, planned: tuple[str, ...] = ()) -> None:
        self._queue.record(self._holder, self._item, self._progress(planned))
        self._known.clear()
        self._dropped.clear()
        self._written = time.monotonic()

    def _progress(self, planned: tuple[str, ...]) -> ItemProgress:
        return ItemProgress(
            read=self._read,
            failed=self._failed,
            errors=tuple(self._errors),
            notes=tuple(self._notes),
            planned=planned,
            known=tuple(self._known),
            dropped=tuple(self._dropped),
        )

    def _place(self, origin: str) -> str:
        """Where in the file: "17" for its 17th line, "record 3" of an archive; empty for all of it."""
        return origin.removeprefix(self._path).lstrip(":, ")
