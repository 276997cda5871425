"""Where an event stands in an order of the list, and cursors that hold such a place."""

import base64
import json

from tracker.domain.errors import NotFoundError
from tracker.domain.event_lists import EventOrder, ListedEvent

Place = tuple[int, str]
"""Where an event stands in an order: what it is sorted by, ascending, and its id."""

_UNDATED = 0
"""Sorts after every day: days count as their ordinal below nought."""


def place_of(event: ListedEvent, order: EventOrder) -> Place:
    """Where an event stands."""
    if order is EventOrder.CONTESTED:
        return -event.conflicts, event.id
    return (_UNDATED if event.end is None else -event.end.toordinal()), event.id


def cursor_of(event: ListedEvent, order: EventOrder) -> str:
    """The cursor of the rows after this event. It holds its place, not a count of rows before it."""
    place = json.dumps([str(order), *place_of(event, order)])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_after(cursor: str, order: EventOrder) -> Place:
    """The place that a cursor holds. Raises NotFoundError for one that this order did not give out."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        match json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)):
            case [str(named), int(sorted_by), str(event)] if named == order:
                return sorted_by, event
    except (ValueError, RecursionError) as error:
        raise NotFoundError(f"the list of events has no page after {cursor!r}") from error
    raise NotFoundError(f"the list of events has no page after {cursor!r}")
