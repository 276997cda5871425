"""Statements by party, across events: counts, the newest, and those worth reading closely."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from datetime import datetime

from sqlalchemy import Engine, Text, func, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.dossiers import (
    ClashCount,
    PartyCounts,
    PartyFilter,
    PartyNumbers,
)
from tracker.domain.statements import FigureKind, Polarity
from tracker.storage.cursors import comes_after, cursor_after, latest_first
from tracker.storage.engine import reading
from tracker.storage.party_queries import (
    clashes_of,
    foremost_events,
    foremost_places,
    foremost_speakers,
    months_of,
    tally,
    told_by,
)
from tracker.storage.states import state_of_conflicts, state_of_statements
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    EventRow,
    FigureRow,
    MembershipRow,
    StatementRow,
)

_LOSSES = (FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED)
_ISO_DAY = len("2020-01-06")


class SqlDossiers:
    """Statements by party; each method takes a fixed number of queries. All raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self) -> Hashable:
        """Another value whenever statements, or the events they stand in, have changed."""
        return state_of_statements(self._engine)

    def conflict_state(self) -> Hashable:
        """The same, and another value also whenever a conflict was judged."""
        return state_of_conflicts(self._engine)

    def parties(self) -> Mapping[str, PartyCounts]:
        """The counts of every party that puts anything forward, by code. Two queries."""
        told = (
            select(
                StatementRow.party_code,
                StatementRow.language,
                StatementRow.polarity,
                func.count(),
                func.max(DocumentRow.published_at),
            )
            .join(DocumentRow, DocumentRow.id == StatementRow.document_id)
            .group_by(StatementRow.party_code, StatementRow.language, StatementRow.polarity)
        )
        happenings = (
            select(StatementRow.party_code, func.count(MembershipRow.event_id.distinct()))
            .join(MembershipRow, MembershipRow.statement_id == StatementRow.id)
            .group_by(StatementRow.party_code)
        )
        languages: defaultdict[str, Counter[str]] = defaultdict(Counter)
        denials: Counter[str] = Counter()
        last: defaultdict[str, list[datetime]] = defaultdict(list)
        with reading(self._engine) as session:
            for party, language, polarity, count, published in session.execute(told):
                languages[party][language] += count
                denials[party] += count if polarity is Polarity.DENIES else 0
                last[party] += [published] if published is not None else []
            events = {party: count for party, count in session.execute(happenings)}  # noqa: C416 # mypy
        return {
            party: PartyCounts(
                statements=counts.total(),
                denials=denials[party],
                events=events.get(party, 0),
                languages=tally(counts),
                last=max(last[party], default=None),
            )
            for party, counts in languages.items()
        }

    def conflicts(self) -> Mapping[str, int]:
        """In how many conflicts each party stands, by code, rejected ones left out. One query."""
        one, other = aliased(StatementRow), aliased(StatementRow)
        query = (
            select(one.party_code, other.party_code, func.count())
            .select_from(ConflictRow)
            .join(one, one.id == ConflictRow.one)
            .join(other, other.id == ConflictRow.other)
            .where(ConflictRow.judgement != Judgement.REJECTED)
            .group_by(one.party_code, other.party_code)
        )
        counts: Counter[str] = Counter()
        with reading(self._engine) as session:
            for first, second, count in session.execute(query):
                # A person may have given both statements to one party since.
                for party in {first, second}:
                    counts[party] += count
        return counts

    def clashes(self, wanted: PartyFilter) -> tuple[ClashCount, ...]:
        """Against whom the party stands in conflicts, of which type, the most first. One query."""
        with reading(self._engine) as session:
            return clashes_of(session, wanted)

    def numbers(self, wanted: PartyFilter) -> PartyNumbers:
        """What the statements of a party add up to. Five queries."""
        with reading(self._engine) as session:
            totals = session.execute(
                told_by(
                    wanted,
                    StatementRow.language,
                    StatementRow.polarity,
                    func.count(),
                    func.count(DocumentRow.published_at),
                    func.min(DocumentRow.published_at),
                    func.max(DocumentRow.published_at),
                ).group_by(StatementRow.language, StatementRow.polarity)
            ).all()
            languages: Counter[str] = Counter()
            for row in totals:
                languages[row[0]] += row[2]
            return PartyNumbers(
                statements=languages.total(),
                denials=sum(row[2] for row in totals if row[1] is Polarity.DENIES),
                first=min((row[4] for row in totals if row[4] is not None), default=None),
                last=max((row[5] for row in totals if row[5] is not None), default=None),
                undated=sum(row[2] - row[3] for row in totals),
                languages=tally(languages),
                months=months_of(session, wanted),
                events=foremost_events(session, wanted),
                places=foremost_places(session, wanted),
                speakers=foremost_speakers(session, wanted),
            )

    def statements(
        self, wanted: PartyFilter, *, denials: bool, after: str | None, size: int
    ) -> tuple[tuple[str, ...], str | None]:
        """Ids of statements, newest publication first, and the cursor of the rest. One query.

        Raises NotFoundError for a cursor that this list did not give out.
        """
        query = told_by(wanted, StatementRow.id, DocumentRow.published_at)
        if denials:
            query = query.where(StatementRow.polarity == Polarity.DENIES)
        if after is not None:
            query = query.where(comes_after(after, StatementRow.id))
        with reading(self._engine) as session:
            # One row more than is shown says whether there is another page.
            rows = session.execute(query.order_by(*latest_first(StatementRow.id)).limit(size + 1)).all()
        following = cursor_after(rows[size - 1][1], rows[size - 1][0]) if len(rows) > size else None
        return tuple(row[0] for row in rows[:size]), following

    def revising(self, wanted: PartyFilter, *, events: int, size: int) -> Mapping[str, tuple[str, ...]]:
        """By event, the ids of statements with figures, where the party gave several figures over days.

        The newest `events` of them, at most `size` statements altogether. Two queries.
        """
        day = func.substr(type_coerce(DocumentRow.published, Text), 1, _ISO_DAY)
        # Figures that no number fits both of have different least numbers.
        changing = (
            told_by(wanted, MembershipRow.event_id)
            .join(MembershipRow, MembershipRow.statement_id == StatementRow.id)
            .join(FigureRow, FigureRow.statement_id == StatementRow.id)
            .join(EventRow, EventRow.id == MembershipRow.event_id)
            .group_by(MembershipRow.event_id, FigureRow.kind, EventRow.end)
            .having(func.count(day.distinct()) > 1, func.min(FigureRow.low) < func.max(FigureRow.low))
            .order_by(EventRow.end.desc().nulls_last(), MembershipRow.event_id)
            .limit(events)
        )
        with reading(self._engine) as session:
            chosen = list(dict.fromkeys(session.scalars(changing)))
            places = {event: place for place, event in enumerate(chosen)}
            rows = session.execute(
                select(MembershipRow.event_id, MembershipRow.statement_id)
                .join(FigureRow, FigureRow.statement_id == MembershipRow.statement_id)
                .where(MembershipRow.event_id.in_(chosen))
                .distinct()
            ).all()
        found: defaultdict[str, list[str]] = defaultdict(list)
        for event, statement in sorted(rows, key=lambda row: (places[row[0]], row[1]))[:size]:
            found[event].append(statement)
        return {event: tuple(statements) for event, statements in found.items()}

    def admitting(self, wanted: PartyFilter, *, size: int) -> tuple[str, ...]:
        """Ids of the newest statements that may be admissions: they name losses, or control is contested.

        One query.
        """
        lost = select(FigureRow.statement_id).where(FigureRow.kind.in_(_LOSSES), FigureRow.low > 0)
        contested = [
            select(side).where(
                ConflictRow.type == ConflictType.CONTROL, ConflictRow.judgement != Judgement.REJECTED
            )
            for side in (ConflictRow.one, ConflictRow.other)
        ]
        query = (
            told_by(wanted, StatementRow.id)
            .where(StatementRow.id.in_(union_all(lost, *contested)))
            .order_by(*latest_first(StatementRow.id))
            .limit(size)
        )
        with reading(self._engine) as session:
            return tuple(session.scalars(query))
