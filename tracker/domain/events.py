"""Events: happenings that statements of several sides speak of."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import Place


@dataclass(frozen=True, slots=True)
class Membership:
    """Why a statement stands in its event: a score from 0 to 1, and the reason in words."""

    statement: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """A happening. Its title is taken from its own statements or their headings, never invented.

    `start` and `end` are the days its statements speak of, None where none is known.
    """

    id: str
    title: str
    title_language: str
    place: Place | None
    start: date | None
    end: date | None
    precision: DatePrecision | None
    members: tuple[Membership, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        """The ids of its statements."""
        return tuple(member.statement for member in self.members)


class LinkVerdict(StrEnum):
    """What a person decided about two statements: whether they speak of one happening."""

    TOGETHER = "together"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """A person's decision on two statements. It binds all later linking until a person decides anew."""

    one: str
    other: str
    verdict: LinkVerdict


@dataclass(frozen=True, slots=True)
class Linking:
    """The outcome of linking: events new or changed, and their lineage.

    `redirects` leads from ids whose statements are now in another event to that event; `splits` leads from
    new events to the one their statements were parted from.
    """

    events: tuple[Event, ...]
    redirects: dict[str, str]
    splits: dict[str, str] = field(default_factory=dict)
