"""Encoders that have not seen the events of a split: the base with the adapter of a fold."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from labelled import Embed
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from tracker.embedding.merging import head_of, merge, plain_base
from tracker.embedding.voice_encoder import VoiceEncoder


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
    found: dict[str, VoiceEncoder] = {}
    for one in given:
        path, _, names = one.partition("=")
        found |= dict.fromkeys(names.split(","), voices_of(Path(path)))
    return found


def unseen_embedders(given: Sequence[str]) -> dict[str, Embed]:
    """By split, the embedder that has not seen it."""
    found: dict[str, Embed] = {}
    for one in given:
        path, _, names = one.partition("=")
        found |= dict.fromkeys(names.split(","), embedder_of(Path(path)))
    return found
