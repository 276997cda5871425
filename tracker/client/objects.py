"""What the API answers, as types of plain JSON values: for editors and type checkers."""

from typing import Any, Literal, TypedDict

Mode = Literal["hybrid", "semantic", "lexical"]
Judgement = Literal["confirmed", "rejected", "unsure"]
Status = Literal["suggested", "confirmed", "rejected", "unsure"]


class Figure(TypedDict):
    """A count as an interval: `high` is None where it is open above, equal to `low` where it is exact."""

    kind: str
    low: int
    high: int | None
    counted: str | None
    side: str | None


class Links(TypedDict):
    """Where a statement is found; `self` stands under `"self"`."""

    document: str
    html: str


class Statement(TypedDict):
    """What a party puts forward in a document. `start` and `end` count code points of its text.

    Days are written YYYY-MM-DD, times as RFC 3339 in UTC.
    """

    id: str
    document: str
    start: int
    end: int
    quote: str
    language: str
    party: str
    speaker: str | None
    polarity: Literal["asserts", "denies"]
    place: str | None
    place_id: str | None
    event_date: str | None
    date_precision: str | None
    figures: list[Figure]
    confidence: float
    cue: str | None
    chain: list[str]
    method: str
    outlet: str
    published: str | None
    document_title: str
    url: str | None
    sha256: str
    constructed: bool
    links: Links


class Reference(TypedDict):
    """Something that has an id and a title."""

    id: str
    title: str


class StatementAnswer(TypedDict):
    """A statement, its event, and in how many conflicts it stands (rejected ones left out)."""

    statement: Statement
    event: Reference | None
    conflicts: int


class Rank(TypedDict):
    """A place in one list of results, counted from 1, and the score that this list is ordered by."""

    rank: int
    score: float


class Found(TypedDict):
    """Why a statement was found: by meaning, by words, and which."""

    mode: Mode
    semantic: Rank | None
    lexical: Rank | None
    words: list[dict[str, int]]


class FoundStatement(StatementAnswer):
    """A statement found. `score` is what the results are ordered by."""

    score: float
    found: Found


class Model(TypedDict):
    """An embedding model."""

    name: str
    revision: str


class SearchAnswer(TypedDict):
    """Statements found, best first."""

    query: str
    mode: Mode
    model: Model
    results: list[FoundStatement]


class SimilarAnswer(TypedDict):
    """Statements near to a statement by meaning, nearest first."""

    statement: str
    model: Model
    results: list[FoundStatement]


class Conflict(TypedDict):
    """Two statements of an event that cannot both be so, by id."""

    id: str
    a: str
    b: str
    type: str
    score: float
    status: Status
    explanation: str
    third: str | None
    comparator: str
    detector: str


class ConflictWithStatements(TypedDict):
    """A conflict with its event and both statements: `a`, then `b`."""

    conflict: Conflict
    event: Reference
    statements: list[Statement]


class EventStatement(TypedDict):
    """A statement as a member of an event, with the reason why it stands there."""

    statement: Statement
    conflicts: int
    reason: str


class Event(TypedDict):
    """An event with its statements and conflicts (rejected ones left out)."""

    id: str
    title: str
    title_language: str
    place: str | None
    place_id: str | None
    start: str | None
    end: str | None
    date_precision: str | None
    constructed: bool
    parties: dict[str, int]
    languages: dict[str, int]
    statements: list[EventStatement]
    conflicts: list[Conflict]


class ListedEvent(TypedDict):
    """An event as a row of a list."""

    id: str
    title: str
    title_language: str
    place: str | None
    place_id: str | None
    start: str | None
    end: str | None
    date_precision: str | None
    statements: int
    documents: int
    parties: dict[str, int]
    languages: dict[str, int]
    conflicts: int
    waiting: int
    latest: str | None
    constructed: bool


class Position(TypedDict):
    """One answer to a contested question, and who gives it."""

    parties: list[str]
    denies: bool
    interval: dict[str, int | None] | None
    admitted_by: list[str]
    leading: str
    statements: dict[str, list[Statement]]


class Question(TypedDict):
    """What statements of an event answer differently."""

    id: str
    type: str
    about: str | None
    counts: str | None
    positions: list[Position]
    silent: list[str]
    conflicts: list[str]


class Comparison(TypedDict):
    """What is contested in an event: questions, figures with their sources, and revisions of figures."""

    event: Reference
    range: str
    questions: list[Question]
    ledger: list[dict[str, Any]]
    revisions: list[dict[str, Any]]


class ListedDocument(TypedDict):
    """A document as a row of a list, without its text."""

    id: str
    url: str | None
    title: str
    outlet: str
    published: str | None
    published_found: str | None
    language: str
    sha256: str
    part: int | None
    constructed: bool
    captured_at: str
    media_type: str
    statements: int
    link: str


class Document(TypedDict):
    """A document with its text and the statements found in it, in order."""

    id: str
    url: str | None
    title: str
    outlet: str
    published: str | None
    published_found: str | None
    language: str
    sha256: str
    part: int | None
    constructed: bool
    captured_at: str
    media_type: str
    size: int
    text: str
    statements: list[Statement]


class Party(TypedDict):
    """A party of the registry and how much it says."""

    code: str
    label: dict[str, str]
    description: str
    allies: list[str]
    since: str | None
    statements: int
    denials: int
    events: int
    conflicts: int
    languages: dict[str, int]
    last: str | None
