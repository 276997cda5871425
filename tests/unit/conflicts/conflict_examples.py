"""Statements as comparison sees them, made of the few things a test is about."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.comparison import ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.domain.documents import Span
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import (
    Figure,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
    Statement,
)

SIRTE = Place("gn:10", "Sirte", "city", 31.2, 16.6)
TRIPOLI = Place("gn:11", "Tripoli", "city", 32.9, 13.2)

KILLED = FigureKind.KILLED

Member = tuple[Statement, NDArray[np.float32]]


def figure(low: int, high: int | None = -1, kind: FigureKind = KILLED) -> Figure:
    """An exact figure, unless `high` is given; None is open above."""
    return Figure(kind, low, low if high == -1 else high, Span(0, 1))


def said(
    party: str,
    quote: str,
    *figures: Figure,
    name: str = "",
    polarity: Polarity = Polarity.ASSERTS,
    place: Place | None = SIRTE,
    language: str = "en",
    speaker_span: Span | None = None,
) -> Statement:
    """Its id is `name`, the party's code unless one is given."""
    return Statement(
        id=name or f"s{party}",
        document=f"d{party}",
        span=Span(0, len(quote)),
        quote=quote,
        language=language,
        attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9, speaker_span=speaker_span),
        polarity=polarity,
        figures=figures,
        place=PlaceMention(place, PlaceFound.SENTENCE) if place else None,
    )


def denied(party: str, quote: str, *figures: Figure, name: str = "") -> Statement:
    return said(party, quote, *figures, name=name, polarity=Polarity.DENIES)


def alike(*statements: Statement) -> list[Member]:
    """With one vector for all."""
    vector = np.array([1.0, 0.0], dtype=np.float32)
    return [(statement, vector) for statement in statements]


def on_a_circle(statements: Sequence[Statement]) -> list[Member]:
    """Each with a vector of its own, the more alike the nearer they stand in the list."""
    angles = np.linspace(0.0, 3.0, len(statements))
    return [
        (statement, np.array([np.cos(angle), np.sin(angle)], dtype=np.float32))
        for statement, angle in zip(statements, angles, strict=True)
    ]


def model_that_suggests_everything() -> ConflictModel:
    return ConflictModel(np.zeros(len(FEATURES)), intercept=0.0, threshold=0.0)
