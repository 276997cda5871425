"""Receiving one document from somebody who waits for the answer, and finding it linked when it comes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from tracker.domain.documents import Document, IncomingDocument
from tracker.domain.errors import BusyError, DocumentChangedError, NotFoundError, ReadingError
from tracker.domain.views import DocumentView
from tracker.services.ingest import IngestService
from tracker.services.intake import as_document
from tracker.services.linking import LinkingService
from tracker.services.ports import Library

PATIENCE: Final = 20.0
"""Seconds that a caller waits for others who link statements."""

_AT_ONCE: Final = 3
"""How many threads of a process wait for their turn to link: the rest serve those who read."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a document: as it is stored, several where a page without a caller's id holds several.

    `is_new`: it was not stored before this request. `is_linked`: its statements stand in their events and
    can be searched for; otherwise whoever links others just now does it next.
    """

    documents: tuple[DocumentView, ...]
    is_new: bool
    is_linked: bool
    note: str = ""


@dataclass(frozen=True)
class ReceivingService:
    """Takes one document at a time in, by the very path of files that are ingested.

    `prepare` sees to what the path needs, before each. May be shared by threads.
    """

    ingest: IngestService
    linking: LinkingService
    library: Library
    prepare: Callable[[], None]
    patience: float = PATIENCE
    _places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE))

    def receive(
        self,
        incoming: IncomingDocument,
        about_to_store: Callable[[str], None],
        earlier: tuple[str, ...] = (),
    ) -> Received:
        """Store a document, read its statements, and link and compare them.

        `about_to_store` is told its id before it is stored; `earlier` are ids that it was told by an attempt
        that was broken off. Raises DocumentChangedError, ReadingError, ModelMismatchError.
        """
        self.linking.check_model()
        self.prepare()
        ids: tuple[str, ...]
        known = self._known(incoming)
        if known is not None:
            is_new, ids, note = known.id in earlier, (known.id,), ""
        else:
            taken = self.ingest.take(incoming, about_to_store)
            if taken.failure:
                raise (
                    DocumentChangedError(taken.failure)
                    if taken.is_changed
                    else ReadingError(incoming.origin, taken.failure)
                )
            ids, note = (*taken.new, *taken.known), taken.note
            is_new = bool(taken.new) or not set(earlier).isdisjoint(ids)
        is_linked = self._link(ids)
        documents = sorted(map(self.library.document, ids), key=lambda view: view.document.part or 0)
        return Received(tuple(documents), is_new, is_linked, note)

    def _known(self, incoming: IncomingDocument) -> Document | None:
        """The document that is stored under the caller's id, where it says the same in other bytes."""
        if incoming.external_id is None:
            return None
        try:
            stored = self.library.document(incoming.external_id).document
        except NotFoundError:
            return None
        if stored.external_id != incoming.external_id:
            return None  # it is one of our own ids that the caller uses as theirs
        return stored if _says_the_same(incoming, stored) else None

    def _link(self, documents: tuple[str, ...]) -> bool:
        """Link what these documents say; whether that is done."""
        said = [view.statement.id for one in documents for view in self.library.document(one).statements]
        # Threads that have no place here leave their statements to those that have: whoever comes to its
        # turn links all that wait.
        has_place = self._places.acquire(blocking=False)
        try:
            self.linking.link(said, self.patience if has_place else 0.0)
        except BusyError:
            return not said
        finally:
            if has_place:
                self._places.release()
        return True


def _says_the_same(incoming: IncomingDocument, stored: Document) -> bool:
    given = replace(as_document(incoming), id=stored.id, sha256=stored.sha256, constructed=stored.constructed)
    return given == stored
