"""The base of our encoders, as its package carries it, unpacked into one.

Importing this module imports torch and transformers, which takes seconds: import it where a model is opened.
"""

from typing import Any

import numpy as np
import torch

from tracker.embedding.claim_encoder import ClaimEncoder
from tracker.embedding.packed_weights import BLOCK_BYTES, BLOCK_WEIGHTS, PackedWeights, Sizes, unpack_blocks
from tracker.embedding.word_pieces import WordPieces, sentencepiece_model

_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Names of the packed file, and those of BERT in transformers."""


def base_encoder(packed: PackedWeights) -> ClaimEncoder:
    """The base model as it is packed, without an adapter."""
    sizes = packed.sizes
    words = packed.blocks["emb.word"].reshape(sizes.vocabulary, sizes.width // BLOCK_WEIGHTS, BLOCK_BYTES)
    settings = {name: getattr(sizes, name) for name in Sizes.__dataclass_fields__}
    encoder = ClaimEncoder(
        settings,
        WordPieces(sentencepiece_model(packed.pieces), packed.pieces.replaced),
        torch.from_numpy(words.copy()),
        sizes.positions,
    )
    encoder.load_layers(_layers_of(packed))
    return encoder


def _layers_of(packed: PackedWeights) -> dict[str, torch.Tensor]:
    width = packed.sizes.width
    plain = packed.plain
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "embeddings.position_embeddings.weight": plain["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": plain["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": plain["emb.ln.w"],
        "embeddings.LayerNorm.bias": plain["emb.ln.b"],
    }
    for layer in range(packed.sizes.layers):
        for short, long in _LAYER_PARTS.items():
            name, packed_name = f"encoder.layer.{layer}.{long}", f"l{layer}.{short}"
            bias = plain[f"{packed_name}.b"]
            arrays[f"{name}.bias"] = bias
            if f"{packed_name}.w" in packed.blocks:
                weights = unpack_blocks(packed.blocks[f"{packed_name}.w"])
                arrays[f"{name}.weight"] = weights.reshape(len(bias), -1)
            else:
                arrays[f"{name}.weight"] = plain[f"{packed_name}.w"]
    return {name: torch.from_numpy(np.array(array, dtype=np.float32)) for name, array in arrays.items()}
