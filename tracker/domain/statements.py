"""Statements: what one party puts forward as so, tied to its exact words."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.parties import Attribution


class Polarity(StrEnum):
    """Whether the words assert something or deny it."""

    ASSERTS = "asserts"
    DENIES = "denies"


class FigureKind(StrEnum):
    """What a figure counts."""

    KILLED = "killed"
    INJURED = "injured"
    CAPTURED = "captured"
    DISPLACED = "displaced"
    FIGHTERS = "fighters"
    VEHICLES = "vehicles"
    AIRCRAFT = "aircraft"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count as an interval: `low` to `high`, `high` None where it is open above.

    `counted` is who or what is counted, in the text's own words, and `side` the party they belong to,
    both where the text says so.
    """

    kind: FigureKind
    low: int
    high: int | None
    span: Span
    counted: str | None = None
    side: str | None = None

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError(f"no interval: {self.low} to {self.high}")

    def disjoint(self, other: "Figure") -> bool:
        """Whether no number lies in both intervals."""
        return (self.high is not None and self.high < other.low) or (
            other.high is not None and other.high < self.low
        )

    def describe(self) -> str:
        """The interval in words: "12", "at least 12", "2 to 9"."""
        if self.high is None:
            return f"at least {self.low}"
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


class PlaceFound(StrEnum):
    """How a statement's place was found."""

    SENTENCE = "sentence"
    NEIGHBOUR = "neighbour"
    TITLE = "title"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer. `within` is the id of the place that contains it."""

    id: str
    name: str
    kind: str
    latitude: float
    longitude: float
    within: str | None = None


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A gazetteer's entry: a place and its names by language code, "und" for no language in particular."""

    place: Place
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """The place a statement is about, and how that is known. Its precision is the place's kind."""

    place: Place
    found: PlaceFound
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class EventDate:
    """The day that a statement speaks of, with its precision and how it was found."""

    day: date
    precision: DatePrecision
    found: DateFound
    span: Span | None = None

    def days(self) -> tuple[date, date]:
        """The first and the last day that may be meant: of the week (from Monday), the month or the year."""
        if self.precision is DatePrecision.DAY:
            return self.day, self.day
        if self.precision is DatePrecision.WEEK:
            monday = self.day.toordinal() - self.day.weekday()
            return date.fromordinal(monday), date.fromordinal(min(monday + 6, date.max.toordinal()))
        if self.precision is DatePrecision.MONTH:
            last = monthrange(self.day.year, self.day.month)[1]
            return self.day.replace(day=1), self.day.replace(day=last)
        return date(self.day.year, 1, 1), date(self.day.year, 12, 31)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one party in one document.

    `quote` equals the document's text at `span`. `story` numbers the stories of a page that holds
    several; `heading` is the title of that story.
    """

    id: str
    document: str
    span: Span
    quote: str
    language: str
    attribution: Attribution
    polarity: Polarity
    figures: tuple[Figure, ...] = ()
    place: PlaceMention | None = None
    date: EventDate | None = None
    story: int = 0
    heading: str = ""

    @property
    def party(self) -> str:
        """The code of the party that puts it forward."""
        return self.attribution.party
