"""Statements as comparison sees them, made of the few things a test is about."""

from collections.abc import Sequence

import numpy as np

from tracker.conflicts.comparison import ConflictModel
from tracker.conflicts.counted import Toll
from tracker.conflicts.features import FEATURES
from tracker.conflicts.kinds import KIND_FEATURES, TOPICS, KindModel
from tracker.conflicts.members import Member
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import (
    EventDate,
    Figure,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)
from tracker.language.counting import Group

SIRTE = Place("gn:10", "Sirte", "city", 31.2, 16.6)
TRIPOLI = Place("gn:11", "Tripoli", "city", 32.9, 13.2)

KILLED = FigureKind.KILLED


def figure(
    low: int,
    high: int | None = -1,
    kind: FigureKind = KILLED,
    *,
    span: Span = Span(0, 1),  # noqa: B008 - it never changes
    counted: str | None = None,
    side: str | None = None,
) -> Figure:
    """An exact figure, unless `high` is given; None is open above."""
    return Figure(kind, low, low if high == -1 else high, span, counted, side)


def written(quote: str, words: str, low: int, high: int | None = -1, kind: FigureKind = KILLED) -> Figure:
    """A figure that stands where its words do, in a quote that begins its document."""
    start = quote.index(words)
    return figure(low, high, kind, span=Span(start, start + len(words)))


def toll(
    low: int,
    high: int | None = -1,
    kind: FigureKind = KILLED,
    *,
    at: int = 0,
    group: Group | None = None,
    party: str | None = None,
    against: str | None = None,
) -> Toll:
    """A figure at a place of its text, with whom it counts."""
    return Toll(figure(low, high, kind, span=Span(at, at + 1)), group, party, against)


def said(
    party: str,
    quote: str,
    *figures: Figure,
    name: str = "",
    polarity: Polarity = Polarity.ASSERTS,
    place: Place | None = SIRTE,
    day: EventDate | None = None,
    language: str = "en",
    speaker_span: Span | None = None,
    start: int = 0,
) -> Statement:
    """Its id is `name`, the party's code unless one is given; `start` is where it begins in its document."""
    return Statement(
        id=name or f"s{party}",
        document=f"d{party}",
        span=Span(start, start + len(quote)),
        quote=quote,
        language=language,
        attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9, speaker_span=speaker_span),
        polarity=polarity,
        figures=figures,
        place=PlaceMention(place, PlaceFound.SENTENCE) if place else None,
        date=day,
    )


def denied(party: str, quote: str, *figures: Figure, name: str = "", language: str = "en") -> Statement:
    return said(party, quote, *figures, name=name, polarity=Polarity.DENIES, language=language)


def alike(*statements: Statement) -> list[Member]:
    """With one vector for all."""
    vector = np.array([1.0, 0.0], dtype=np.float32)
    return [Member(statement, vector) for statement in statements]


def as_alike_as(likeness: float, one: Statement, other: Statement) -> list[Member]:
    """Two statements whose vectors have this cosine."""
    rising = float(np.sqrt(1.0 - likeness**2))
    return [
        Member(one, np.array([1.0, 0.0], dtype=np.float32)),
        Member(other, np.array([likeness, rising], dtype=np.float32)),
    ]


def on_a_circle(statements: Sequence[Statement]) -> list[Member]:
    """Each with a vector of its own, the more alike the nearer they stand in the list."""
    angles = np.linspace(0.0, 3.0, len(statements))
    return [
        Member(statement, np.array([np.cos(angle), np.sin(angle)], dtype=np.float32))
        for statement, angle in zip(statements, angles, strict=True)
    ]


def plain_kinds() -> KindModel:
    """What clashes decides, else the topic that most of the words are about, else whether it happened."""
    weights = {topic: dict.fromkeys(KIND_FEATURES, 0.0) for topic in TOPICS}
    for topic in TOPICS:
        for where, weight in (("in_both", 2.0), ("in_one", 1.0), ("asserted", 0.5), ("denied", 0.25)):
            weights[topic][f"{topic}_{where}"] = weight
    weights[ConflictType.CONTROL]["control_clash"] = 5.0
    weights[ConflictType.CASUALTIES]["toll_clash"] = 6.0
    weights[ConflictType.OCCURRENCE] = {**dict.fromkeys(KIND_FEATURES, 0.0), "intercept": 0.5}
    return KindModel.of({kind.value: {"intercept": 0.0, **listed} for kind, listed in weights.items()})


def model_of_shares(
    contradicts: float = 1.0, agrees: float = 1.0, unrelated: float = 1.0, *, threshold: float = 0.0
) -> ConflictModel:
    """Gives every pair the same probabilities, in these proportions."""
    intercepts = np.log(np.array([contradicts, agrees, unrelated]))
    return ConflictModel(np.zeros((3, len(FEATURES))), intercepts, threshold, plain_kinds())


def model_that_suggests_everything() -> ConflictModel:
    return model_of_shares(threshold=0.0)
