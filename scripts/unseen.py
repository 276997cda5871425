"""Encoders that have not seen the events of a split: the base with the adapter of a fold."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from labelled import Embed
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from tracker.embedding.merging import head_of, merge, plain_base
from tracker.embedding.voice_encoder import VoiceEncoder

Made = TypeVar("Made")


def embedder_of(adapter: Path) -> Embed:
    """The base with an adapter merged in, for the texts of a split it has not seen."""
    encoder = plain_base()
    merge(encoder, load_file(adapter))
    encoder.use_fast_precision()
    model = SentenceTransformer(modules=[encoder], device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False), dtype=np.float32)


def voices_of(adapter: Path) -> VoiceEncoder:
    """The voice encoder with an adapter, for the stories of a split it has not seen."""
    encoder = plain_base()
    tensors = load_file(adapter)
    merge(encoder, tensors)
    encoder.use_fast_precision()
    return VoiceEncoder(encoder, head_of(tensors))


def unseen_voices(given: Sequence[str]) -> dict[str, VoiceEncoder]:
    """By split, the voice encoder that has not seen it; `given` are FILE=SPLIT,SPLIT,..."""
    return _by_split(given, voices_of)


def unseen_embedders(given: Sequence[str]) -> dict[str, Embed]:
    """By split, the embedder that has not seen it; `given` as above."""
    return _by_split(given, embedder_of)


def _by_split(given: Sequence[str], made_of: Callable[[Path], Made]) -> dict[str, Made]:
    found: dict[str, Made] = {}
    for one in given:
        path, _, names = one.partition("=")
        found |= dict.fromkeys(names.split(","), made_of(Path(path)))
    return found
