"""Ingesting: documents to stored statements, then linking; idempotent, resumable, nothing lost."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from tracker.domain.documents import Document, IncomingDocument
from tracker.domain.errors import DocumentChangedError, ReadingError
from tracker.domain.identifiers import document_id
from tracker.domain.views import Counts
from tracker.language.pack import is_supported
from tracker.services.embedding import EmbeddingService, question_text
from tracker.services.linking import LinkingService, Progress
from tracker.services.ports import Clock, Store
from tracker.statements.extraction import Knowledge, documents_of, extract_statements, with_evident_head

BATCH = 400
"""Documents between two rounds of linking."""


@dataclass(slots=True)
class IngestSummary:
    """What an ingest did. `failures` are told as they happen, in the words of their errors."""

    new: int = 0
    known: int = 0
    statements: int = 0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    totals: Counts = field(default_factory=lambda: Counts(0, 0, 0, 0))

    @property
    def failed(self) -> int:
        """How many documents could not be taken in."""
        return len(self.failures)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one page: the ids of its documents, stored now or before, and what went wrong.

    `failure` and `note` are sentences without the page's origin, empty where there is nothing to say.
    `is_changed`: it failed because the caller's id is stored with other words.
    """

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    statements: int = 0
    failure: str = ""
    note: str = ""
    is_changed: bool = False


def _nobody(_document: str) -> None:
    """Nobody wants to know what is about to be stored."""


@dataclass(frozen=True, slots=True)
class IngestService:
    """Takes documents in, one transaction each; what was begun before a crash is finished next time."""

    store: Store
    embeddings: EmbeddingService
    linking: LinkingService
    knowledge: Knowledge
    clock: Clock

    def ingest(
        self, incoming: Iterable[IncomingDocument | ReadingError], progress: Progress
    ) -> IngestSummary:
        """Ingest everything that can be read; report what cannot and go on.

        Raises ModelMismatchError before anything is read where the database holds another model's vectors.
        """
        self.linking.check_model()
        summary, linked = IngestSummary(), 0
        for number, one in enumerate(incoming, 1):
            _add(summary, one, self.take(one))
            progress("reading", number, 0)
            if summary.new - linked >= BATCH:
                self.linking.link_pending(progress)
                linked = summary.new
        self.linking.link_pending(progress)
        summary.totals = self.store.counts()
        return summary

    def take(
        self,
        one: IncomingDocument | ReadingError,
        before_storing: Callable[[str], None] = _nobody,
        *,
        ahead: bool = False,
    ) -> Taken:
        """Take one page in, as one document or as several; what it says is linked by `link_pending`.

        `before_storing` is told the id of each document that is not stored yet, before it is. `ahead`, where
        workers share jobs: also the vectors by which linking compares are reckoned now.
        """
        if isinstance(one, ReadingError):
            return Taken(failure=one.reason)
        page, taken = as_document(one), Taken()
        try:
            for document in documents_of(page):
                if self.store.known_document(document.id, document.external_id, document.sha256):
                    taken = replace(taken, known=(*taken.known, document.id))
                    continue
                before_storing(document.id)
                stored = self._store(document, one, ahead=ahead)
                if stored is None:
                    # Another process was a moment sooner.
                    taken = replace(taken, known=(*taken.known, document.id))
                    continue
                new, statements = (*taken.new, document.id), taken.statements + stored
                taken = replace(taken, new=new, statements=statements)
        except ReadingError as error:
            taken = replace(taken, failure=error.reason)
        except DocumentChangedError as error:
            taken = replace(taken, failure=str(error), is_changed=True)
        if taken.new and not is_supported(page.language):
            note = f"language {page.language} has no data of its own; read with English rules"
            taken = replace(taken, note=note)
        return taken

    def _store(self, document: Document, incoming: IncomingDocument, *, ahead: bool) -> int | None:
        """How many statements were stored with a document; None where the document was there already."""
        statements = extract_statements(document, self.knowledge)
        vectors = self.embeddings.missing(statements)
        asked = self.linking.questions.missing([question_text(one) for one in statements]) if ahead else {}
        # That a file was read is written down only after all that it holds.
        with self.store.writing(relying=ahead) as session:
            session.set_model(self.embeddings.identity)
            if not session.add_document(document, incoming, self.clock.now()):
                return None
            session.add_statements(statements)
            self.embeddings.write(session, statements, vectors)
            if asked:
                session.put_embeddings(self.linking.questions.identity, asked)
        return len(statements)


def _add(summary: IngestSummary, one: IncomingDocument | ReadingError, taken: Taken) -> None:
    summary.new += len(taken.new)
    summary.known += len(taken.known)
    summary.statements += taken.statements
    if taken.failure:
        summary.failures.append(f"{one.origin}: {taken.failure}")
    if taken.note:
        summary.notes.append(f"{one.origin}: {taken.note}")


def as_document(incoming: IncomingDocument) -> Document:
    """What was read as the document that is stored for it, or that is parted into those that are."""
    digest = sha256(incoming.original).hexdigest()
    language = incoming.language or "und"
    document = Document(
        id=document_id(digest, incoming.external_id, incoming.url),
        external_id=incoming.external_id,
        url=incoming.url,
        title=incoming.title or "",
        outlet=incoming.outlet or "",
        published=incoming.published,
        published_found=incoming.published_found,
        language=language,
        sha256=digest,
        text=incoming.text,
        constructed=incoming.constructed,
    )
    return with_evident_head(document)


def marked_constructed(
    incoming: Iterator[IncomingDocument | ReadingError],
) -> Iterator[IncomingDocument | ReadingError]:
    """The same documents, marked as constructed for demonstration."""
    for one in incoming:
        yield replace(one, constructed=True) if isinstance(one, IncomingDocument) else one
