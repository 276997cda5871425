"""One write transaction, as services see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import DecidedMeanwhileError
from tracker.domain.documents import Document, IncomingDocument
from tracker.domain.errors import DocumentChangedError, ReadingError
from tracker.domain.events import Linking
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import Statement
from tracker.storage.comparing import write_conflicts
from tracker.storage.deciding import decision_mark
from tracker.storage.event_summaries import empty_summaries
from tracker.storage.former_events import forget_events, remember_events
from tracker.storage.full_text import words_columns
from tracker.storage.linking import write_linking, write_places
from tracker.storage.loading import chunks, require
from tracker.storage.mapping import document_columns, figure_columns, statement_columns
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    FigureRow,
    MembershipRow,
    ModelInUseRow,
    PartyRow,
    SourceRow,
    StatementRow,
    StatementWordsRow,
)
from tracker.storage.vector_table import empty_searched, keep_searched
from tracker.storage.vectors import keep_vectors, require_vectors

_SHORT = 12
"""How many digits of a hash a message shows."""


def refuse_changed(external_id: str, stored_sha256: str, given_sha256: str) -> None:
    """Raise DocumentChangedError: the caller's id is taken."""
    raise DocumentChangedError(
        f"document {external_id} is already stored with other content "
        f"(stored {stored_sha256[:_SHORT]}, given {given_sha256[:_SHORT]}); "
        "stored documents are never overwritten: give the new version an id of its own"
    )


class SqlWriteSession:
    """One write transaction. Writing again what is already stored changes nothing."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def add_document(self, document: Document, incoming: IncomingDocument, captured_at: datetime) -> bool:
        """Store a document and its original bytes; one that is stored already stays as it is.

        Whether it was not stored before. Raises DocumentChangedError for a caller's id in use, ReadingError
        for text that is no Unicode.
        """
        _require_unicode(document, incoming.origin)
        if self._session.scalar(select(DocumentRow.id).where(DocumentRow.id == document.id)) is not None:
            return False
        if document.external_id is not None:
            stored = self._session.scalar(
                select(DocumentRow.sha256).where(DocumentRow.external_id == document.external_id)
            )
            if stored is not None:
                refuse_changed(document.external_id, stored, document.sha256)
        columns = document_columns(document, incoming, captured_at, self._source_id(document.outlet))
        self._session.execute(insert(DocumentRow), [columns])
        return True

    def _source_id(self, outlet: str) -> int | None:
        if not outlet:
            return None
        known = self._session.scalar(select(SourceRow.id).where(SourceRow.name == outlet))
        if known is not None:
            return known
        source = SourceRow(name=outlet)
        self._session.add(source)
        self._session.flush()
        return source.id

    def add_statements(self, statements: Sequence[Statement]) -> None:
        """Store statements with their figures and places; those stored already stay as they are.

        Raises NotFoundError for a document that is not stored, or a party that the party table lacks.
        """
        stored: set[str] = set()
        for chunk in chunks(statement.id for statement in statements):
            stored.update(self._session.scalars(select(StatementRow.id).where(StatementRow.id.in_(chunk))))
        new = [statement for statement in statements if statement.id not in stored]
        require(self._session, DocumentRow.id, (statement.document for statement in new), "document")
        require(self._session, PartyRow.code, (statement.party for statement in new), "party")
        write_places(self._session, (statement.place.place for statement in new if statement.place))
        if new:
            self._session.execute(insert(StatementRow), [statement_columns(statement) for statement in new])
            self._session.execute(
                insert(StatementWordsRow), [words_columns(one.id, one.quote) for one in new]
            )
        figures = [columns for statement in new for columns in figure_columns(statement)]
        if figures:
            self._session.execute(insert(FigureRow), figures)

    def put_embeddings(self, model: ModelIdentity, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep vectors by digest of the text embedded; digests already there stay as they are.

        Raises ValueError for a vector that is not of shape (dimension,) or not finite.
        """
        keep_vectors(self._session, model, vectors)

    def set_statement_digests(self, model: ModelIdentity, digests: Mapping[str, str]) -> None:
        """Say for each statement id under which text digest its vector is kept, for this model.

        Raises NotFoundError for a statement that is not stored, or a digest without a vector.
        """
        require(self._session, StatementRow.id, digests, "statement")
        require_vectors(self._session, model, digests.values())
        rows = [{"id": statement, "text_digest": digest} for statement, digest in digests.items()]
        if rows:
            self._session.execute(update(StatementRow), rows)

    def apply_linking(self, linking: Linking) -> None:
        """Write events, members, redirects and splits; conflicts follow their statements.

        Raises NotFoundError for ids that are not stored, ValueError for a linking that contradicts itself.
        """
        write_linking(self._session, linking, self._clock())

    def replace_conflicts(self, events: Sequence[str], conflicts: Sequence[Conflict]) -> None:
        """Write the conflicts of these events. Those that a person has judged are never touched."""
        write_conflicts(self._session, events, conflicts)

    def mark_linked(self, statements: Sequence[str]) -> None:
        """Remember that these statements have been through linking and comparison."""
        require(self._session, StatementRow.id, statements, "statement")
        at = self._after_the_last()
        for chunk in chunks(statements):
            self._session.execute(
                update(StatementRow)
                .where(StatementRow.id.in_(chunk), StatementRow.linked_at.is_(None))
                .values(linked_at=at)
            )
        keep_searched(self._session, statements)

    def _after_the_last(self) -> datetime:
        """The time now, but after every other linking, though the clock of another machine is ahead."""
        now, last = self._clock(), self._session.scalar(select(func.max(StatementRow.linked_at)))
        return now if last is None else max(now, last + timedelta(microseconds=1))

    def clear_linking(self) -> None:
        """Take all statements out of the linked state, for `relink`, and remember where they stood.

        Judged conflicts stay.
        """
        remember_events(self._session)
        self._session.execute(delete(MembershipRow))
        self._session.execute(delete(ConflictRow).where(ConflictRow.judgement == Judgement.SUGGESTED))
        self._session.execute(update(StatementRow).values(linked_at=None))
        empty_summaries(self._session)
        empty_searched(self._session)

    def forget_former_events(self) -> None:
        """All is linked again after `clear_linking`."""
        forget_events(self._session)

    def require_mark(self, mark: int) -> None:
        """Raise DecidedMeanwhileError where people have decided anything since `SqlStore.decision_mark`."""
        if decision_mark(self._session) != mark:
            raise DecidedMeanwhileError("people have decided something in the meantime")

    def set_model(self, model: ModelIdentity) -> None:
        """Say which model's vectors the statements now use."""
        row = self._session.get(ModelInUseRow, 1)
        if row is None:
            row = ModelInUseRow(id=1)
            self._session.add(row)
        row.model_name, row.revision, row.dimension = model.name, model.revision, model.dimension
        self._session.flush()


def _require_unicode(document: Document, origin: str) -> None:
    # Half a surrogate pair can come out of JSON escapes; no database can store it as text.
    for field in fields(document):
        value = getattr(document, field.name)
        if not isinstance(value, str):
            continue
        try:
            value.encode()
        except UnicodeEncodeError as error:
            reason = f"its {field.name} holds half of a surrogate pair at character {error.start}"
            raise ReadingError(origin, reason) from error
