"""Our encoders put together: the base, an adapter added to its weights, and a folder that holds both.

Importing this module imports torch and transformers, which takes seconds: import it where a model is opened.
"""

import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from tracker.embedding.base_encoder import base_encoder
from tracker.embedding.claim_encoder import ClaimEncoder, layer_tensors
from tracker.embedding.own_models import OwnModel, base_weights
from tracker.embedding.packed_weights import read_packed_weights

log = logging.getLogger(__name__)

DOWN, UP = ".down", ".up"
"""Endings of the two factors of what is added to a layer's weights: up x down (Hu et al. 2021)."""

_LAYOUT = 2
"""Which files a merged folder holds: a program that would write others is not to take it for its own."""

HEAD = "head."
"""Beginning of the names of weights that stand behind the layers."""


def plain_base() -> ClaimEncoder:
    """The base without an adapter. Raises SettingsError, PackedWeightsError."""
    return base_encoder(read_packed_weights(base_weights()))


def merge(encoder: ClaimEncoder, adapter: Mapping[str, torch.Tensor]) -> None:
    """Add an adapter to an encoder's weights: products to matrices, all else in place of what was there.

    What it puts behind the layers (`head_of`) is left to those who use it.
    Raises ValueError for an adapter that does not fit.
    """
    weights = layer_tensors(encoder.layers)
    for name, tensor in adapter.items():
        if name.endswith(DOWN):
            layer = name.removesuffix(DOWN)
            product = adapter[layer + UP].float() @ tensor.float()
            _must_fit(weights, f"{layer}.weight", product)
            weights[f"{layer}.weight"] = weights[f"{layer}.weight"] + product
        elif not name.endswith(UP) and not name.startswith(HEAD):
            _must_fit(weights, name, tensor)
            weights[name] = tensor.float()
    encoder.load_layers(weights)


def _must_fit(weights: Mapping[str, torch.Tensor], name: str, tensor: torch.Tensor) -> None:
    if name not in weights or weights[name].shape != tensor.shape:
        raise ValueError(f"the adapter does not fit the base at {name}")


def head_of(adapter: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What an adapter puts behind the layers, by name; nothing for most."""
    return {name: tensor for name, tensor in adapter.items() if name.startswith(HEAD)}


def merged_encoder(models: Path, model: OwnModel) -> ClaimEncoder:
    """The merged encoder; a folder under `models` that cannot be read is thrown away and merged anew."""
    folder = merged_folder(models, model)
    try:
        return ClaimEncoder.load(str(folder))
    except Exception as error:  # noqa: BLE001 - what a damaged file does differs from library to library
        log.warning("the merged encoder in %s cannot be read (%s): merging it anew", folder, error)
        shutil.rmtree(folder)
        return ClaimEncoder.load(str(merged_folder(models, model)))


def merged_folder(models: Path, model: OwnModel) -> Path:
    """The folder of the merged encoder under `models`, written when it is not there yet, whole or not at all.

    It is named after the model, its revision and the layout of its files. Any program that uses
    sentence-transformers, and has this package, can load it.
    """
    folder = models / f"{model.name}-{model.revision()}-{_LAYOUT}"
    if not folder.is_dir():
        models.mkdir(parents=True, exist_ok=True)
        log.info("merging an encoder into %s", folder)
        encoder = plain_base()
        merge(encoder, load_file(model.adapter_path()))
        begun = Path(tempfile.mkdtemp(prefix=".merging-", dir=models))
        try:
            SentenceTransformer(modules=[encoder], device="cpu").save(str(begun), create_model_card=False)
            begun.chmod(0o755)
            begun.rename(folder)
        except OSError:
            # Another process may have been faster; then its folder is as good.
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    return folder
