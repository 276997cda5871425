"""The encoder that hears who speaks in a story: the base with an adapter and a head of its own.

Importing this module imports torch and transformers, which takes seconds: import it where a model is opened.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from tracker.domain.voices import WIDTH, Marks, Telling
from tracker.embedding.claim_encoder import ClaimEncoder
from tracker.embedding.voice_windows import Window, Windower

HEAD_WEIGHT, HEAD_BIAS = "head.weight", "head.bias"


class VoiceEncoder:
    """Stories to marks on their sentences.

    One window is read at a time, so that nothing depends on what else is read.
    """

    def __init__(self, encoder: ClaimEncoder, head: Mapping[str, torch.Tensor]) -> None:
        """`head` makes `WIDTH` numbers of what the layers give. Raises ValueError for a misfit."""
        if tuple(head[HEAD_WEIGHT].shape) != (WIDTH, encoder.get_embedding_dimension()):
            raise ValueError(
                f"the head does not fit: {HEAD_WEIGHT} has shape {tuple(head[HEAD_WEIGHT].shape)}"
            )
        self._encoder = encoder
        self._weight, self._bias = head[HEAD_WEIGHT].float(), head[HEAD_BIAS].float()
        self._windower = Windower(encoder.pieces)

    def read(self, tellings: Sequence[Telling]) -> list[tuple[Marks, ...]]:
        """The marks of each sentence of each story."""
        return [self._read(one) for one in tellings]

    def _read(self, telling: Telling) -> tuple[Marks, ...]:
        pieces = self._windower.pieces(telling.sentences)
        head = self._windower.head(telling)
        values: dict[int, np.ndarray[tuple[int, int], np.dtype[np.float16]]] = {}
        for window in self._windower.windows(head, pieces, telling.paragraphs):
            noted = self._noted(window)
            for number, begin, end in window.sentences:
                if number >= window.first:
                    values[number] = noted[begin:end]
        return tuple(Marks(one.starts, one.ends, values[number]) for number, one in enumerate(pieces))

    def _noted(self, window: Window) -> "np.ndarray[tuple[int, int], np.dtype[np.float16]]":
        batch = self._encoder.batch([window.ids], self._encoder.padded(window.ids))
        with torch.inference_mode():
            hidden = self._encoder.hidden(batch["input_ids"], batch["attention_mask"])[0]
            numbers: np.ndarray[tuple[int, int], np.dtype[np.float16]] = (
                torch.nn.functional.linear(hidden, self._weight, self._bias).half().numpy()
            )
        return numbers
