"""What statements are filtered by, of all statements at once, in memory."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.decisions import SubjectKind
from tracker.domain.identifiers import vector_key
from tracker.domain.statements import Polarity
from tracker.domain.views import StatementFilter
from tracker.storage.engine import reading
from tracker.storage.loading import chunks
from tracker.storage.tables import (
    AuditSubjectRow,
    DocumentRow,
    MembershipRow,
    StatementRow,
    StatementWordsRow,
)
from tracker.storage.vectors import Keys

Mask = NDArray[np.bool_]

_NO_DAY = np.iinfo(np.int32).min
_NONE = -1


@dataclass(frozen=True, slots=True)
class StatementColumns:
    """One column a field, one row a statement, in the order of `number`. 35 bytes a statement."""

    number: NDArray[np.int32]
    key: Keys
    length: NDArray[np.int16]
    """How many words."""
    party: NDArray[np.int16]
    language: NDArray[np.int16]
    day: NDArray[np.int32]
    """Of publication, in UTC, as an ordinal."""
    place: NDArray[np.int32]
    polarity: NDArray[np.int16]
    constructed: Mask
    by_key: NDArray[np.int32]
    """Positions in the order of their keys."""

    def positions_of(self, keys: Keys) -> NDArray[np.int32]:
        """The positions of these keys, of those that are there, in their order."""
        if not len(self.key):
            return np.zeros(0, dtype=np.int32)
        place = np.searchsorted(self.key, keys, sorter=self.by_key)
        found: NDArray[np.int32] = self.by_key[np.minimum(place, len(self.key) - 1)]
        kept: NDArray[np.int32] = found[self.key[found] == keys]
        return kept

    def keys_where(self, mask: Mask) -> Keys:
        """The keys of the positions that a mask holds, ascending."""
        return self.key[self.by_key[mask[self.by_key]]]


_DTYPES = {
    "number": np.int32,
    "key": np.int64,
    "length": np.int16,
    "party": np.int16,
    "language": np.int16,
    "day": np.int32,
    "place": np.int32,
    "polarity": np.int16,
    "constructed": np.bool_,
}

_EMPTY = StatementColumns(
    **{name: np.zeros(0, dtype=kind) for name, kind in _DTYPES.items()}, by_key=np.zeros(0, dtype=np.int32)
)


class SqlStatementColumns:
    """Filters over all statements; a statement stored or corrected by anybody counts from its commit on.

    Each call asks for two numbers that go up with whatever can change a row: that of the newest statement
    and that of the last act of a person. Only rows that are new or were decided on since are read. Safe
    for threads. Raises DatabaseError.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._codes: dict[str, dict[object, int]] = {}
        self._columns = _EMPTY
        self._mark = (0, 0)
        """Number of the newest statement, and of the last act, that the columns have seen."""

    def now(self) -> StatementColumns:
        """The columns as the database has them now."""
        with self._lock, reading(self._engine) as session:
            mark = _mark_of(session)
            if mark != self._mark:
                self._read(session, mark)
            return self._columns

    def matching_keys(self, wanted: StatementFilter) -> Keys:
        """Vector keys of the statements that pass a filter, ascending, as the database has them now."""
        columns = self.now()
        return columns.keys_where(self._mask(columns, wanted))

    def keys_by_language(self, wanted: StatementFilter) -> dict[str, Keys]:
        """The same, parted by language."""
        columns = self.now()
        mask = self._mask(columns, wanted)
        codes = self._codes.get("language", {})
        found = {
            str(code): columns.keys_where(mask & (columns.language == value))
            for code, value in list(codes.items())
        }
        return {code: keys for code, keys in sorted(found.items()) if len(keys)}

    def _mask(self, columns: StatementColumns, wanted: StatementFilter) -> Mask:
        mask = np.ones(len(columns.key), dtype=np.bool_)
        for name, values in (
            ("party", wanted.parties),
            ("language", wanted.languages),
            ("place", wanted.places),
            ("polarity", wanted.polarities),
        ):
            if values:
                mask &= np.isin(getattr(columns, name), self._known(name, values))
        if wanted.published_from is not None:
            mask &= columns.day >= wanted.published_from.toordinal()
        if wanted.published_to is not None:
            mask &= (columns.day <= wanted.published_to.toordinal()) & (columns.day != _NO_DAY)
        if wanted.constructed is not None:
            mask &= columns.constructed == wanted.constructed
        if wanted.events:
            among = np.zeros(len(mask), dtype=np.bool_)
            among[columns.positions_of(self._members(wanted.events))] = True
            mask &= among
        return mask

    def _known(self, name: str, values: Iterable[str]) -> list[int]:
        codes = self._codes.get(name, {})
        return [codes[value] for value in values if value in codes]

    def _members(self, events: Sequence[str]) -> Keys:
        # Few rows by an index, and linking moves them without an act of a person: so no column of its own.
        with reading(self._engine) as session:
            found = [
                statement
                for chunk in chunks(events)
                for statement in session.scalars(
                    select(MembershipRow.statement_id).where(MembershipRow.event_id.in_(chunk))
                )
            ]
        return np.array(sorted(map(vector_key, found)), dtype=np.int64)

    def _read(self, session: Session, mark: tuple[int, int]) -> None:
        if mark[0] < self._mark[0] or mark[1] < self._mark[1]:  # another database has been put in its place
            self._columns, self._mark = _EMPTY, (0, 0)
        columns = self._corrected(session, self._columns, self._mark[1])
        rows = session.execute(
            _select_rows().where(StatementWordsRow.number > self._mark[0]).order_by(StatementWordsRow.number)
        ).all()
        if rows:
            columns = _joined(columns, self._columns_of(rows))
        self._columns, self._mark = columns, mark

    def _corrected(self, session: Session, columns: StatementColumns, last: int) -> StatementColumns:
        """The columns with the rows anew that people have decided on after an act."""
        touched = session.scalars(
            select(AuditSubjectRow.subject_id)
            .where(AuditSubjectRow.entry_id > last, AuditSubjectRow.kind == str(SubjectKind.STATEMENT))
            .distinct()
        ).all()
        known = [
            one
            for one in touched
            if len(columns.key) and len(columns.positions_of(np.array([vector_key(one)], dtype=np.int64)))
        ]
        if not known:
            return columns
        rows = [
            row
            for chunk in chunks(known)
            for row in session.execute(_select_rows().where(StatementRow.id.in_(chunk))).all()
        ]
        fresh = self._columns_of(rows)
        where = np.searchsorted(columns.number, fresh.number)
        changed = {}
        for name in _DTYPES:
            # A copy: others may be reading the one that is there.
            values = getattr(columns, name).copy()
            values[where] = getattr(fresh, name)
            changed[name] = values
        return replace(columns, **changed)

    def _columns_of(self, rows: Sequence[Any]) -> StatementColumns:
        number, statement, length, party, language, published, place, polarity, constructed = zip(
            *rows, strict=True
        )
        given: dict[str, Iterable[object]] = {
            "number": number,
            "key": map(vector_key, statement),
            "length": (min(one, 32_000) for one in length),
            "party": self._encoded("party", party),
            "language": self._encoded("language", language),
            "day": map(_ordinal, published),
            "place": self._encoded("place", place),
            "polarity": self._encoded("polarity", polarity),
            "constructed": constructed,
        }
        columns: dict[str, NDArray[Any]] = {
            name: np.fromiter(given[name], dtype=kind, count=len(rows)) for name, kind in _DTYPES.items()
        }
        return StatementColumns(**columns, by_key=np.argsort(columns["key"]).astype(np.int32))

    def _encoded(self, name: str, values: Iterable[object]) -> Iterable[int]:
        codes = self._codes.setdefault(name, {})
        return (_NONE if value is None else codes.setdefault(value, len(codes)) for value in values)


def _mark_of(session: Session) -> tuple[int, int]:
    newest = select(func.max(StatementWordsRow.number)).scalar_subquery()
    last = select(func.max(AuditSubjectRow.entry_id)).scalar_subquery()
    number, entry = session.execute(select(newest, last)).one()
    return number or 0, entry or 0


def _select_rows() -> Select[int, str, int, str, str, datetime | None, str | None, Polarity, bool]:
    spaces: ColumnElement[int] = func.length(StatementWordsRow.words) - func.length(
        func.replace(StatementWordsRow.words, " ", "")
    )
    return (
        select(
            StatementWordsRow.number,
            StatementRow.id,
            spaces,
            StatementRow.party_code,
            StatementRow.language,
            DocumentRow.published_at,
            StatementRow.place_id,
            StatementRow.polarity,
            DocumentRow.constructed,
        )
        .join(StatementRow, StatementRow.id == StatementWordsRow.statement_id)
        .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
    )


def _ordinal(published: datetime | None) -> int:
    return _NO_DAY if published is None else published.astimezone(UTC).toordinal()


def _joined(columns: StatementColumns, more: StatementColumns) -> StatementColumns:
    joined = {
        one.name: np.concatenate([getattr(columns, one.name), getattr(more, one.name)])
        for one in fields(StatementColumns)
    }
    joined["by_key"] = np.argsort(joined["key"]).astype(np.int32)
    return StatementColumns(**joined)
