"""What pages tell of a party, a source or a place: counts and rows that stand in no single event.

Counts of conflicts leave rejected ones out; counts of events are of those in which a statement stands.
"""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import Place

Tally = tuple[tuple[str, int], ...]
"""Names or codes with how often each was counted, the most first."""


@dataclass(frozen=True, slots=True)
class PartyCounts:
    """What a party puts forward. `last` is when its latest statement was published."""

    statements: int = 0
    denials: int = 0
    events: int = 0
    languages: Tally = ()
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartyFilter:
    """Which statements of which party: by day of publication, and by place (ids, () for any)."""

    party: str
    start: date | None = None
    end: date | None = None
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventCount:
    """An event and how many statements of a party stand in it."""

    event: str
    title: str
    title_language: str
    end: date | None
    statements: int


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place and how many statements speak of it."""

    place: Place
    statements: int


@dataclass(frozen=True, slots=True)
class ClashCount:
    """In how many conflicts of one type a party stands against another."""

    party: str
    type: ConflictType
    conflicts: int


@dataclass(frozen=True, slots=True)
class PartyNumbers:
    """What statements add up to. `months` are first days of months, in order; `undated` fall into none.

    `events`, `places` and `speakers` are the foremost only.
    """

    statements: int
    denials: int
    first: datetime | None
    last: datetime | None
    undated: int
    languages: Tally
    months: tuple[tuple[date, int], ...]
    events: tuple[EventCount, ...]
    places: tuple[PlaceCount, ...]
    speakers: Tally


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """An outlet. `voice` counts the statements that it makes in its own voice; `parties` whom it quotes."""

    id: int
    name: str
    documents: int
    languages: Tally
    first: datetime | None
    last: datetime | None
    statements: int
    voice: int
    parties: Tally

    @property
    def share_of_voice(self) -> float | None:
        """The share of its statements that are its own voice, None where it has none at all."""
        return self.voice / self.statements if self.statements else None


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document in the list of its source's."""

    id: str
    title: str
    language: str
    published: datetime | None
    constructed: bool
    statements: int


@dataclass(frozen=True, slots=True)
class PlaceSummary:
    """A place that is spoken of. `last` is the last day that a statement tells of it, None if none does."""

    place: Place
    statements: int
    events: int
    last: date | None
