"""What somebody finds on coming in: what is new, what waits, what is contested."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.event_lists import ListedEvent
from tracker.domain.views import Counts


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came in since a time, and what was published since then, whenever it came in.

    Events are new where all their documents came in since, grown where only some did.
    """

    since: datetime
    documents: int
    statements: int
    new_events: int
    grown_events: int
    published_documents: int
    published_statements: int


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict in one line. `one` and `other` are the codes of its parties."""

    id: str
    type: str
    score: float
    one: str
    other: str
    explanation: str
    event: str
    event_title: str
    event_language: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many conflicts of a type between two parties nobody has judged."""

    type: str
    one: str
    other: str
    count: int


@dataclass(frozen=True, slots=True)
class Publication:
    """The last seven days in which anything was published, where that is longer ago than seven days."""

    first: date
    last: date
    documents: int
    statements: int


@dataclass(frozen=True, slots=True)
class Today:
    """The first page of the day.

    `last_visit` is what came since the reader was last here, None where that is not known. `publication` is
    None where the last seven days hold something published. `conflicts` are suggested ones, the surest first;
    `are_new` says whether they are those with a document of the last seven days, or any.
    """

    now: datetime
    counts: Counts
    last_visit: Arrivals | None
    day: Arrivals
    week: Arrivals
    publication: Publication | None
    events: tuple[ListedEvent, ...]
    conflicts: tuple[ConflictLine, ...]
    are_new: bool
    waiting: tuple[Waiting, ...]
    waiting_conflicts: int
    waiting_events: int
    mine: tuple[ListedEvent, ...]
    mine_count: int
    contested: tuple[ListedEvent, ...]
