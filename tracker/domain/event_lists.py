"""The list of events: what it can be held to, its order, its rows, and counts of what else it could show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.domain.documents import DatePrecision


class ReviewState(StrEnum):
    """How far people have come with an event. An event may be in several of these states, or in none."""

    WAITING = "waiting"  # the machine suggests conflicts that nobody has judged
    JUDGED = "judged"  # somebody judged at least one of its conflicts
    GRADED = "graded"  # somebody said how well it is attested
    MINE = "mine"  # it, or a statement or conflict in it, is assigned to the reader


class EventOrder(StrEnum):
    """What stands first."""

    NEWEST = "newest"  # by the day an event ends on, those without a day last
    CONTESTED = "contested"  # by how many conflicts it has that nobody rejected


class Facet(StrEnum):
    """What the events can be told apart by."""

    PARTY = "party"
    LANGUAGE = "language"
    PLACE = "place"
    TYPE = "type"
    REVIEW = "review"
    CONSTRUCTED = "constructed"


SINGLE = frozenset({Facet.PLACE, Facet.CONSTRUCTED})
"""Facets of which an event has one value: choosing another one replaces the first."""

YES, NO = "yes", "no"
"""The values of the facet `CONSTRUCTED`."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted: those that have every value chosen; of a `SINGLE` facet, any of them.

    With days, those that happened on one of them; events without a known day are then left out.
    `came_since` and `published_since` keep those of which a document came in, or was published, since then.
    `person` is the reader, for `ReviewState.MINE`.
    """

    chosen: Mapping[Facet, tuple[str, ...]]
    start: date | None = None
    end: date | None = None
    came_since: datetime | None = None
    published_since: date | None = None
    person: str = ""

    @property
    def restricts(self) -> bool:
        """Whether anything is left out at all."""
        return any(self.chosen.values()) or self.limits

    @property
    def limits(self) -> bool:
        """Whether only certain days or times are wanted."""
        bounds = (self.start, self.end, self.came_since, self.published_since)
        return any(bound is not None for bound in bounds)

    def holds(self, event: "ListedEvent") -> bool:
        """Whether an event lies within the days and times, whatever else is chosen."""
        if self.came_since is not None and event.last_captured < self.came_since:
            return False
        if self.published_since is not None and (
            event.latest is None or event.latest.date() < self.published_since
        ):
            return False
        if self.start is None and self.end is None:
            return True
        first = event.start or event.end
        last = event.end or event.start
        if first is None or last is None:
            return False
        return (self.end is None or first <= self.end) and (self.start is None or last >= self.start)


@dataclass(frozen=True, slots=True)
class Clashing:
    """How many conflicts of one type there are between two parties, the codes in order."""

    type: str
    one: str
    other: str
    judgement: str
    count: int


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """A row of the list. Counts are of statements, by party and by language of the document, most first.

    `conflicts` leaves rejected ones out; `waiting` counts those that nobody has judged. `grade` is an
    `EventGrade`; `assignees` are the people whom it, or anything in it, is assigned to. The times are those
    at which its first and last document came in.
    """

    id: str
    title: str
    title_language: str
    place: str | None
    place_name: str | None
    start: date | None
    end: date | None
    precision: DatePrecision | None
    statements: int
    documents: int
    parties: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    clashes: tuple[Clashing, ...]
    conflicts: int
    waiting: int
    judged: int
    grade: str | None
    assignees: tuple[str, ...]
    latest: datetime | None
    first_captured: datetime
    last_captured: datetime
    constructed: bool

    def values(self, facet: Facet, person: str = "") -> tuple[str, ...]:
        """Its values of a facet. Whether it is the reader's is known for a `person` only."""
        match facet:
            case Facet.PARTY:
                return tuple(code for code, _ in self.parties)
            case Facet.LANGUAGE:
                return tuple(code for code, _ in self.languages)
            case Facet.PLACE:
                return () if self.place is None else (self.place,)
            case Facet.TYPE:
                return tuple(dict.fromkeys(one.type for one in self.clashes if one.judgement != "rejected"))
            case Facet.CONSTRUCTED:
                return (YES if self.constructed else NO,)
            case Facet.REVIEW:
                return tuple(str(state) for state, holds in self._states(person).items() if holds)

    def _states(self, person: str) -> dict[ReviewState, bool]:
        return {
            ReviewState.WAITING: self.waiting > 0,
            ReviewState.JUDGED: self.judged > 0,
            ReviewState.GRADED: self.grade is not None,
            ReviewState.MINE: person in self.assignees,
        }


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet and how many events the list would hold with it, beside what is chosen.

    `name` is what the value is called, where it is a name of somebody's (a place); else None.
    """

    value: str
    count: int
    is_chosen: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EventList:
    """One page of the list. `following` is the cursor of the next page, None at the end.

    `total` counts the events that match, `everything` all events. Facets hold the values that would leave
    something, and those that are chosen, most first.
    """

    rows: tuple[ListedEvent, ...]
    total: int
    everything: int
    following: str | None
    facets: Mapping[Facet, tuple[FacetCount, ...]]
