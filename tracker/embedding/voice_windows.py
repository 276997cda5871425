"""Cutting a story into the windows that the voice encoder reads at once.

Importing this module imports sentencepiece: import it where a model is opened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.voices import Telling
from tracker.embedding.sentence_transformer import without_surrogates
from tracker.embedding.word_pieces import CHARACTERS_PER_PIECE, PREFIX, WordPieces

_HEAD = 48  # pieces of outlet and heading
_SENTENCE = 256  # pieces of one sentence; what goes on longer is a list
_BEFORE = 160  # pieces of what comes before, read again in each window but the first
_WINDOW = 500  # pieces of all; the base has 512 positions


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a sentence, and where in it each begins and ends."""

    ids: tuple[int, ...]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once: `ids`, in which each of `sentences` (number, begin, end of its pieces) stands.

    Those from `first` on are read here for good; those before it only lead up to them.
    """

    ids: tuple[int, ...]
    sentences: tuple[tuple[int, int, int], ...]
    first: int


class Windower:
    """Cuts stories into windows."""

    def __init__(self, cutter: WordPieces) -> None:
        self._cutter = cutter

    def pieces(self, sentences: Sequence[str]) -> list[Pieces]:
        """The pieces of each sentence by itself."""
        return [
            self._placed(without_surrogates(one)[: _SENTENCE * CHARACTERS_PER_PIECE]) for one in sentences
        ]

    def head(self, telling: Telling) -> tuple[int, ...]:
        """The pieces that stand before every window: whose outlet this is, and the heading."""
        text = PREFIX + ". ".join(without_surrogates(one) for one in (telling.outlet, telling.heading) if one)
        [ids] = self._cutter.ids([text[: _HEAD * CHARACTERS_PER_PIECE]])
        return tuple(ids[:_HEAD])

    def windows(
        self, head: Sequence[int], pieces: Sequence[Pieces], paragraphs: Sequence[int]
    ) -> Iterator[Window]:
        """Windows in order; each sentence is read for good in one of them, with what comes before it."""
        sizes = [len(one.ids) + 1 for one in pieces]
        first = 0
        while first < len(pieces):
            begin, used = first, len(head) + 2
            while begin > 0 and used - len(head) - 2 + sizes[begin - 1] <= _BEFORE:
                begin -= 1
                used += sizes[begin]
            end = first
            while end < len(pieces) and (end == first or used + sizes[end] < _WINDOW):
                used += sizes[end]
                end += 1
            yield self._window(head, pieces, paragraphs, range(begin, end), first)
            first = end

    def _window(
        self,
        head: Sequence[int],
        pieces: Sequence[Pieces],
        paragraphs: Sequence[int],
        numbers: range,
        first: int,
    ) -> Window:
        ids, sentences = [self._cutter.begin, *head, self._cutter.end], []
        for number in numbers:
            if number > numbers.start and paragraphs[number] != paragraphs[number - 1]:
                ids.append(self._cutter.end)
            sentences.append((number, len(ids), len(ids) + len(pieces[number].ids)))
            ids += pieces[number].ids
        return Window((*ids, self._cutter.end), tuple(sentences), first)

    def _placed(self, sentence: str) -> Pieces:
        found = self._cutter.placed(sentence)[:_SENTENCE]
        return Pieces(
            tuple(one.id for one in found),
            np.array([one.start for one in found], dtype=np.int32),
            np.array([one.end for one in found], dtype=np.int32),
        )
