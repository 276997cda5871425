"""Documents as footnotes name them: their words, which are long, stay in the database."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.reporting import CitedDocument
from tracker.storage.days import day_after, midnight
from tracker.storage.loading import chunks
from tracker.storage.tables import DocumentRow, SourceRow


def documents_by_id(session: Session, ids: Iterable[str]) -> dict[str, CitedDocument]:
    """Documents by id. A query a chunk."""
    found: dict[str, CitedDocument] = {}
    for chunk in chunks(sorted(ids)):
        found.update((one.id, one) for one in _documents(session, DocumentRow.id.in_(chunk)))
    return found


def documents_published(
    session: Session, first: date, last: date, until: datetime
) -> tuple[CitedDocument, ...]:
    """The documents published on these days that were stored before a moment, by id. One query."""
    condition = (
        (DocumentRow.published_at >= midnight(first))
        & (DocumentRow.published_at < day_after(last))
        & (DocumentRow.captured_at < until)
    )
    return tuple(sorted(_documents(session, condition), key=lambda one: one.id))


def _documents(session: Session, condition: ColumnElement[bool]) -> Iterator[CitedDocument]:
    rows = session.execute(
        select(
            DocumentRow.id,
            DocumentRow.external_id,
            DocumentRow.url,
            DocumentRow.title,
            SourceRow.name,
            DocumentRow.published,
            DocumentRow.published_found,
            DocumentRow.language,
            DocumentRow.sha256,
            DocumentRow.constructed,
            DocumentRow.captured_at,
        )
        .outerjoin(SourceRow, SourceRow.id == DocumentRow.source_id)
        .where(condition)
    )
    for key, external, url, title, outlet, published, how, language, sha256, constructed, captured in rows:
        yield CitedDocument(
            id=key,
            public_id=external or key,
            url=url,
            title=title,
            outlet=outlet or "",
            published=published,
            published_found=how,
            language=language,
            sha256=sha256,
            constructed=constructed,
            captured_at=captured,
        )
