"""Stories of labelled splits as the voice encoder is trained on them: windows, and what is right in each."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from labelled import label_of, load_knowledge, read_documents

from tracker.domain.documents import Document, Span
from tracker.domain.voices import Telling
from tracker.embedding.voice_windows import Pieces, Window, Windower
from tracker.statements.attribution import named_at
from tracker.statements.extraction import all_sightings, tellings
from tracker.statements.selection import Sighting
from tracker.statements.voices import ORDER

Labels = Sequence[dict[str, Any]]
"""Of a document, as `scripts/labelled.py` reads them."""

Pieced = tuple[int, int]
"""The first piece in a window, and the one behind the last."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A candidate: its kind, the pieces that name it (in this window), and whether it is the right one."""

    origin: int
    named: Pieced | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """The pieces of a sentence, its candidates, whether it is a statement, and whether that denies."""

    own: Pieced
    among: tuple[Likely, ...]
    is_statement: bool
    denies: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its sentences; `heads` are what may stand at its beginning, the usual one first.

    `ids` begin behind the head, and all pieces are counted from there.
    """

    heads: tuple[tuple[int, ...], ...]
    ids: tuple[int, ...]
    sentences: tuple[Sentence, ...]


def examples(folders: Sequence[Path], windower: Windower) -> Iterator[Example]:
    """All windows of the stories of these splits in which a sentence is read for good."""
    knowledge = load_knowledge()
    for folder in folders:
        for document, labels in read_documents(folder):
            sightings = list(all_sightings(document, knowledge))
            for telling in tellings(document):
                yield from _Story(document, telling, windower).examples(sightings, labels)


class _Story:
    """One story: where its sentences stand in the document, and its pieces."""

    def __init__(self, document: Document, telling: Telling, windower: Windower) -> None:
        self._windower, self._telling = windower, telling
        self._pieces = windower.pieces(telling.sentences)
        self._starts, begin = [], 0
        for sentence in telling.sentences:
            self._starts.append(document.text.index(sentence, begin))
            begin = self._starts[-1] + len(sentence)

    def examples(self, sightings: Sequence[Sighting], labels: Labels) -> Iterator[Example]:
        telling = self._telling
        outlet, heading = replace(telling, heading=""), replace(telling, outlet="")
        heads = tuple(self._windower.head(one) for one in (telling, heading, outlet))
        own = [one for one in sightings if self._number(one.heard.sentence.span) is not None]
        for window in self._windower.windows(heads[0], self._pieces, telling.paragraphs):
            behind = len(heads[0]) + 1
            found = [self._sentence(one, window, behind, labels) for one in own]
            sentences = tuple(one for one in found if one is not None)
            if sentences:
                yield Example(heads, window.ids[behind:], sentences)

    def _sentence(self, sighting: Sighting, window: Window, behind: int, labels: Labels) -> Sentence | None:
        heard, span = sighting.heard, sighting.heard.sentence.span
        number = self._number(span)
        own = self._pieced(span, window, behind)
        if own is None or number is None or number < window.first:
            return None
        label = label_of(span, labels)
        among = []
        for candidate in heard.candidates:
            named = named_at(candidate, heard.reading, span.start)
            pieces = self._pieced(named, window, behind) if named else None
            is_right = label is not None and candidate.party == label["party"]
            among.append(Likely(ORDER.index(candidate.origin), pieces, is_right))
        denies = label is not None and label["polarity"] == "denies"
        return Sentence(own, tuple(among), label is not None, denies)

    def _number(self, span: Span) -> int | None:
        """Which sentence of the story a span of the document stands in."""
        number = bisect_right(self._starts, span.start) - 1
        if number < 0 or span.start >= self._starts[number] + len(self._telling.sentences[number]):
            return None
        return number

    def _pieced(self, span: Span, window: Window, behind: int) -> Pieced | None:
        number = self._number(span)
        places = [begin for one, begin, _ in window.sentences if one == number]
        if number is None or not places:
            return None
        pieces, start = self._pieces[number], self._starts[number]
        inside = _inside(pieces, span.start - start, span.end - start)
        begin = places[0] - behind
        return (begin + inside[0], begin + inside[1]) if inside else None


def _inside(pieces: Pieces, start: int, end: int) -> Pieced | None:
    first = int(np.searchsorted(pieces.ends, start, side="right"))
    last = int(np.searchsorted(pieces.starts, end, side="left"))
    return (first, last) if first < last else None
