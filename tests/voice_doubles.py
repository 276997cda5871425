"""Stand-ins for the voice encoder."""

from collections.abc import Sequence

import numpy as np

from tracker.domain.voices import WIDTH, Marks, Telling
from tracker.services.listening import ReadAtOnce


class Unheard:
    """Reads no piece of any sentence, so that the named features decide alone who speaks."""

    def read(self, tellings: Sequence[Telling]) -> list[tuple[Marks, ...]]:
        nothing = np.zeros(0, dtype=np.int32)
        none = Marks(nothing, nothing, np.zeros((0, WIDTH), dtype=np.float16))
        return [(none,) * len(telling.sentences) for telling in tellings]

    def load(self) -> None:
        """There is nothing to open."""


def unheard(tellings: Sequence[Telling]) -> ReadAtOnce:
    """What begins to read stories, and hears nothing."""
    return ReadAtOnce(Unheard(), tellings)
