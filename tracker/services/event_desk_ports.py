"""What the desk of an event and of a statement needs from the database. The adapter satisfies it by shape."""

from collections.abc import Hashable, Mapping
from typing import Protocol

from tracker.domain.decisions import SubjectKind, Value
from tracker.domain.events import Event


class EventDesk(Protocol):
    """What people have noted, and which events lie near one another."""

    def annotations(self, kind: SubjectKind, subject: str) -> Mapping[str, Value]:
        """What stands on something besides what was found: grade, assignee and notes, by aspect."""

    def state(self) -> Hashable:
        """Another value whenever what stands in any event, or what is judged, has changed; cheap."""

    def near(self, event: Event, size: int) -> list[tuple[Event, int]]:
        """Events of the same place or of days about those of an event, with how many statements they hold.

        Those of the same place first, then by distance in days; at most `size`, without their members.
        """
