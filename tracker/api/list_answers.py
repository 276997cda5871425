"""What the lists of the API answer, as models."""

from datetime import date, datetime

from pydantic import Field

from tracker.api.answers import Answer, ConflictObject, EventReference, StatementAnswer, StatementObject
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import DateFound, DatePrecision

_NEXT = "The cursor to read on with; null at the end."
Next = Field(description=_NEXT)


class StatementList(Answer):
    """Statements, the newest publication first."""

    statements: list[StatementAnswer]
    next: str | None = Next


class ListedEventObject(Answer):
    """An event as a row of a list. Counts of conflicts leave rejected ones out."""

    id: str
    title: str
    title_language: str
    place: str | None
    place_id: str | None
    start: date | None
    end: date | None
    date_precision: DatePrecision | None
    statements: int = Field(ge=0)
    documents: int = Field(ge=0)
    parties: dict[str, int] = Field(description="Statements by party.")
    languages: dict[str, int] = Field(description="Statements by language of the document.")
    conflicts: int = Field(ge=0)
    waiting: int = Field(ge=0, description="Conflicts that nobody has judged.")
    latest: datetime | None = Field(description="When its last document was published.")
    constructed: bool


class EventList(Answer):
    """Events."""

    events: list[ListedEventObject]
    next: str | None = Next


class SingleConflict(Answer):
    """A conflict with its event and both statements. Its ETag is what a review names in If-Match."""

    conflict: ConflictObject
    event: EventReference
    statements: list[StatementObject] = Field(description="`a`, then `b`.", min_length=2, max_length=2)


class ConflictList(Answer):
    """Conflicts, the surest first."""

    conflicts: list[SingleConflict]
    next: str | None = Next


class ListedDocumentObject(Answer):
    """A document as a row of a list, without its text."""

    id: str = Field(description="The caller's id where one was given, else ours.")
    url: str | None
    title: str
    outlet: str
    published: datetime | None
    published_found: DateFound | None
    language: str
    sha256: str
    part: int | None
    constructed: bool
    captured_at: datetime
    media_type: str
    statements: int = Field(ge=0)
    link: str = Field(description="Where it is read, with its text, in this API.")


class DocumentList(Answer):
    """Documents, the newest publication first."""

    documents: list[ListedDocumentObject]
    next: str | None = Next


class PartyObject(Answer):
    """A party of the registry and how much it says. Counts of conflicts leave rejected ones out."""

    code: str
    label: dict[str, str] = Field(description="Its label by language.")
    description: str
    allies: list[str]
    since: date | None = Field(description="Its first day: in older texts its names mean somebody else.")
    statements: int = Field(ge=0)
    denials: int = Field(ge=0)
    events: int = Field(ge=0)
    conflicts: int = Field(ge=0)
    languages: dict[str, int]
    last: datetime | None = Field(description="When its latest statement was published.")


class PartyList(Answer):
    """Parties by code."""

    parties: list[PartyObject]
    next: str | None = Next


class ClashObject(Answer):
    """In how many conflicts of one type a party stands against another."""

    party: str
    type: ConflictType
    conflicts: int = Field(ge=0)


class SinglePartyAnswer(Answer):
    """A party, the names it goes by, and against whom it stands."""

    party: PartyObject
    names: dict[str, list[str]] = Field(description="Its names by language.")
    speakers: dict[str, int] = Field(description="Statements by speaker, the foremost.")
    first: datetime | None = Field(description="When its first statement was published.")
    clashes: list[ClashObject]
