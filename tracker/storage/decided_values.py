"""The values that people decide on, between their rows and JSON: one pair of functions for each aspect."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, Key, SubjectKind, Value
from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.errors import NotFoundError
from tracker.domain.events import LinkVerdict
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import FigureKind, PlaceFound, Polarity
from tracker.storage.loading import chunks, require
from tracker.storage.tables import (
    AnnotationRow,
    Base,
    ConflictRow,
    EventRow,
    FigureRow,
    LinkDecisionRow,
    MembershipRow,
    PartyRow,
    PlaceRow,
    SourceRow,
    StatementRow,
)

Json: TypeAlias = Any
"""A value as JSON gives it back; whoever writes it checks it by what the columns take."""

RowOfSubject: TypeAlias = Any
"""A row of one of the tables below: which columns it has follows from the kind of the subject."""

Read = Callable[[Session, str], Value]
Write = Callable[[Session, str, Json], None]

_ATTRIBUTION = {
    "party": "party_code",
    "speaker": "speaker",
    "speaker_start": "speaker_start",
    "speaker_end": "speaker_end",
    "method": "method",
    "confidence": "confidence",
}
_PLACE = {"place": "place_id", "found": "place_found", "start": "place_start", "end": "place_end"}
_DATE = {
    "day": "event_day",
    "precision": "event_precision",
    "found": "event_found",
    "start": "event_start",
    "end": "event_end",
}
_FIGURE = ("kind", "low", "high", "start", "end", "counted", "side")
_ROWS: dict[SubjectKind, type[Base]] = {
    SubjectKind.CONFLICT: ConflictRow,
    SubjectKind.STATEMENT: StatementRow,
    SubjectKind.EVENT: EventRow,
    SubjectKind.SOURCE: SourceRow,
}


def read_value(session: Session, key: Key) -> Value:
    """The value of a key as it stands, None for nothing. Raises NotFoundError for an unknown subject."""
    read, _ = _codec(key)
    return read(session, key.id)


def write_value(session: Session, key: Key, value: Value) -> None:
    """Let a value stand. Raises NotFoundError for what is not stored, ValueError for no such value."""
    _, write = _codec(key)
    write(session, key.id, value)


def _codec(key: Key) -> tuple[Read, Write]:
    return _CODECS.get((key.kind, key.aspect)) or _annotation(key)


def _row(session: Session, kind: SubjectKind, key: str) -> RowOfSubject:
    row = session.get(_ROWS[kind], int(key) if kind is SubjectKind.SOURCE else key)
    if row is None:
        raise NotFoundError(f"no {kind} is stored under {key}")
    return row


def _columns(names: dict[str, str], empty: str, types: dict[str, Callable[[Any], Any]]) -> tuple[Read, Write]:
    """A value made of columns of the statement's row: None where the column of `empty` holds nothing."""

    def read(session: Session, key: str) -> Value:
        row = _row(session, SubjectKind.STATEMENT, key)
        if getattr(row, names[empty]) is None:
            return None
        values = {name: getattr(row, column) for name, column in names.items()}
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()
        }

    def write(session: Session, key: str, value: Json) -> None:
        row = _row(session, SubjectKind.STATEMENT, key)
        for name, column in names.items():
            given = None if value is None else value[name]
            setattr(row, column, types[name](given) if name in types and given is not None else given)
        if value is not None and "party" in names:
            require(session, PartyRow.code, [value["party"]], "party")
        if value is not None and "place" in names:
            require(session, PlaceRow.id, [value["place"]], "place")
        session.flush()

    return read, write


def _read_judgement(session: Session, key: str) -> Value:
    return str(_row(session, SubjectKind.CONFLICT, key).judgement)


def _write_judgement(session: Session, key: str, value: Json) -> None:
    row = _row(session, SubjectKind.CONFLICT, key)
    row.judgement = Judgement(value)
    if row.judgement is Judgement.SUGGESTED:
        # The machine's again, so the machine says whether it still suggests it.
        touch_events(session, [row.event_id])
    session.flush()


def _read_membership(session: Session, key: str) -> Value:
    _row(session, SubjectKind.STATEMENT, key)
    row = session.get(MembershipRow, key)
    if row is None:
        return None
    return {"event": row.event_id, "score": row.score, "reason": row.reason}


def _write_membership(session: Session, key: str, value: Json) -> None:
    row = session.get(MembershipRow, key)
    if value is None:
        if row is not None:
            session.delete(row)
        session.flush()
        return
    last = select(func.max(MembershipRow.position)).where(MembershipRow.event_id == value["event"])
    highest = session.scalar(last)
    if row is None:
        row = MembershipRow(statement_id=key)
        session.add(row)
    # The last place for now; when the event is described anew, its statements stand in their own order.
    row.event_id, row.position = value["event"], 0 if highest is None else highest + 1
    row.score, row.reason = value["score"], value["reason"]
    session.flush()


def _read_redirect(session: Session, key: str) -> Value:
    row: EventRow = _row(session, SubjectKind.EVENT, key)
    return row.redirects_to


def _write_redirect(session: Session, key: str, value: Json) -> None:
    row: EventRow = _row(session, SubjectKind.EVENT, key)
    row.redirects_to = value
    session.flush()


def _read_polarity(session: Session, key: str) -> Value:
    return str(_row(session, SubjectKind.STATEMENT, key).polarity)


def _write_polarity(session: Session, key: str, value: Json) -> None:
    _row(session, SubjectKind.STATEMENT, key).polarity = Polarity(value)
    session.flush()


def _read_figures(session: Session, key: str) -> Value:
    _row(session, SubjectKind.STATEMENT, key)
    rows = session.scalars(
        select(FigureRow).where(FigureRow.statement_id == key).order_by(FigureRow.position)
    )
    return [{name: getattr(row, name) for name in _FIGURE} for row in rows]


def _write_figures(session: Session, key: str, value: Json) -> None:
    session.execute(delete(FigureRow).where(FigureRow.statement_id == key))
    for position, figure in enumerate(value):
        columns = {**{name: figure[name] for name in _FIGURE}, "kind": FigureKind(figure["kind"])}
        session.add(FigureRow(statement_id=key, position=position, **columns))
    session.flush()


def _read_link(session: Session, key: str) -> Value:
    one, _, other = key.partition(" ")
    verdict = session.scalar(
        select(LinkDecisionRow.verdict)
        .where(LinkDecisionRow.one == one, LinkDecisionRow.other == other)
        .order_by(LinkDecisionRow.id.desc())
        .limit(1)
    )
    return None if verdict is None else str(verdict)


def _annotation(key: Key) -> tuple[Read, Write]:
    def find(session: Session) -> AnnotationRow | None:
        return session.get(AnnotationRow, (str(key.kind), key.id, key.aspect))

    def read(session: Session, _: str) -> Value:
        _row(session, key.kind, key.id)
        row = find(session)
        return None if row is None else row.value

    def write(session: Session, _: str, value: Json) -> None:
        row = find(session)
        if value is None and row is not None:
            session.delete(row)
        elif value is not None and row is None:
            session.add(AnnotationRow(kind=str(key.kind), subject_id=key.id, aspect=key.aspect, value=value))
        elif row is not None:
            row.value = value
        session.flush()

    return read, write


def touch_events(session: Session, events: Sequence[str]) -> None:
    """Let these events wait to be described and compared anew; their version goes up."""
    for event in dict.fromkeys(events):
        row = session.get(EventRow, event)
        if row is not None:
            row.due = True
            flag_modified(row, "title")
    session.flush()


def _refuse(_session: Session, _key: str, _value: Json) -> None:
    raise ValueError("decisions on pairs are written with who made them")


_CODECS: dict[tuple[SubjectKind, str], tuple[Read, Write]] = {
    (SubjectKind.CONFLICT, Aspect.JUDGEMENT): (_read_judgement, _write_judgement),
    (SubjectKind.STATEMENT, Aspect.EVENT): (_read_membership, _write_membership),
    (SubjectKind.STATEMENT, Aspect.PARTY): _columns(_ATTRIBUTION, "party", {"method": AttributionMethod}),
    (SubjectKind.STATEMENT, Aspect.PLACE): _columns(_PLACE, "place", {"found": PlaceFound}),
    (SubjectKind.STATEMENT, Aspect.DATE): _columns(
        _DATE, "day", {"day": date.fromisoformat, "precision": DatePrecision, "found": DateFound}
    ),
    (SubjectKind.STATEMENT, Aspect.POLARITY): (_read_polarity, _write_polarity),
    (SubjectKind.STATEMENT, Aspect.FIGURES): (_read_figures, _write_figures),
    (SubjectKind.EVENT, Aspect.REDIRECT): (_read_redirect, _write_redirect),
    (SubjectKind.PAIR, Aspect.LINK): (_read_link, _refuse),
}


def standing_verdicts(session: Session, statements: Sequence[str]) -> dict[tuple[str, str], LinkVerdict]:
    """The verdicts that stand on pairs of which at least one is among these statements."""
    verdicts: dict[tuple[str, str], LinkVerdict] = {}
    for chunk in chunks(sorted(statements)):
        for side in (LinkDecisionRow.one, LinkDecisionRow.other):
            last = (
                select(func.max(LinkDecisionRow.id))
                .where(side.in_(chunk))
                .group_by(LinkDecisionRow.one, LinkDecisionRow.other)
            )
            rows = session.execute(
                select(LinkDecisionRow.one, LinkDecisionRow.other, LinkDecisionRow.verdict).where(
                    LinkDecisionRow.id.in_(last)
                )
            )
            verdicts |= {(one, other): verdict for one, other, verdict in rows if verdict is not None}
    return verdicts
