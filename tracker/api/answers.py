"""What the API answers, as models: the source of every answer and of the OpenAPI document."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.parties import AttributionMethod
from tracker.domain.search import SearchMode
from tracker.domain.statements import FigureKind, Polarity

Share = Annotated[float, Field(ge=0, le=1)]


class Answer(BaseModel):
    """Base of all answers: frozen, and no member that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Interval(Answer):
    """A count as an interval: `high` is null where it is open above, equal to `low` where it is exact."""

    kind: FigureKind
    low: int = Field(ge=0)
    high: int | None
    counted: str | None = Field(description="Who or what is counted, in the text's own words.")
    side: str | None = Field(description="The party that those counted belong to, where the text says so.")


class StatementLinks(Answer):
    """Where a statement is found: `self` and `document` in this API, `html` its sentence on a page."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    itself: str = Field(serialization_alias="self")
    document: str
    html: str


class StatementObject(Answer):
    """A statement with its source. `start` and `end` count code points of the document's text."""

    id: str
    document: str = Field(description="The document's id: the caller's where one was given, else ours.")
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str = Field(description="The document's text from `start` to `end`, unchanged.")
    language: str
    party: str = Field(description="Who puts the statement forward.")
    speaker: str | None
    polarity: Polarity
    place: str | None
    place_id: str | None = Field(description="The place's id in the gazetteer, as filters take it.")
    event_date: date | None
    date_precision: DatePrecision | None
    figures: list[Interval]
    confidence: Share = Field(description="The model's probability that the party puts it forward.")
    cue: str | None = Field(description="The words that give away that somebody speaks.")
    chain: list[str] = Field(
        description="Through whom the words came, outermost first; the speaker, if one is named, is last."
    )
    method: AttributionMethod = Field(description="By which rule the statement was given to its party.")
    outlet: str
    published: datetime | None
    document_title: str
    url: str | None = Field(description="The address as it was given. It may be hostile: check its scheme.")
    sha256: str = Field(description="Of the document's original bytes.")
    constructed: bool = Field(description="Whether the document was written for demonstration.")
    links: StatementLinks


class EventReference(Answer):
    """An event, named."""

    id: str
    title: str


class StatementAnswer(Answer):
    """A statement, its event, and in how many conflicts it stands (rejected ones left out)."""

    statement: StatementObject
    event: EventReference | None
    conflicts: int = Field(ge=0)


class Words(Answer):
    """Words of the query as they stand in the quote: code points of the quote, not of the document."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class RankObject(Answer):
    """A place in one list of results, counted from 1, and the score that this list is ordered by."""

    rank: int = Field(ge=1)
    score: float


class FoundObject(Answer):
    """Why a statement was found: its place by meaning and by words, null where it is not in that list."""

    mode: SearchMode
    semantic: RankObject | None = Field(description="By meaning: the score is the cosine similarity.")
    lexical: RankObject | None = Field(description="By words: the score is BM25.")
    words: list[Words] = Field(description="The words of the query in the quote; none in `semantic`.")


class SearchResult(StatementAnswer):
    """A statement found. `score` is what the results are ordered by."""

    score: float
    found: FoundObject


class ModelObject(Answer):
    """An embedding model."""

    name: str
    revision: str


class SearchAnswer(Answer):
    """Statements found, best first, ties in a fixed order."""

    query: str
    mode: SearchMode
    model: ModelObject
    results: list[SearchResult]


class SimilarAnswer(Answer):
    """Statements near to a statement by meaning, nearest first, ties in a fixed order."""

    statement: str = Field(description="Whose neighbours these are.")
    model: ModelObject
    results: list[SearchResult]


class ConflictObject(Answer):
    """Two statements of an event that cannot both be so. `status` is what a person decided, if anyone did."""

    id: str
    a: str
    b: str
    type: ConflictType
    score: Share
    status: Judgement
    explanation: str
    third: str | None = Field(
        description="Where the words of the two were not enough: a statement that says what one of them "
        "says, and that the other seems to contradict as well."
    )
    comparator: str
    detector: str


class EventStatement(Answer):
    """A statement as a member of an event, with the reason why it stands there."""

    statement: StatementObject
    conflicts: int = Field(ge=0)
    reason: str


class EventAnswer(Answer):
    """An event with its statements and conflicts (rejected ones left out)."""

    id: str
    title: str
    title_language: str
    place: str | None
    place_id: str | None = Field(description="The place's id in the gazetteer, as filters take it.")
    start: date | None
    end: date | None
    date_precision: DatePrecision | None
    constructed: bool
    parties: dict[str, int] = Field(description="Statements by party.")
    languages: dict[str, int] = Field(description="Statements by language of the document.")
    statements: list[EventStatement]
    conflicts: list[ConflictObject]


class DocumentAnswer(Answer):
    """A stored document: its text as it was given, and the statements found in it, in order."""

    id: str = Field(description="The caller's id where one was given, else ours.")
    url: str | None
    title: str
    outlet: str
    published: datetime | None
    published_found: DateFound | None
    language: str
    sha256: str
    part: int | None = Field(
        description="Which story of its page it is, numbered in their order; null for the only one."
    )
    constructed: bool
    captured_at: datetime
    media_type: str
    size: int = Field(ge=0, description="Bytes of the original.")
    text: str = Field(description="As it was given; of a story of a page, the text of the whole page.")
    statements: list[StatementObject]
