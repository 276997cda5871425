"""Documents: what was published, kept as it was given."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DateFound(StrEnum):
    """How a date was found. A date never comes without it."""

    GIVEN = "given"  # by the caller, beside the text
    METADATA = "metadata"  # in the page's or feed's own metadata
    DATELINE = "dateline"  # in the first lines of the text
    EXPLICIT = "explicit"  # written out in the sentence
    RELATIVE = "relative"  # reckoned from a word such as "yesterday" or "on Tuesday"
    PUBLICATION = "publication"  # none in the sentence: the day of publication stands in
    NEIGHBOUR = "neighbour"  # named by a sentence before it in the same paragraph
    REVIEW = "review"  # an analyst's decision


class DatePrecision(StrEnum):
    """How exactly a date is known (UCDP GED date precision, by name)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span: {self.start} to {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The words at this span."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> "Span":
        """The same span in a text that begins `by` code points earlier."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """That the bytes of a document were fetched from the web: the address that gave them, and when (UTC)."""

    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """What a reader hands over: one document, not yet stored.

    `original` is the bytes as they were found (the whole file, or one record of it);
    `text` the words in them, to whose code points every later span refers.
    """

    origin: str
    original: bytes
    media_type: str
    text: str
    external_id: str | None = None
    url: str | None = None
    title: str | None = None
    outlet: str | None = None
    published: datetime | None = None
    published_found: DateFound | None = None
    language: str | None = None
    constructed: bool = False
    retrieval: Retrieval | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document. `language` is a BCP 47 code, "und" where it could not be told.

    A page that holds several stories becomes several documents: `part` is the number of the story this one
    is, None for a page of one. Their text is the whole page's, as it was given, so that every span counts
    the code points of the page.
    """

    id: str
    external_id: str | None
    url: str | None
    title: str
    outlet: str
    published: datetime | None
    published_found: DateFound | None
    language: str
    sha256: str
    text: str
    constructed: bool = False
    part: int | None = None

    @property
    def public_id(self) -> str:
        """The caller's id where one was given, else ours: the id in every export."""
        return self.external_id or self.id
