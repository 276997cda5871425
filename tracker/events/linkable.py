"""A statement with what linking looks at, alone and as columns of many."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import PlaceFound, Statement

Floats = NDArray[np.float32]
Codes = NDArray[np.int32]

MOST_FIGURES = 4
"""Figures of a statement that are compared; the rest does not count."""

NOTHING = -1
"""The code of a place, or a figure, that is not there."""


@dataclass(frozen=True, slots=True)
class InContext:
    """A statement with what an event is described by.

    `published` is the day of its document; `context` is the vector, of unit length, of heading and
    quote together.
    """

    statement: Statement
    published: date | None
    context: Floats


@dataclass(frozen=True, slots=True)
class Linkable(InContext):
    """A statement with what linking looks at; `quote` is the vector, of unit length, of the quote alone."""

    quote: Floats


def event_day(told: InContext) -> date | None:
    """The day a statement is about: its own where it names one, else the day of publication."""
    named = told.statement.date
    return named.day if named is not None and named.precision is DatePrecision.DAY else told.published


@dataclass(frozen=True, slots=True)
class Columns:
    """Statements by column, one row each; row `n` of every array is the same statement.

    Vectors have shape (n, dimension); days are ordinals, NaN where unknown; texts are codes (`Coder`).
    `first` and `last` are the days between which what a statement tells of lies, where it names a time
    (`dated`); else both are the day of publication.
    """

    context: Floats
    quote: Floats
    day: Floats
    first: Floats
    last: Floats
    dated: NDArray[np.bool_]
    language: Codes
    place: Codes
    outer: Codes
    sure: NDArray[np.bool_]
    document: Codes
    story: Codes
    start: Codes
    figures: Codes

    def __len__(self) -> int:
        return len(self.day)

    def joined(self, others: "Columns") -> "Columns":
        """The rows of both, these first."""
        names = self.__dataclass_fields__
        return Columns(*(np.concatenate([getattr(self, one), getattr(others, one)]) for one in names))

    def taken(self, rows: NDArray[np.intp]) -> "Columns":
        """Only these rows, in this order."""
        return Columns(*(getattr(self, one)[rows] for one in self.__dataclass_fields__))


@dataclass(slots=True)
class Coder:
    """Gives each text a number, the same one every time."""

    codes: dict[str, int] = field(default_factory=dict)

    def code(self, text: str) -> int:
        """The number of a text."""
        return self.codes.setdefault(text, len(self.codes))

    def columns(self, linkables: Sequence[Linkable]) -> Columns:
        """Columns of some statements."""
        places = [one.statement.place for one in linkables]
        named = [one.statement.date for one in linkables]
        days = [
            when.days() if when else (one.published, one.published)
            for one, when in zip(linkables, named, strict=True)
        ]
        return Columns(
            context=_stacked([one.context for one in linkables]),
            quote=_stacked([one.quote for one in linkables]),
            day=_ordinals([event_day(one) for one in linkables]),
            first=_ordinals([first for first, _ in days]),
            last=_ordinals([last for _, last in days]),
            dated=np.array([one is not None for one in named], dtype=bool),
            language=self._codes([one.statement.language for one in linkables]),
            place=self._codes([one.place.id if one else None for one in places]),
            outer=self._codes([one.place.within if one else None for one in places]),
            sure=np.array(
                [one is not None and one.found is PlaceFound.SENTENCE for one in places], dtype=bool
            ),
            document=self._codes([one.statement.document for one in linkables]),
            story=np.array([one.statement.story for one in linkables], dtype=np.int32),
            start=np.array([one.statement.span.start for one in linkables], dtype=np.int32),
            figures=self._figures(linkables),
        )

    def _codes(self, texts: Sequence[str | None]) -> Codes:
        return np.array([NOTHING if one is None else self.code(one) for one in texts], dtype=np.int32)

    def _figures(self, linkables: Sequence[Linkable]) -> Codes:
        """A code for kind and lower bound of each figure; a bound of one or two says too little."""
        codes = np.full((len(linkables), MOST_FIGURES), NOTHING, dtype=np.int32)
        for row, one in enumerate(linkables):
            telling = [figure for figure in one.statement.figures if figure.low > 2]  # noqa: PLR2004
            for column, figure in enumerate(telling[:MOST_FIGURES]):
                codes[row, column] = self.code(f"{figure.kind} {figure.low}")
        return codes


def _stacked(vectors: Sequence[Floats]) -> Floats:
    return np.stack(vectors).astype(np.float32, copy=False) if vectors else np.zeros((0, 0), np.float32)


def _ordinals(days: Sequence[date | None]) -> Floats:
    return np.array([np.nan if day is None else day.toordinal() for day in days], dtype=np.float32)
