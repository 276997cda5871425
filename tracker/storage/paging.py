"""The order of the list of events, and cursors into it that stay right while events come and go."""

import base64
import json
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, or_

from tracker.domain.errors import NotFoundError
from tracker.storage.tables import EventRow


def newest_first() -> tuple[UnaryExpression[Any], UnaryExpression[Any]]:
    """By the day an event ends on, latest first, those without a day last; then by id."""
    return EventRow.end.desc().nulls_last(), EventRow.id.asc()


def cursor_of(event_id: str, end: date | None) -> str:
    """The cursor of the rows after this event. It holds its place, not a count of rows before it."""
    place = json.dumps([end.isoformat() if end else None, event_id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def after_cursor(cursor: str) -> ColumnElement[bool]:
    """The condition that an event stands after this cursor. Raises NotFoundError for anything else."""
    end, event_id = _place(cursor)
    if end is None:
        return and_(EventRow.end.is_(None), EventRow.id > event_id)
    return or_(
        EventRow.end < end,
        and_(EventRow.end == end, EventRow.id > event_id),
        EventRow.end.is_(None),
    )


def _place(cursor: str) -> tuple[date | None, str]:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        match json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)):
            case [None, str(event_id)]:
                return None, event_id
            case [str(end), str(event_id)]:
                return date.fromisoformat(end), event_id
    except (ValueError, RecursionError) as error:
        raise NotFoundError(f"the list of events has no page after {cursor!r}") from error
    raise NotFoundError(f"the list of events has no page after {cursor!r}")
