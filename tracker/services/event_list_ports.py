"""What the lists of the desk need from the database. Adapters satisfy these by shape."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from tracker.domain.audit import AuditEntry
from tracker.domain.event_lists import EventFilter, EventList, EventOrder
from tracker.domain.today import Today
from tracker.domain.trail import Named, TrailFilter


class EventLists(Protocol):
    """The list of events, filtered and with counts of what else it could be held to."""

    def page(self, wanted: EventFilter, order: EventOrder, after: str | None, size: int) -> EventList:
        """One page.

        Raises NotFoundError for a cursor that this list did not give out, ValueError for a size below 1.
        """


class Trail(Protocol):
    """The audit trail as pages list it."""

    def entries(self, wanted: TrailFilter, before: int | None, size: int) -> list[AuditEntry]:
        """At most `size` entries, the latest first, older than the entry `before`."""

    def all_entries(self, wanted: TrailFilter) -> Iterator[AuditEntry]:
        """Every entry wanted, in the order of the trail."""

    def names(self, mentioned: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Named]:
        """What things are called, by kind and id; those that are not stored are left out."""


class DayBook(Protocol):
    """What is new and what waits."""

    def today(self, person: str, session: str) -> Today:
        """What this person finds on coming in. `session` is the id of the one they are in."""
