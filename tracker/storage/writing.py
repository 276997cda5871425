"""One write transaction, as services see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, delete, func, insert, select, update
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
from tracker.storage.loading import chunks, held, require, table_of
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

# Made once, and of tables: a document takes all of these, and as entities they would take most of its time.
_document, _source, _statement, _words, _figure, _model = map(
    table_of, (DocumentRow, SourceRow, StatementRow, StatementWordsRow, FigureRow, ModelInUseRow)
)
_OF_CALLER: Final = select(_document.c.sha256).where(_document.c.external_id == bindparam("external_id"))
_SOURCE: Final = select(_source.c.id).where(_source.c.name == bindparam("outlet"))
_MODEL: Final = select(_model.c.model_name, _model.c.revision, _model.c.dimension)
_DIGEST: Final = (
    update(_statement).where(_statement.c.id == bindparam("of")).values(text_digest=bindparam("digest"))
)
_INTO: Final = {table: insert(table) for table in (_document, _source, _statement, _words, _figure, _model)}

_SHORT = 12
"""How many digits of a hash a message shows."""


def refuse_changed(external_id: str, stored_sha256: str, given_sha256: str) -> None:
    """Raise DocumentChangedError: the caller's id is taken."""
    raise DocumentChangedError(
        f"document {external_id} is already stored with other content "
        f"(stored {stored_sha256[:_SHORT]}, given {given_sha256[:_SHORT]}); "
        "stored documents are never overwritten: give the new version an id of its own"
    )


def sha256_of_caller(session: Session, external_id: str) -> str | None:
    """The hash of the original bytes that are stored under a caller's id; None where none are."""
    stored: str | None = session.scalar(_OF_CALLER, {"external_id": external_id})
    return stored


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
        if held(self._session, DocumentRow.id, [document.id]):
            return False
        if document.external_id is not None:
            stored = sha256_of_caller(self._session, document.external_id)
            if stored is not None:
                refuse_changed(document.external_id, stored, document.sha256)
        columns = document_columns(document, incoming, captured_at, self._source_id(document.outlet))
        self._session.execute(_INTO[_document], columns)
        return True

    def _source_id(self, outlet: str) -> int | None:
        if not outlet:
            return None
        known: int | None = self._session.scalar(_SOURCE, {"outlet": outlet})
        if known is not None:
            return known
        self._session.execute(_INTO[_source], {"name": outlet})
        return self._session.scalar(_SOURCE, {"outlet": outlet})

    def add_statements(self, statements: Sequence[Statement]) -> None:
        """Store statements with their figures and places; those stored already stay as they are.

        Raises NotFoundError for a document that is not stored, or a party that the party table lacks.
        """
        stored = held(self._session, StatementRow.id, (statement.id for statement in statements))
        new = [statement for statement in statements if statement.id not in stored]
        require(self._session, DocumentRow.id, (statement.document for statement in new), "document")
        require(self._session, PartyRow.code, (statement.party for statement in new), "party")
        write_places(self._session, (statement.place.place for statement in new if statement.place))
        if new:
            self._session.execute(_INTO[_statement], [statement_columns(one) for one in new])
            self._session.execute(_INTO[_words], [words_columns(one.id, one.quote) for one in new])
        figures = [columns for statement in new for columns in figure_columns(statement)]
        if figures:
            self._session.execute(_INTO[_figure], figures)

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
        rows = [{"of": statement, "digest": digest} for statement, digest in digests.items()]
        if rows:
            self._session.execute(_DIGEST, rows)

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
        wanted = {"model_name": model.name, "revision": model.revision, "dimension": model.dimension}
        row = self._session.execute(_MODEL).mappings().one_or_none()
        if row is None:
            self._session.execute(_INTO[_model], {"id": 1, **wanted})
        elif row != wanted:
            self._session.execute(update(_model).values(wanted))


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
