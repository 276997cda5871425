"""What the voice encoder heard in a story, as attribution, selection and polarity ask for it.

The encoder has read the story as a whole (`tracker.embedding.voice_encoder`). Here its numbers become, for
the candidates of a sentence, how likely it holds each to speak: a pointer to the words that name them
(O. Vinyals et al., "Pointer networks", 2015) beside the kind of speaker that the sentence looks for. No class
of it is a party, so that a party added to the registry is heard as any other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.domain.documents import Span
from tracker.domain.voices import ASKED, BORNE, DENIED, NAMED, PUT_FORWARD, ROLE, WIDTH, Marks
from tracker.statements.scene import Origin

ORDER = (Origin.NAMED, Origin.EARLIER, Origin.HOME, Origin.OUTLET, Origin.PEOPLE, Origin.SOMEONE)
"""Of the kinds of speakers, as the encoder has them."""

LEAST = -9.0
"""The logarithm of a probability below which it is not told how small it is."""

SCALE = 3.0 / math.sqrt(ASKED.stop - ASKED.start)
"""What the product of a sentence and of words that name someone counts; the encoder is trained with it."""

_MOST_ODDS = 8.0


@dataclass(frozen=True, slots=True)
class Heeded:
    """What the encoder holds of one sentence.

    `speakers`: the logarithm of the probability of each candidate, in their order. `put_forward`, `denied`:
    the logarithms of the odds that something is put forward, and that it is denied.
    """

    speakers: tuple[float, ...]
    put_forward: float
    denied: float


@dataclass(frozen=True)
class Voices:
    """The pieces of a story by their place in its document, with their numbers: shape (pieces, WIDTH).

    `starts` and `ends` rise.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    values: NDArray[np.floating[Any]]

    @classmethod
    def of(cls, spans: Sequence[Span], marks: Sequence[Marks]) -> "Voices":
        """From the marks of sentences that stand at these spans of a document, in order."""
        places = list(zip(spans, marks, strict=True))
        starts = [span.start + one.starts.astype(np.int64) for span, one in places]
        ends = [span.start + one.ends.astype(np.int64) for span, one in places]
        nothing, none = np.zeros(0, dtype=np.int64), np.zeros((0, WIDTH), dtype=np.float16)
        return cls(
            np.concatenate([nothing, *starts]),
            np.concatenate([nothing, *ends]),
            np.concatenate([none, *(one.values for _, one in places)]),
        )

    def heed(self, sentence: Span, candidates: Sequence[tuple[Origin, Span | None]]) -> Heeded | None:
        """What is held of a sentence whose candidates are of these kinds and named at these spans.

        None where the encoder has read no piece of it.
        """
        own = self._mean(sentence)
        if own is None:
            return None
        scores = [self._score(own, origin, named) for origin, named in candidates]
        return Heeded(
            _log_softmax(scores),
            max(min(float(own[PUT_FORWARD]), _MOST_ODDS), -_MOST_ODDS),
            max(min(float(own[DENIED]), _MOST_ODDS), -_MOST_ODDS),
        )

    def _score(self, own: NDArray[np.float64], origin: Origin, named: Span | None) -> float:
        role = self._roles[origin]
        score = float(own[ROLE][role])
        words = self._mean(named) if named is not None else None
        if words is not None:
            score += SCALE * float(own[ASKED] @ words[NAMED]) + float(words[BORNE][role])
        return score

    @cached_property
    def _roles(self) -> dict[Origin, int]:
        return {origin: place for place, origin in enumerate(ORDER)}

    def _mean(self, span: Span) -> NDArray[np.float64] | None:
        first = int(np.searchsorted(self.ends, span.start, side="right"))
        end = int(np.searchsorted(self.starts, span.end, side="left"))
        return self.values[first:end].mean(axis=0, dtype=np.float64) if first < end else None


def _log_softmax(scores: Sequence[float]) -> tuple[float, ...]:
    highest = max(scores)
    total = highest + math.log(math.fsum(math.exp(score - highest) for score in scores))
    return tuple(max(score - total, LEAST) for score in scores)
