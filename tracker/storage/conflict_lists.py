"""Conflicts and doubtful attributions in the database, as lists to be reviewed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tracker.domain.conflict_lists import IN_ORDER, ConflictFilter, DoubtFilter, Slot
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import AttributionMethod
from tracker.domain.views import ConflictView, Page, StatementView
from tracker.storage.conflict_places import (
    PLACE_COLUMNS,
    SUREST_FIRST,
    SUREST_LAST,
    Column,
    ConflictPlace,
    cursor_of_conflict,
    place_of_cursor,
    stands_after,
    stands_before,
)
from tracker.storage.engine import reading
from tracker.storage.states import KeptByState, state_of_conflicts, state_of_statements
from tracker.storage.tables import ConflictRow, EventRow, MembershipRow, StatementRow
from tracker.storage.views import both_sides, join_conflicts, load_statement_views

_Counted = Counter[tuple[Judgement, ConflictType]]
_COUNTS, _PAGES = 500, 64
"""How many counts, and how many rows and pages, are kept; documents with their texts stand in the latter."""

_LARGEST = 100
"""Pages of more rows are read once, to be written to a file, and not kept."""


class SqlConflictLists:
    """Lists to be reviewed. Each method takes a bounded number of queries.

    What it gives is kept, and the very same objects are given again, for as long as nothing that they
    follow from has changed.

    Conflicts stand in the order of `IN_ORDER`, the surest first, then those of the newest event, then by id;
    statements with the least sure first, then by id. All methods raise DatabaseError.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counts = KeptByState(engine, state_of_conflicts, _COUNTS)
        self._pages = KeptByState(engine, state_of_conflicts, _PAGES)
        # Judging a conflict changes no party, and these go through most statements.
        self._doubts = KeptByState(engine, state_of_statements, _COUNTS)

    def conflict(self, conflict_id: str) -> ConflictView:
        """Raises NotFoundError."""
        with reading(self._engine) as session:
            views = _views(session, [conflict_id])
        if not views:
            raise NotFoundError(f"no conflict is stored under {conflict_id}")
        return views[conflict_id]

    def conflicts(self, wanted: ConflictFilter, after: str | None, size: int) -> Page[ConflictView]:
        """Raises NotFoundError for a cursor of no such list, ValueError for a size below 1."""
        if size < 1:
            raise ValueError(f"no page: {size} rows")
        if size > _LARGEST:
            return self._page(wanted, after, size)
        return self._pages.of((wanted, after, size), lambda: self._page(wanted, after, size))

    def _page(self, wanted: ConflictFilter, after: str | None, size: int) -> Page[ConflictView]:
        judgements = wanted.judgements or IN_ORDER
        place = None if after is None else place_of_cursor(after).within(judgements)
        with reading(self._engine) as session:
            rows = _following(session, wanted, judgements, place, size + 1)
            views = _views(session, [row.id for row in rows[:size]])
        counts = self.counts(wanted)
        shown = tuple(views[row.id] for row in rows[:size])
        following = cursor_of_conflict(rows[size - 1]) if len(rows) > size else None
        return Page(shown, _total(counts, judgements, wanted.type), following)

    def counts(self, wanted: ConflictFilter) -> _Counted:
        """How many conflicts pass a filter, whose judgements and type are left out of account."""
        wanted = replace(wanted, judgements=(), type=None)

        def count() -> _Counted:
            kind = (ConflictRow.judgement, ConflictRow.type)
            query = _chosen(wanted, *kind, func.count()).group_by(*kind)
            with reading(self._engine) as session:
                return Counter(
                    {(judgement, type_): count for judgement, type_, count in session.execute(query)}
                )

        return self._counts.of(wanted, count)

    def conflict_slot(self, wanted: ConflictFilter, conflict_id: str | None) -> Slot[ConflictView] | None:
        """The place of a conflict in the list, or the first place; None where the list is empty.

        A conflict that does not pass the filter has the place that it would have as the first judgement
        wanted. Raises NotFoundError for an unknown one.
        """
        return self._pages.of((wanted, conflict_id), lambda: self._slot(wanted, conflict_id))

    def _slot(self, wanted: ConflictFilter, conflict_id: str | None) -> Slot[ConflictView] | None:
        judgements = wanted.judgements or IN_ORDER
        with reading(self._engine) as session:
            if conflict_id is None:
                first = _following(session, wanted, judgements, None, 1)
                if not first:
                    return None
                place = first[0]
            else:
                place = _place_in(session, conflict_id).within(judgements)
            earlier = judgements[: judgements.index(place.judgement)]
            same = _placed(wanted, func.count()).where(ConflictRow.judgement == place.judgement)
            before = session.scalar(same.where(stands_before(place))) or 0
            after = _following(session, wanted, judgements, place, 1)
            previous = _preceding(session, wanted, judgements, place)
            views = _views(session, [place.id, *(row.id for row in after)])
        counts = self.counts(wanted)
        return Slot(
            row=views[place.id],
            position=_total(counts, earlier, wanted.type) + before + 1,
            total=_total(counts, judgements, wanted.type),
            previous=previous,
            following=views[after[0].id] if after else None,
        )

    def doubtful_slot(
        self, wanted: DoubtFilter, below: float, statement_id: str | None
    ) -> Slot[StatementView] | None:
        """The same for statements whose party no person decided and whose confidence lies below a number."""
        key = (wanted, below, statement_id)
        return self._pages.of(key, lambda: self._doubtful_slot(wanted, below, statement_id))

    def _doubtful_slot(
        self, wanted: DoubtFilter, below: float, statement_id: str | None
    ) -> Slot[StatementView] | None:
        sureness = StatementRow.confidence
        key = (sureness, StatementRow.id)
        query = _doubtful(wanted, below, *key)
        with reading(self._engine) as session:
            if statement_id is None:
                found = session.execute(query.order_by(*key).limit(1)).first()
                if found is None:
                    return None
            else:
                found = session.execute(select(*key).where(StatementRow.id == statement_id)).first()
                if found is None:
                    raise NotFoundError(f"no statement is stored under {statement_id}")
            sure, name = found
            # The first part of each follows from the second; it lets the database go by an index.
            after = and_(sureness >= sure, or_(sureness > sure, StatementRow.id > name))
            before = and_(sureness <= sure, or_(sureness < sure, StatementRow.id < name))
            following = session.execute(query.where(after).order_by(*key).limit(1)).first()
            last = query.where(before).order_by(sureness.desc(), StatementRow.id.desc()).limit(1)
            previous = session.execute(last).first()
            earlier = session.scalar(_doubtful(wanted, below, func.count()).where(before)) or 0
            views = load_statement_views(session, [name, *([following.id] if following else [])])
        return Slot(
            row=views[name],
            position=earlier + 1,
            total=self.count_doubtful(wanted, below),
            previous=previous.id if previous else None,
            following=views[following.id] if following else None,
        )

    def count_doubtful(self, wanted: DoubtFilter, below: float) -> int:
        """How many there are."""

        def count() -> int:
            with reading(self._engine) as session:
                return session.scalar(_doubtful(wanted, below, func.count())) or 0

        return self._doubts.of((wanted, below), count)


def _doubtful(wanted: DoubtFilter, below: float, *columns: Column) -> Select[Any]:
    query = (
        select(*columns)
        .select_from(StatementRow)
        .where(StatementRow.confidence < below, StatementRow.method != AttributionMethod.REVIEW)
    )
    if wanted.party is not None:
        query = query.where(StatementRow.party_code == wanted.party)
    if wanted.language is not None:
        query = query.where(StatementRow.language == wanted.language)
    if wanted.event is not None:
        members = select(MembershipRow.statement_id).where(MembershipRow.event_id == wanted.event)
        query = query.where(StatementRow.id.in_(members))
    return query


def _placed(wanted: ConflictFilter, *columns: Column) -> Select[Any]:
    """Conflicts of a filter, but for its judgements, beside their events, which tell their places."""
    return _chosen(wanted, *columns).join(EventRow, EventRow.id == ConflictRow.event_id)


def _chosen(wanted: ConflictFilter, *columns: Column) -> Select[Any]:
    """Conflicts of a filter, but for its judgements."""
    query = select(*columns).select_from(ConflictRow)
    if wanted.type is not None:
        query = query.where(ConflictRow.type == wanted.type)
    if wanted.event is not None:
        query = query.where(ConflictRow.event_id == wanted.event)
    if not wanted.parties and not wanted.languages:
        return query
    one, other = aliased(StatementRow), aliased(StatementRow)
    query = query.join(one, one.id == ConflictRow.one).join(other, other.id == ConflictRow.other)
    for sides, values in (
        ((one.party_code, other.party_code), wanted.parties),
        ((one.language, other.language), wanted.languages),
    ):
        match values:
            case (value,):
                query = query.where(or_(*(side == value for side in sides)))
            case (first, second):
                query = query.where(tuple_(*sides).in_([(first, second), (second, first)]))
    return query


def _total(
    counts: _Counted,
    judgements: Sequence[Judgement],
    type_: ConflictType | None,
) -> int:
    return sum(
        count
        for (judgement, kind), count in counts.items()
        if judgement in judgements and type_ in {None, kind}
    )


def _following(
    session: Session,
    wanted: ConflictFilter,
    judgements: Sequence[Judgement],
    place: ConflictPlace | None,
    size: int,
) -> list[ConflictPlace]:
    """The places after this one, at most `size`. A query a judgement, so that an index gives the order."""
    found: list[ConflictPlace] = []
    start = 0 if place is None else judgements.index(place.judgement)
    for judgement in judgements[start:]:
        query = _placed(wanted, *PLACE_COLUMNS).where(ConflictRow.judgement == judgement)
        if place is not None and judgement is place.judgement:
            query = query.where(stands_after(place))
        rows = session.execute(query.order_by(*SUREST_FIRST).limit(size - len(found)))
        found += [ConflictPlace(*row) for row in rows]
        if len(found) == size:
            break
    return found


def _preceding(
    session: Session, wanted: ConflictFilter, judgements: Sequence[Judgement], place: ConflictPlace
) -> str | None:
    """The id of the conflict before this place."""
    for judgement in reversed(judgements[: judgements.index(place.judgement) + 1]):
        query = _placed(wanted, ConflictRow.id).where(ConflictRow.judgement == judgement)
        if judgement is place.judgement:
            query = query.where(stands_before(place))
        found: str | None = session.scalar(query.order_by(*SUREST_LAST).limit(1))
        if found is not None:
            return found
    return None


def _place_in(session: Session, conflict_id: str) -> ConflictPlace:
    query: Select[Any] = select(*PLACE_COLUMNS).join(EventRow, EventRow.id == ConflictRow.event_id)
    row = session.execute(query.where(ConflictRow.id == conflict_id)).first()
    if row is None:
        raise NotFoundError(f"no conflict is stored under {conflict_id}")
    return ConflictPlace(*row)


def _views(session: Session, ids: Sequence[str]) -> dict[str, ConflictView]:
    """Conflicts by id, with both statements. Seven queries."""
    chosen = select(ConflictRow.id).where(ConflictRow.id.in_(ids))
    one, other = both_sides(chosen)
    statements = load_statement_views(session, one.union(other))
    return {view.conflict.id: view for view in join_conflicts(session, chosen, statements)}
