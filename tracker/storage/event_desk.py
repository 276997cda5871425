"""What people have noted on events and statements, and which events lie near one another."""

from collections.abc import Hashable, Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Engine, false, func, or_, select

from tracker.domain.decisions import SubjectKind, Value
from tracker.domain.events import Event
from tracker.storage.engine import reading
from tracker.storage.mapping import place_of
from tracker.storage.states import state_of_conflicts
from tracker.storage.tables import AnnotationRow, EventRow, MembershipRow, PlaceRow

_ABOUT = timedelta(days=7)
"""Days this far apart may be those of one happening: reports name the wrong day, or none."""

_CONSIDERED = 200
"""Events of which the nearest are taken."""


class SqlEventDesk:
    """Reads in a fixed number of queries. All methods raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def annotations(self, kind: SubjectKind, subject: str) -> Mapping[str, Value]:
        """What stands on something besides what was found: grade, assignee, notes. By aspect; one query."""
        query = (
            select(AnnotationRow.aspect, AnnotationRow.value)
            .where(AnnotationRow.kind == str(kind), AnnotationRow.subject_id == subject)
            .order_by(AnnotationRow.aspect)
        )
        with reading(self._engine) as session:
            return {aspect: value for aspect, value in session.execute(query)}  # noqa: C416 # rows are no pairs

    def state(self) -> Hashable:
        """Another value whenever what stands in any event, or what is judged, has changed. One query."""
        return state_of_conflicts(self._engine)

    def near(self, event: Event, size: int) -> list[tuple[Event, int]]:
        """Events of the same place or of days about those of an event. One query."""
        members = (
            select(func.count())
            .select_from(MembershipRow)
            .where(MembershipRow.event_id == EventRow.id)
            .scalar_subquery()
        )
        query = (
            select(EventRow, PlaceRow, members)
            .outerjoin(PlaceRow, PlaceRow.id == EventRow.place_id)
            .where(EventRow.id != event.id, _lies_near(event), members > 0)
            .order_by(EventRow.end.desc().nulls_last(), EventRow.id)
            .limit(_CONSIDERED)
        )
        with reading(self._engine) as session:
            found = [
                (
                    Event(
                        id=row.id,
                        title=row.title,
                        title_language=row.title_language,
                        place=None if place is None else place_of(place),
                        start=row.start,
                        end=row.end,
                        precision=row.precision,
                        members=(),
                    ),
                    count,
                )
                for row, place, count in session.execute(query)
            ]
        return sorted(found, key=lambda one: _distance(event, one[0]))[:size]


def _lies_near(event: Event) -> ColumnElement[bool]:
    same_place = false() if event.place is None else EventRow.place_id == event.place.id
    if event.start is None:
        return same_place
    first, last = event.start - _ABOUT, (event.end or event.start) + _ABOUT
    return or_(same_place, (EventRow.start <= last) & (EventRow.end >= first))


def _distance(event: Event, other: Event) -> tuple[int, int, str]:
    """Days between two events; those near in place and time come first, then those near in time alone."""
    days = _days_between(event, other)
    same_place = event.place is not None and other.place is not None and event.place.id == other.place.id
    if days is None:
        return (1 if same_place else 2, 0, other.id)
    return (0 if same_place and days <= _ABOUT.days else 1, days, other.id)


def _days_between(event: Event, other: Event) -> int | None:
    spans = [(one.start, one.end or one.start) for one in (event, other)]
    if any(start is None for start, _ in spans):
        return None
    starts: list[date] = [start for start, _ in spans if start is not None]
    ends: list[date] = [end for _, end in spans if end is not None]
    return max(0, (max(starts) - min(ends)).days)
