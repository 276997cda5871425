"""A low-rank addition to an encoder's linear layers (LoRA, Hu et al. 2021), to be trained and written out."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from tracker.embedding.claim_encoder import ClaimEncoder
from tracker.embedding.merging import DOWN, UP

_LONGEST = 64
"""Word pieces that are read of a text in training."""
_BATCHES = 3
"""Parts that a batch is encoded in, by length, so that little is spent on padding."""


class Adapted(nn.Module):
    """A linear layer whose weights stay as they are, and a trained product of two thin matrices beside it."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        rows, columns = linear.weight.shape
        self.weight = nn.Parameter(linear.weight.detach().bfloat16(), requires_grad=False)
        self.bias = nn.Parameter(linear.bias.detach().clone())
        self.down = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """What the layer gave, and what the addition gives."""
        added = nn.functional.linear(nn.functional.linear(given, self.down), self.up)
        return nn.functional.linear(given, self.weight, self.bias) + added


def adapt(encoder: ClaimEncoder, rank: int) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Make the layers trainable: the thin matrices, and the biases and norms. Returns both."""
    layers = encoder.layers
    layers.set_attn_implementation("eager")  # faster than the fused kind for short texts on a processor
    layers.requires_grad_(False)  # noqa: FBT003
    for name, module in list(layers.named_modules()):
        if isinstance(module, nn.Linear):
            parent, _, own = name.rpartition(".")
            setattr(layers.get_submodule(parent), own, Adapted(module, rank))
        elif isinstance(module, nn.Dropout):
            module.p = 0.0
    thin, small = [], []
    for name, parameter in layers.named_parameters():
        if name.endswith((DOWN, UP)):
            thin.append(parameter)
        elif name.endswith(".bias") or "LayerNorm" in name:
            small.append(parameter)
    for parameter in (*thin, *small):
        parameter.requires_grad_(True)  # noqa: FBT003
    return thin, small


def embed(encoder: ClaimEncoder, texts: Sequence[str]) -> torch.Tensor:
    """Unit vectors with gradients: shape (texts, dimension)."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    size = -(-len(order) // _BATCHES)
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    vectors = torch.cat([_embed([texts[row] for row in part], encoder) for part in parts])
    back = torch.empty(len(texts), dtype=torch.long)
    back[torch.tensor([row for part in parts for row in part])] = torch.arange(len(texts))
    return vectors[back]


def _embed(texts: Sequence[str], encoder: ClaimEncoder) -> torch.Tensor:
    features = {name: tensor[:, :_LONGEST] for name, tensor in encoder.preprocess(texts).items()}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors: torch.Tensor = encoder(features)["sentence_embedding"]
    return vectors


def write_adapter(encoder: ClaimEncoder, path: Path, head: Mapping[str, torch.Tensor] | None = None) -> None:
    """Write what was trained: products in half precision, biases, norms and a head in single."""
    tensors = {name: tensor.detach().float().contiguous() for name, tensor in (head or {}).items()}
    for name, tensor in encoder.layers.state_dict().items():
        if name.endswith((DOWN, UP)):
            tensors[name] = tensor.half().contiguous()
        elif name.endswith(".bias") or "LayerNorm" in name:
            tensors[name] = tensor.float().contiguous()
    save_file(tensors, str(path))


def resume(encoder: ClaimEncoder, path: Path) -> None:
    """Go on from what `write_adapter` wrote."""
    encoder.layers.load_state_dict(load_file(str(path)), strict=False)
