"""Outlets: what they published, whom they quote, and how reliable people hold them to be."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from datetime import datetime

from sqlalchemy import Engine, func, select

from tracker.domain.decisions import Aspect, Reliability, SubjectKind
from tracker.domain.dossiers import SourceDocument, SourceSummary, Tally
from tracker.domain.parties import MEDIA
from tracker.domain.views import Page
from tracker.storage.cursors import comes_after, cursor_after, latest_first
from tracker.storage.engine import reading
from tracker.storage.states import state_of_statements
from tracker.storage.tables import AnnotationRow, DocumentRow, SourceRow, StatementRow


class SqlSources:
    """Outlets; each method takes a fixed number of queries. All raise DatabaseError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self) -> Hashable:
        """Another value whenever what the summaries tell has changed."""
        return state_of_statements(self._engine)

    def letters(self) -> Mapping[int, Reliability]:
        """The letter of each outlet that a person has rated, by id. One query."""
        query = select(AnnotationRow.subject_id, AnnotationRow.value).where(
            AnnotationRow.kind == str(SubjectKind.SOURCE), AnnotationRow.aspect == str(Aspect.RELIABILITY)
        )
        with reading(self._engine) as session:
            return {int(source): Reliability(letter) for source, letter in session.execute(query)}

    def sources(self) -> tuple[SourceSummary, ...]:
        """All outlets, those with the most documents first, then by name. Three queries."""
        with reading(self._engine) as session:
            names = {row.id: row.name for row in session.scalars(select(SourceRow))}
            documents: defaultdict[int, Counter[str]] = defaultdict(Counter)
            spans: defaultdict[int, list[datetime]] = defaultdict(list)
            for source, language, count, first, last in session.execute(
                select(
                    SourceRow.id,
                    DocumentRow.language,
                    func.count(),
                    func.min(DocumentRow.published_at),
                    func.max(DocumentRow.published_at),
                )
                .join(DocumentRow, DocumentRow.source_id == SourceRow.id)
                .group_by(SourceRow.id, DocumentRow.language)
            ):
                documents[source][language] += count
                spans[source] += [moment for moment in (first, last) if moment is not None]
            parties: defaultdict[int, Counter[str]] = defaultdict(Counter)
            for source, party, count in session.execute(
                select(SourceRow.id, StatementRow.party_code, func.count())
                .join(DocumentRow, DocumentRow.source_id == SourceRow.id)
                .join(StatementRow, StatementRow.document_id == DocumentRow.id)
                .group_by(SourceRow.id, StatementRow.party_code)
            ):
                parties[source][party] += count
        summaries = [
            SourceSummary(
                id=source,
                name=name,
                documents=documents[source].total(),
                languages=_tally(documents[source]),
                first=min(spans[source], default=None),
                last=max(spans[source], default=None),
                statements=parties[source].total(),
                voice=parties[source][MEDIA],
                parties=_tally({code: count for code, count in parties[source].items() if code != MEDIA}),
            )
            for source, name in names.items()
        ]
        return tuple(sorted(summaries, key=lambda row: (-row.documents, row.name, row.id)))

    def nameless_documents(self) -> int:
        """How many documents name no outlet. One query."""
        query = select(func.count()).select_from(DocumentRow).where(DocumentRow.source_id.is_(None))
        with reading(self._engine) as session:
            return session.scalar(query) or 0

    def documents(self, source: int, after: str | None, size: int) -> Page[SourceDocument]:
        """What an outlet published, newest first. Two queries.

        Raises NotFoundError for a cursor that this list did not give out.
        """
        statements = (
            select(func.count())
            .select_from(StatementRow)
            .where(StatementRow.document_id == DocumentRow.id)
            .scalar_subquery()
        )
        query = select(
            DocumentRow.id,
            DocumentRow.title,
            DocumentRow.language,
            DocumentRow.published,
            DocumentRow.constructed,
            statements,
            DocumentRow.published_at,
        ).where(DocumentRow.source_id == source)
        if after is not None:
            query = query.where(comes_after(after, DocumentRow.id))
        total = select(func.count()).select_from(DocumentRow).where(DocumentRow.source_id == source)
        with reading(self._engine) as session:
            # One row more than is shown says whether there is another page.
            rows = session.execute(query.order_by(*latest_first(DocumentRow.id)).limit(size + 1)).all()
            count = session.scalar(total) or 0
        following = cursor_after(rows[size - 1][6], rows[size - 1][0]) if len(rows) > size else None
        return Page(tuple(SourceDocument(*row[:6]) for row in rows[:size]), count, following)


def _tally(counts: Mapping[str, int]) -> Tally:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
