"""Embedders that have not seen the events of a split: the base with the adapter of a fold."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from labelled import Embed
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from tracker.embedding.merging import merge, plain_base


def embedder_of(adapter: Path) -> Embed:
    """The base with an adapter merged in, for the texts of a split it has not seen."""
    encoder = plain_base()
    merge(encoder, load_file(adapter))
    encoder.use_fast_precision()
    model = SentenceTransformer(modules=[encoder], device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False), dtype=np.float32)


def unseen_embedders(given: Sequence[str]) -> dict[str, Embed]:
    """By split, the embedder that has not seen it."""
    found: dict[str, Embed] = {}
    for one in given:
        path, _, names = one.partition("=")
        found |= dict.fromkeys(names.split(","), embedder_of(Path(path)))
    return found
