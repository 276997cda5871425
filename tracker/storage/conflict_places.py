"""The order of lists of conflicts, and cursors into it that stay right while conflicts come and go."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.conflicts import Judgement
from tracker.domain.errors import NotFoundError
from tracker.storage.tables import ConflictRow, EventRow


@dataclass(frozen=True, slots=True)
class ConflictPlace:
    """Where a conflict stands in the list: its sort key."""

    judgement: Judgement
    score: float
    end: date | None
    id: str

    def within(self, judgements: Sequence[Judgement]) -> "ConflictPlace":
        """The same place; that of the first of these judgements where its own is none of them."""
        found = self.judgement if self.judgement in judgements else judgements[0]
        return ConflictPlace(found, self.score, self.end, self.id)


Column = ColumnElement[Any] | InstrumentedAttribute[Any]
"""What a query can select."""

PLACE_COLUMNS: tuple[Column, ...] = (ConflictRow.judgement, ConflictRow.score, EventRow.end, ConflictRow.id)
SUREST_FIRST = (ConflictRow.score.desc(), EventRow.end.desc().nulls_last(), ConflictRow.id.asc())
SUREST_LAST = (ConflictRow.score.asc(), EventRow.end.asc().nulls_first(), ConflictRow.id.desc())


def stands_after(place: ConflictPlace) -> ColumnElement[bool]:
    """The condition that a conflict of the same judgement stands after a place."""
    if place.end is None:
        later = and_(EventRow.end.is_(None), ConflictRow.id > place.id)
    else:
        same_day = and_(EventRow.end == place.end, ConflictRow.id > place.id)
        later = or_(EventRow.end < place.end, EventRow.end.is_(None), same_day)
    # The first part follows from the second; it lets the database go by an index.
    return and_(ConflictRow.score <= place.score, or_(ConflictRow.score < place.score, later))


def stands_before(place: ConflictPlace) -> ColumnElement[bool]:
    """The condition that a conflict of the same judgement stands before a place."""
    if place.end is None:
        earlier = or_(EventRow.end.is_not(None), ConflictRow.id < place.id)
    else:
        same_day = and_(EventRow.end == place.end, ConflictRow.id < place.id)
        earlier = or_(EventRow.end > place.end, same_day)
    return and_(ConflictRow.score >= place.score, or_(ConflictRow.score > place.score, earlier))


def cursor_of_conflict(place: ConflictPlace) -> str:
    """The cursor of the conflicts after a place. It holds the place, not a count of rows before it."""
    written = [str(place.judgement), place.score, place.end.isoformat() if place.end else None, place.id]
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")


def place_of_cursor(cursor: str) -> ConflictPlace:
    """The inverse. Raises NotFoundError for anything else."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        match json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)):
            case [str(judgement), float(score), None, str(name)]:
                return ConflictPlace(Judgement(judgement), score, None, name)
            case [str(judgement), float(score), str(end), str(name)]:
                return ConflictPlace(Judgement(judgement), score, date.fromisoformat(end), name)
    except (ValueError, RecursionError) as error:
        raise NotFoundError(f"the list of conflicts has no page after {cursor!r}") from error
    raise NotFoundError(f"the list of conflicts has no page after {cursor!r}")
