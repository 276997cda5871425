"""The database as readers of pages see it: joined views, never tables."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, Select, func, or_, select, union
from sqlalchemy.orm import aliased, undefer_group

from tracker.domain.errors import NotFoundError
from tracker.domain.views import (
    ConflictView,
    Counts,
    DocumentView,
    EventDetail,
    EventSummary,
    Page,
    StatementView,
)
from tracker.storage.days import day_after, midnight
from tracker.storage.engine import reading
from tracker.storage.kept_views import KeptViews
from tracker.storage.loading import chunks, has_members
from tracker.storage.mapping import document_of, retrieval_of
from tracker.storage.paging import after_cursor, cursor_of, newest_first
from tracker.storage.store import count_rows
from tracker.storage.tables import (
    ConflictRow,
    DocumentRow,
    EventRow,
    MembershipRow,
    SourceRow,
    StatementRow,
)
from tracker.storage.views import (
    both_sides,
    join_conflicts,
    load_details,
    load_statement_views,
    load_summaries,
)


class SqlLibrary:
    """Joined views; each method sees one state of the database and takes a fixed number of queries.

    Days of publication are days in UTC. Counts of conflicts leave rejected ones out; lists of
    conflicts hold them. All methods raise DatabaseError where the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._views = KeptViews(engine)

    def statement_views(self, ids: Sequence[str]) -> list[StatementView]:
        """In the order asked for; unknown ids are left out."""
        views = self._views.of(ids)
        return [views[key] for key in ids if key in views]

    def events_page(self, after: str | None, size: int, party: str | None = None) -> Page[EventSummary]:
        """Newest first by the day they end on (those without a day last), then by id.

        `party` keeps the events in which that party has a statement. Raises NotFoundError for a
        cursor that this list did not give out, ValueError for a size below 1.
        """
        if size < 1:
            raise ValueError(f"no page: {size} rows")
        shown = EventRow.id.in_(has_members() if party is None else _events_with(party))
        query = select(EventRow.id, EventRow.end).where(shown).order_by(*newest_first())
        if after is not None:
            query = query.where(after_cursor(after))
        with reading(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(EventRow).where(shown)) or 0
            # One row more than is shown says whether there is another page.
            rows = session.execute(query.limit(size + 1)).all()
            summaries: dict[str, EventSummary] = {}
            for chunk in chunks(key for key, _ in rows[:size]):
                summaries.update(load_summaries(session, chunk))
        following = cursor_of(*rows[size - 1]) if len(rows) > size else None
        return Page(tuple(summaries[key] for key, _ in rows[:size]), total, following)

    def event(self, event_id: str) -> EventDetail:
        """Raises NotFoundError for an event without statements too, such as one merged away."""
        with reading(self._engine) as session:
            details = load_details(session, has_members().where(MembershipRow.event_id == event_id))
        if event_id not in details:
            raise NotFoundError(f"no event is stored under {event_id}")
        return details[event_id]

    def redirect_of(self, event_id: str) -> str | None:
        """The event that this id now leads to, if it was merged away."""
        with reading(self._engine) as session:
            return session.scalar(select(EventRow.redirects_to).where(EventRow.id == event_id))

    def document(self, document_id: str) -> DocumentView:
        """By our id or the caller's. Raises NotFoundError."""
        query = (
            select(DocumentRow, SourceRow.name, func.length(DocumentRow.original))
            .outerjoin(SourceRow, SourceRow.id == DocumentRow.source_id)
            .where(or_(DocumentRow.id == document_id, DocumentRow.external_id == document_id))
            # Should a caller's id look like one of ours, then ours counts.
            .order_by((DocumentRow.id == document_id).desc())
            .limit(1)
            .options(undefer_group("retrieval"))
        )
        with reading(self._engine) as session:
            found = session.execute(query).one_or_none()
            if found is None:
                raise NotFoundError(f"no document is stored under {document_id}")
            row, outlet, size = found
            views = load_statement_views(
                session, select(StatementRow.id).where(StatementRow.document_id == row.id)
            )
            return DocumentView(
                document=document_of(row, outlet),
                captured_at=row.captured_at,
                media_type=row.media_type,
                size=size,
                statements=tuple(sorted(views.values(), key=_by_span)),
                retrieval=retrieval_of(row),
            )

    def original(self, document_id: str) -> bytes:
        """The bytes of a document as they were captured, by our id. Raises NotFoundError."""
        with reading(self._engine) as session:
            found = session.scalar(select(DocumentRow.original).where(DocumentRow.id == document_id))
        if found is None:
            raise NotFoundError(f"no document is stored under {document_id}")
        return found

    def parts_of(self, document_id: str) -> list[tuple[str, str]]:
        """Id and title of each story of the page that this document is one story of, in their order.

        By our id. Empty for a document that is a page of its own, and for an unknown one.
        """
        this, other = aliased(DocumentRow), aliased(DocumentRow)
        # The same bytes found at another address are another page.
        same_page = (other.sha256 == this.sha256) & other.url.is_not_distinct_from(this.url)
        query = (
            select(other.id, other.title)
            .select_from(this)
            .join(other, same_page)
            .where(this.id == document_id, this.part.is_not(None), other.part.is_not(None))
            .order_by(other.part, other.id)
        )
        with reading(self._engine) as session:
            return [(key, title) for key, title in session.execute(query)]

    def statement(self, statement_id: str) -> StatementView:
        """Raises NotFoundError."""
        views = self.statement_views([statement_id])
        if not views:
            raise NotFoundError(f"no statement is stored under {statement_id}")
        return views[0]

    def events_between(self, start: date, end: date) -> list[EventDetail]:
        """Whole events with a statement published or happening from `start` up to and including `end`.

        In the order of `events_page`.
        """
        told = select(MembershipRow.event_id).join(
            StatementRow, StatementRow.id == MembershipRow.statement_id
        )
        # Two queries in one rather than one condition with "or": so each can go by its own index.
        chosen = union(
            told.where(StatementRow.event_day.between(start, end)),
            told.join(DocumentRow, DocumentRow.id == StatementRow.document_id).where(
                DocumentRow.published_at >= midnight(start), DocumentRow.published_at < day_after(end)
            ),
        )
        with reading(self._engine) as session:
            details = load_details(session, chosen)
            order = session.scalars(
                select(EventRow.id).where(EventRow.id.in_(chosen)).order_by(*newest_first())
            )
            return [details[key] for key in order]

    def conflicts_of(self, statement_id: str) -> list[ConflictView]:
        """The conflicts that a statement stands in, the surest first, rejected ones included."""
        chosen = select(ConflictRow.id).where(
            or_(ConflictRow.one == statement_id, ConflictRow.other == statement_id)
        )
        with reading(self._engine) as session:
            views = load_statement_views(session, union(*both_sides(chosen)))
            return join_conflicts(session, chosen, views)

    def counts(self) -> Counts:
        """How much is stored: events with statements, conflicts that no person rejected."""
        with reading(self._engine) as session:
            return count_rows(session)


def _events_with(party: str) -> Select[str]:
    return (
        select(MembershipRow.event_id)
        .join(StatementRow, StatementRow.id == MembershipRow.statement_id)
        .where(StatementRow.party_code == party)
        .distinct()
    )


def _by_span(view: StatementView) -> tuple[int, int]:
    return view.statement.span.start, view.statement.span.end
