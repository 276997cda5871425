"""Taking a page in: reading what it says, having that embedded, storing it, one document a transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from tracker.domain.documents import Document, IncomingDocument
from tracker.domain.errors import DocumentChangedError, ReadingError
from tracker.domain.identifiers import document_id
from tracker.domain.statements import Statement
from tracker.language.pack import is_supported
from tracker.services.collecting import nothing_collected
from tracker.services.embedding import (
    Begun,
    EmbeddingService,
    TextsUnderWay,
    linking_texts,
    question_text,
)
from tracker.services.listening import BeginReading, PendingMarks
from tracker.services.ports import Clock, Store
from tracker.statements.extraction import (
    Knowledge,
    documents_of,
    extract_statements,
    tellings,
    with_evident_head,
)


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


@dataclass(frozen=True, slots=True)
class ListenedDocument:
    """A document that is not stored yet; the marks of the voice encoder may still be under way."""

    document: Document
    marks: PendingMarks | None


@dataclass(slots=True)
class ListenedPage:
    """What a page holds, before what it says is known: its documents in order, of those stored only the ids.

    `failure` is what kept further ones from being read.
    """

    incoming: IncomingDocument
    parts: list[ListenedDocument | str] = field(default_factory=list)
    note: str = ""
    failure: ReadingError | DocumentChangedError | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that is not stored yet, and what it says; the vectors of that may still be under way."""

    document: Document
    statements: tuple[Statement, ...]
    contexts: Begun
    compared: tuple[Begun, ...]


@dataclass(slots=True)
class ReadPage:
    """What reading a page came to: its documents in order, of those stored already only the ids.

    `failure` is what kept further ones from being read.
    """

    incoming: IncomingDocument
    parts: list[ReadDocument | str] = field(default_factory=list)
    note: str = ""
    failure: ReadingError | DocumentChangedError | None = None


def nobody(_document: str) -> None:
    """Whom to tell of what is about to be stored where nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Listens to pages, reads and stores them in the same order; others may be taken up in between.

    `voices` begins to have stories read for who speaks in them; without it the named features decide alone.
    `contexts` reckon the vectors that stand for statements in search, `compared` those by which statements
    are compared, one model after the other; with none, these are left to linking.
    """

    store: Store
    embeddings: EmbeddingService
    knowledge: Knowledge
    clock: Clock
    voices: BeginReading | None
    contexts: TextsUnderWay
    compared: tuple[TextsUnderWay, ...]

    def listen(self, one: IncomingDocument) -> ListenedPage:
        """Tell the documents of a page, and begin to have them heard; nothing is stored."""
        page, listened = as_document(one), ListenedPage(one)
        if not is_supported(page.language):
            listened.note = f"language {page.language} has no data of its own; read with English rules"
        try:
            with nothing_collected(len(page.text)):
                documents = documents_of(page)
            for document in documents:
                if self.store.known_document(document.id, document.external_id, document.sha256):
                    listened.parts.append(document.id)
                else:
                    marks = None if self.voices is None else self.voices(tellings(document))
                    listened.parts.append(ListenedDocument(document, marks))
        except (ReadingError, DocumentChangedError) as error:
            listened.failure = error
        return listened

    def read(self, page: ListenedPage) -> ReadPage:
        """Read what a page says, and begin to have it embedded; nothing is stored."""
        read = ReadPage(page.incoming, note=page.note, failure=page.failure)
        try:
            for part in page.parts:
                read.parts.append(part if isinstance(part, str) else self._read_document(part))
        except (ReadingError, DocumentChangedError) as error:
            read.failure = error
        return read

    def _read_document(self, listened: ListenedDocument) -> ReadDocument:
        document = listened.document
        marks = None if listened.marks is None else listened.marks.result()
        with nothing_collected(len(document.text)):
            statements = extract_statements(document, self.knowledge, marks)
        contexts = self.contexts.begin(linking_texts(statements))
        texts = [question_text(one) for one in statements]
        return ReadDocument(
            document, statements, contexts, tuple(model.begin(texts) for model in self.compared)
        )

    def keep(
        self,
        page: ReadPage,
        before_storing: Callable[[str], None] = nobody,
        *,
        relying: bool = False,
    ) -> Taken:
        """Store what was read. `before_storing` is told the id of each document, before it is.

        `relying`: a later transaction of the caller's sees to it that this one is on the disk.
        """
        taken, failure = Taken(), page.failure
        try:
            for part in page.parts:
                if isinstance(part, str):
                    taken = replace(taken, known=(*taken.known, part))
                    continue
                before_storing(part.document.id)
                if self._store(part, page.incoming, relying=relying):
                    new, statements = (*taken.new, part.document.id), taken.statements + len(part.statements)
                    taken = replace(taken, new=new, statements=statements)
                else:
                    # Another process was a moment sooner.
                    taken = replace(taken, known=(*taken.known, part.document.id))
        except (ReadingError, DocumentChangedError) as error:
            failure = error
        if isinstance(failure, ReadingError):
            taken = replace(taken, failure=failure.reason)
        elif failure is not None:
            taken = replace(taken, failure=str(failure), is_changed=True)
        return replace(taken, note=page.note) if taken.new else taken

    def _store(self, read: ReadDocument, incoming: IncomingDocument, *, relying: bool) -> bool:
        """Whether the document was not stored before."""
        vectors = self.contexts.end(read.contexts)
        asked = [
            (model.vectors.identity, model.end(begun))
            for model, begun in zip(self.compared, read.compared, strict=True)
        ]
        # That a file was read is written down only after all that it holds.
        with self.store.writing(relying=relying) as session:
            session.set_model(self.embeddings.identity)
            if not session.add_document(read.document, incoming, self.clock.now()):
                return False
            session.add_statements(read.statements)
            self.embeddings.write(session, read.statements, vectors)
            for identity, found in asked:
                session.put_embeddings(identity, found)
        return True


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
