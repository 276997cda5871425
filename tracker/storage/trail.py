"""Reading the audit trail as lists: filtered, page by page, and with the names of what it is about."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.audit import MACHINE, AuditEntry
from tracker.domain.trail import Named, TrailFilter
from tracker.storage.days import day_after, midnight
from tracker.storage.engine import reading
from tracker.storage.loading import chunks
from tracker.storage.tables import (
    AuditEntryRow,
    AuditSubjectRow,
    ConflictRow,
    EventRow,
    MembershipRow,
    PlaceRow,
    SourceRow,
    StatementRow,
)

_LONGEST_QUOTE = 200
"""Code points of a quote that are read to name its statement."""

_BATCH = 1_000

Ref = tuple[str, str]
"""The kind and id of something."""


class SqlTrail:
    """The audit trail as pages list it. All methods raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries(self, wanted: TrailFilter, before: int | None, size: int) -> list[AuditEntry]:
        """At most `size` entries, the latest first, older than the entry `before`. One query."""
        query = _filtered(wanted).order_by(AuditEntryRow.id.desc()).limit(size)
        if before is not None:
            query = query.where(AuditEntryRow.id < before)
        with reading(self._engine) as session:
            return [AuditEntry(*row) for row in session.execute(query)]

    def all_entries(self, wanted: TrailFilter) -> Iterator[AuditEntry]:
        """Every entry wanted, in the order of the trail; each batch in a transaction of its own."""
        last = 0
        while True:
            query = _filtered(wanted).where(AuditEntryRow.id > last).order_by(AuditEntryRow.id).limit(_BATCH)
            with reading(self._engine) as session:
                batch = [AuditEntry(*row) for row in session.execute(query)]
            if not batch:
                return
            yield from batch
            last = batch[-1].id

    def names(self, mentioned: Iterable[Ref]) -> dict[Ref, Named]:
        """What these things are called; those that are not stored are left out. A query a kind."""
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for kind, key in mentioned:
            ids[kind].append(key)
        found: dict[Ref, Named] = {}
        with reading(self._engine) as session:
            for kind, keys in ids.items():
                name = _NAMES.get(kind)
                for chunk in chunks(keys) if name else ():
                    found.update(((kind, key), named) for key, named in name(session, chunk))  # type: ignore[misc]
        return found


# Columns instead of rows with an identity, which would cost more than all else.
_COLUMNS = tuple(getattr(AuditEntryRow, name) for name in AuditEntry.__slots__)


def _filtered(wanted: TrailFilter) -> Select[*tuple[Any, ...]]:
    query = select(*_COLUMNS)
    if wanted.actor:
        query = query.where(AuditEntryRow.actor == wanted.actor)
    if wanted.action:
        query = query.where(AuditEntryRow.action == wanted.action)
    if wanted.kind and not wanted.subject:
        query = query.where(AuditEntryRow.subject_kind == wanted.kind)
    if wanted.subject:
        about = select(AuditSubjectRow.entry_id).where(AuditSubjectRow.subject_id == wanted.subject)
        main = AuditEntryRow.subject_id == wanted.subject
        if wanted.kind:
            about = about.where(AuditSubjectRow.kind == wanted.kind)
            main = and_(main, AuditEntryRow.subject_kind == wanted.kind)
        query = query.where(or_(main, AuditEntryRow.id.in_(about)))
    if wanted.since is not None:
        query = query.where(AuditEntryRow.at >= midnight(wanted.since))
    if wanted.until is not None:
        query = query.where(AuditEntryRow.at < day_after(wanted.until))
    if wanted.not_by:
        query = query.where(AuditEntryRow.actor != wanted.not_by)
    if wanted.by_people:
        # Acts have subjects; what the machine did, and signing in, have none.
        is_act = exists().where(AuditSubjectRow.entry_id == AuditEntryRow.id)
        query = query.where(AuditEntryRow.actor != MACHINE, is_act)
    return query


def _events(session: Session, keys: list[str]) -> Iterator[tuple[str, Named]]:
    query = select(EventRow.id, EventRow.title, EventRow.title_language).where(EventRow.id.in_(keys))
    for key, title, language in session.execute(query):
        yield key, Named(title, language, key)


def _statements(session: Session, keys: list[str]) -> Iterator[tuple[str, Named]]:
    query = (
        select(
            StatementRow.id,
            func.substr(StatementRow.quote, 1, _LONGEST_QUOTE),
            StatementRow.language,
            MembershipRow.event_id,
        )
        .outerjoin(MembershipRow, MembershipRow.statement_id == StatementRow.id)
        .where(StatementRow.id.in_(keys))
    )
    for key, quote, language, event in session.execute(query):
        yield key, Named(quote, language, event)


def _conflicts(session: Session, keys: list[str]) -> Iterator[tuple[str, Named]]:
    query = select(ConflictRow.id, ConflictRow.explanation, ConflictRow.event_id).where(
        ConflictRow.id.in_(keys)
    )
    for key, explanation, event in session.execute(query):
        # Explanations are English sentences of the program.
        yield key, Named(explanation, "en", event)


def _sources(session: Session, keys: list[str]) -> Iterator[tuple[str, Named]]:
    numbers = [int(key) for key in keys if key.isascii() and key.isdigit()]
    for key, name in session.execute(select(SourceRow.id, SourceRow.name).where(SourceRow.id.in_(numbers))):
        yield str(key), Named(name)


def _places(session: Session, keys: list[str]) -> Iterator[tuple[str, Named]]:
    for key, name in session.execute(select(PlaceRow.id, PlaceRow.name).where(PlaceRow.id.in_(keys))):
        yield key, Named(name)


_NAMES: Mapping[str, Callable[[Session, list[str]], Iterator[tuple[str, Named]]]] = {
    "event": _events,
    "statement": _statements,
    "conflict": _conflicts,
    "source": _sources,
    "place": _places,
}
