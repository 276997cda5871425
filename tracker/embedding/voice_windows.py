"""Cutting a story into the windows that the voice encoder reads at once.

Importing this module imports tokenizers, which takes a while: import it where a model is opened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from tracker.domain.voices import Telling
from tracker.embedding.sentence_transformer import without_surrogates
from tracker.embedding.word_pieces import CHARACTERS_PER_PIECE, PREFIX

BEGIN, END = "<s>", "</s>"

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
    """Cuts stories into windows. `replaced` says what stands for a character before a text is cut up."""

    def __init__(self, tokenizer: Tokenizer, replaced: Mapping[int, str]) -> None:
        self._tokenizer, self._replaced = tokenizer, replaced
        self._begin, self._end = id_of(tokenizer, BEGIN), id_of(tokenizer, END)

    def pieces(self, sentences: Sequence[str]) -> list[Pieces]:
        """The pieces of each sentence by itself."""
        texts = [without_surrogates(one)[: _SENTENCE * CHARACTERS_PER_PIECE] for one in sentences]
        encoded = self._encode([text.translate(self._replaced) for text in texts])
        return [self._placed(text, one) for text, one in zip(texts, encoded, strict=True)]

    def head(self, telling: Telling) -> tuple[int, ...]:
        """The pieces that stand before every window: whose outlet this is, and the heading."""
        text = PREFIX + ". ".join(without_surrogates(one) for one in (telling.outlet, telling.heading) if one)
        [encoded] = self._encode([text[: _HEAD * CHARACTERS_PER_PIECE].translate(self._replaced)])
        return tuple(encoded.ids[:_HEAD])

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
        ids, sentences = [self._begin, *head, self._end], []
        for number in numbers:
            if number > numbers.start and paragraphs[number] != paragraphs[number - 1]:
                ids.append(self._end)
            sentences.append((number, len(ids), len(ids) + len(pieces[number].ids)))
            ids += pieces[number].ids
        return Window((*ids, self._end), tuple(sentences), first)

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        encoded: list[Encoding] = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return encoded

    def _placed(self, text: str, encoded: Encoding) -> Pieces:
        # Where each character of the replaced text comes from: one may stand for none or several.
        origin = [place for place, one in enumerate(text) for _ in self._replaced.get(ord(one), one)]
        offsets = encoded.offsets[:_SENTENCE]
        starts = [origin[begin] if begin < len(origin) else len(text) for begin, _ in offsets]
        ends = [origin[end - 1] + 1 if end else 0 for _, end in offsets]
        return Pieces(
            tuple(encoded.ids[:_SENTENCE]), np.array(starts, dtype=np.int32), np.array(ends, dtype=np.int32)
        )


def id_of(tokenizer: Tokenizer, piece: str) -> int:
    """The number of a piece. Raises ValueError where there is none."""
    number = tokenizer.token_to_id(piece)
    if number is None:
        raise ValueError(f"the tokenizer has no piece {piece}")
    return int(number)
