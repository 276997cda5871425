"""Cursors into lists by moment of publication: the newest first, those without one last, then by id."""

import base64
import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.errors import NotFoundError
from tracker.storage.tables import DocumentRow

Id = InstrumentedAttribute[str]


def latest_first(row_id: Id) -> tuple[UnaryExpression[Any], UnaryExpression[Any]]:
    """The order of the list."""
    return DocumentRow.published_at.desc().nulls_last(), row_id.asc()


def cursor_after(published_at: datetime | None, row_id: str) -> str:
    """The cursor of the rows after this one. It holds its place, not a count of rows before it."""
    place = json.dumps([published_at.isoformat() if published_at else None, row_id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def comes_after(cursor: str, row_id: Id) -> ColumnElement[bool]:
    """The condition that a row stands after this cursor. Raises NotFoundError for anything else."""
    published_at, last = _place(cursor)
    moment = DocumentRow.published_at
    if published_at is None:
        return and_(moment.is_(None), row_id > last)
    return or_(moment < published_at, and_(moment == published_at, row_id > last), moment.is_(None))


def _place(cursor: str) -> tuple[datetime | None, str]:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        match json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)):
            case [None, str(row_id)]:
                return None, row_id
            case [str(moment), str(row_id)] if (found := datetime.fromisoformat(moment)).tzinfo is not None:
                return found, row_id
    except (ValueError, RecursionError) as error:
        raise NotFoundError(f"the list has no page after {cursor!r}") from error
    raise NotFoundError(f"the list has no page after {cursor!r}")
