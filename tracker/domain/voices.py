"""What an encoder notes on a story, piece by piece, about who speaks in it.

Each piece of a sentence bears `WIDTH` numbers. What a sentence says of itself is the mean over its pieces,
what the words say that name a speaker the mean over theirs (`tracker.statements.voices` reads them).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROLES = 6
"""The kinds of speakers that are told apart: parties named, speakers remembered, the outlet, and so on."""
_SHARED = 32

ROLE = slice(0, ROLES)
"""Of a sentence: what speaks for each kind of speaker."""
ASKED = slice(ROLE.stop, ROLE.stop + _SHARED)
"""Of a sentence: what its speaker would be like; to be multiplied with `NAMED`."""
NAMED = slice(ASKED.stop, ASKED.stop + _SHARED)
"""Of the words that name someone: what they are like."""
BORNE = slice(NAMED.stop, NAMED.stop + ROLES)
"""Of the words that name someone: what speaks for them, by the kind of speaker they would be."""
PUT_FORWARD, DENIED = BORNE.stop, BORNE.stop + 1
"""Of a sentence: the logarithms of the odds that it puts something forward, and that it denies."""
WIDTH = DENIED + 1
"""Numbers of a piece."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A story as it is given to the encoder: whose outlet, under which heading, sentence by sentence.

    `paragraphs` says of each sentence in which paragraph it stands.
    """

    outlet: str
    heading: str
    sentences: tuple[str, ...]
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """The pieces of one sentence: where each begins and ends in it, and its numbers.

    `starts` and `ends` are offsets in the sentence, rising; `values` has shape (pieces, WIDTH). There
    are none for the end of a sentence that is longer than the encoder reads.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    values: NDArray[np.floating[Any]]


StoryMarks = Sequence[tuple[Marks, ...]]
"""For each of some stories the marks of each of its sentences."""
