"""Statements as linking sees them, made of the few things a test is about."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.domain.documents import DateFound, DatePrecision, Span
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
from tracker.events.linkable import Linkable

REGION = Place("gn:1", "Western coast", "region", 32.7, 12.8)
HARBOUR = Place("gn:2", "Grey Harbour", "city", 32.8, 12.9, "gn:1")
AIRFIELD = Place("gn:3", "Old Airfield", "airport", 32.6, 13.1)

PUBLISHED = date(2020, 3, 10)


def direction(*numbers: float) -> NDArray[np.float32]:
    """A unit vector; the numbers that are not given are 0."""
    vector = np.zeros(4, dtype=np.float32)
    vector[: len(numbers)] = numbers
    return vector / np.linalg.norm(vector)


def linkable(
    name: str,
    *,
    vector: Sequence[float] = (1.0,),
    quote: Sequence[float] | None = None,
    published: date | None = PUBLISHED,
    day: date | None = None,
    precision: DatePrecision = DatePrecision.DAY,
    place: Place | None = None,
    found: PlaceFound = PlaceFound.SENTENCE,
    document: str = "",
    start: int = 0,
    story: int = 0,
    heading: str = "",
    language: str = "en",
    figures: Sequence[tuple[FigureKind, int]] = (),
) -> Linkable:
    """Its id is `name`, its document too unless one is named; `quote` is the vector of the quote alone."""
    words = f"What {name} says."
    statement = Statement(
        id=name,
        document=document or f"document of {name}",
        span=Span(start, start + len(words)),
        quote=words,
        language=language,
        attribution=Attribution("LNA", AttributionMethod.SPEAKER, 0.9),
        polarity=Polarity.ASSERTS,
        figures=tuple(Figure(kind, low, low, Span(start, start + 1)) for kind, low in figures),
        place=PlaceMention(place, found) if place else None,
        date=EventDate(day, precision, DateFound.EXPLICIT) if day else None,
        story=story,
        heading=heading,
    )
    return Linkable(
        statement=statement,
        published=published,
        context=direction(*vector),
        quote=direction(*(quote or vector)),
    )
