"""Our encoders as a module of sentence-transformers: multilingual-e5-small with an adapter of ours merged in.

Importing this module imports torch and transformers, which takes seconds: import it where a model is opened.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers.base.modules import InputModule
from transformers import BertConfig, BertModel

from tracker.embedding.packed_weights import Sizes, unpack_blocks
from tracker.embedding.shared_parts import SharedParts
from tracker.embedding.word_pieces import CHARACTERS_PER_PIECE, PREFIX, WordPieces, beginning

WEIGHTS_FILE = "claim_encoder.safetensors"
PIECES_FILE = "pieces.model"
CHARACTERS_FILE = "characters.json"
_FILES = (WEIGHTS_FILE, PIECES_FILE, CHARACTERS_FILE)
_WORDS = "words"

_PIECES: SharedParts[WordPieces] = SharedParts()
_WORD_EMBEDDINGS: SharedParts[torch.Tensor] = SharedParts()

# oneDNN keeps what it has prepared for every shape of a batch: with lengths as they come that grew by 200 MB
# within 900 batches. In steps there are few shapes.
_LENGTHS_APART = 16

# Texts in a batch where that is not to show in their vectors: more are hardly faster, fewer are slower.
_EVEN_BATCH = 16


class ClaimEncoder(InputModule):
    """Texts to unit vectors of 384 numbers, in some hundred languages.

    The word embeddings stay in blocks of four bits, as the base carries them, and only the rows that a
    batch needs are unpacked: 54 MB instead of 384. Only the first `max_seq_length` word pieces of a text
    are read. The layers run in bfloat16 where the processor multiplies it in hardware (`use_fast_precision`).
    """

    config_file_name = "claim_encoder.json"
    config_keys = ["sizes", "max_seq_length"]  # noqa: RUF012 - the base class reads a plain list
    save_in_root = True

    def __init__(
        self,
        sizes: Mapping[str, Any],
        pieces: WordPieces,
        words: torch.Tensor,
        max_seq_length: int = 512,
    ) -> None:
        """An encoder with random layers: `load_layers` fills them.

        `words` are bytes, shape (vocabulary, blocks of a row, 18). Raises ValueError where there are fewer of
        them than pieces.
        """
        if len(pieces) > len(words):
            raise ValueError(f"{len(pieces)} word pieces have embeddings for {len(words)}")
        super().__init__()  # type: ignore[no-untyped-call]
        self.sizes = dict(sizes)
        self.max_seq_length = max_seq_length
        self.pieces = pieces
        self.words = words
        self.layers = BertModel(_configuration(Sizes(**sizes)), add_pooling_layer=False)
        self.layers.train(mode=False)

    def load_layers(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Take the weights of the layers, by the names of transformers. Raises RuntimeError for a misfit."""
        self.layers.load_state_dict(dict(tensors), strict=False)
        missing = set(self.layers.state_dict()) - set(tensors) - {"embeddings.word_embeddings.weight"}
        if missing:
            raise RuntimeError(f"weights are missing: {', '.join(sorted(missing)[:3])}")

    def use_fast_precision(self) -> None:
        """Run the layers in bfloat16 where the processor multiplies it in hardware; else leave them be.

        Elsewhere bfloat16 is emulated and slower than float32. Vectors differ by less than a thousandth.
        """
        if torch.cpu.get_capabilities().get("avx512_bf16", False):
            self.layers.bfloat16()

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_options: object
    ) -> dict[str, torch.Tensor]:
        """Word pieces of each text (`input_ids`) and which of them count (`attention_mask`).

        As long as the longest text, rounded up to a multiple of 16.
        """
        rows = self._rows(inputs, prompt or "")
        return self.batch(rows, max(map(self.padded, rows), default=_LENGTHS_APART))

    def encode_evenly(self, texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """Unit vectors, shape (texts, 384): the same for a text whatever else is embedded with it.

        Which rows share a batch is without effect on them; the shape of the batch is not, since it decides
        how products are split. So each batch is of 16 texts of one padded length, filled up where it must be.
        """
        vectors = np.empty((len(texts), self.get_embedding_dimension()), dtype=np.float32)
        read = self._rows(texts)
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(read):
            by_length[self.padded(row)].append(place)
        for length, places in sorted(by_length.items()):
            for start in range(0, len(places), _EVEN_BATCH):
                part = places[start : start + _EVEN_BATCH]
                rows = [read[place] for place in (*part, *[part[0]] * (_EVEN_BATCH - len(part)))]
                with torch.inference_mode():
                    features = self.forward(self.batch(rows, length))
                vectors[part] = features["sentence_embedding"][: len(part)].numpy()
        return vectors

    def _rows(self, texts: Sequence[str], prompt: str = "") -> list[list[int]]:
        longest = self.max_seq_length * CHARACTERS_PER_PIECE
        found = self.pieces.ids([PREFIX + prompt + beginning(text, longest) for text in texts])
        begin, end, most = self.pieces.begin, self.pieces.end, self.max_seq_length - 2
        return [[begin, *row[:most], end] for row in found]

    def padded(self, pieces: Sequence[int]) -> int:
        """The length to which so many pieces are filled up: one of few."""
        return min(-(-len(pieces) // _LENGTHS_APART) * _LENGTHS_APART, int(self.sizes["positions"]))

    def batch(self, rows: Sequence[Sequence[int]], length: int) -> dict[str, torch.Tensor]:
        """Rows of piece numbers filled up to a length (`input_ids`), and which count (`attention_mask`)."""
        ids = torch.full((len(rows), length), self.pieces.padding, dtype=torch.long)
        mask = torch.zeros((len(rows), length), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    def forward(self, features: dict[str, Any], **_options: object) -> dict[str, Any]:
        """Add `sentence_embedding`: float32, shape (texts, 384), rows of unit length."""
        mask = features["attention_mask"]
        hidden = self.hidden(features["input_ids"], mask)
        counted = mask.unsqueeze(-1).float()
        means = (hidden * counted).sum(1) / counted.sum(1)
        features["sentence_embedding"] = torch.nn.functional.normalize(means, dim=1)
        return features

    def hidden(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What the last layer gives for each word piece: float32, shape (texts, pieces, 384)."""
        words = self.unpacked(ids).to(self.layers.dtype)
        states: torch.Tensor = self.layers(inputs_embeds=words, attention_mask=mask).last_hidden_state
        return states.float()

    def unpacked(self, ids: torch.Tensor) -> torch.Tensor:
        """The embeddings of word pieces: float32, shape of `ids` and 384."""
        unique, inverse = torch.unique(ids, return_inverse=True)
        rows = unpack_blocks(self.words[unique.cpu()].numpy())
        return torch.from_numpy(rows).to(ids.device)[inverse]

    def get_embedding_dimension(self) -> int:
        """Numbers in one vector."""
        return int(self.sizes["width"])

    def save(self, output_path: str, *_arguments: object, **_options: object) -> None:
        """Write settings, word pieces and weights to a folder."""
        self.save_config(output_path)
        folder = Path(output_path)
        (folder / PIECES_FILE).write_bytes(self.pieces.model)
        (folder / CHARACTERS_FILE).write_text(json.dumps(self.pieces.replaced), encoding="utf-8")
        tensors = {name: tensor.contiguous() for name, tensor in layer_tensors(self.layers).items()}
        save_file({**tensors, _WORDS: self.words}, str(folder / WEIGHTS_FILE))

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
    ) -> "ClaimEncoder":
        """Read what `save` wrote, from a folder or a hub.

        Encoders that are read share word pieces and their embeddings where these are equal to the byte.
        """
        where: dict[str, Any] = {
            "subfolder": subfolder,
            "token": token,
            "cache_folder": cache_folder,
            "revision": revision,
            "local_files_only": local_files_only,
        }
        config = cls.load_config(model_name_or_path, **where)
        found = {name: cls.load_file_path(model_name_or_path, name, **where) for name in _FILES}
        for name, path in found.items():
            if path is None:
                raise FileNotFoundError(f"{model_name_or_path}: {name} is missing")
        tensors = load_file(str(found[WEIGHTS_FILE]))
        encoder = cls(
            pieces=_pieces_in(Path(str(found[PIECES_FILE])), Path(str(found[CHARACTERS_FILE]))),
            words=_shared_words(tensors.pop(_WORDS)),
            **config,
        )
        encoder.load_layers(tensors)
        return encoder


def _pieces_in(model: Path, characters: Path) -> WordPieces:
    contents = model.read_bytes(), characters.read_bytes()
    digests = tuple(hashlib.sha256(one).digest() for one in contents)

    def read() -> WordPieces:
        replaced = {int(code): text for code, text in json.loads(contents[1]).items()}
        return WordPieces(contents[0], replaced)

    return _PIECES.one(digests, read)


def _shared_words(words: torch.Tensor) -> torch.Tensor:
    # The file they come from holds the layers, too, which differ: so the digest is of the tensor alone.
    digest = hashlib.sha256(words.contiguous().numpy().data).digest()
    # A copy: the tensor as it was read holds the whole file in memory.
    return _WORD_EMBEDDINGS.one((digest, words.shape), words.clone)


def layer_tensors(layers: BertModel) -> dict[str, torch.Tensor]:
    """All weights but the word embeddings, which are kept apart, as float32."""
    return {
        name: tensor.float()
        for name, tensor in layers.state_dict().items()
        if not name.startswith("embeddings.word_embeddings")
    }


def _configuration(sizes: Sizes) -> BertConfig:
    return BertConfig(
        vocab_size=1,  # word embeddings come from outside
        hidden_size=sizes.width,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner_width,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.token_types,
        layer_norm_eps=sizes.epsilon,
        pad_token_id=0,
    )
