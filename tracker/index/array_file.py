"""Named arrays in one file, laid out so that they can be mapped into memory as they are.

The file begins with a mark and the length of a description, then comes the description in JSON (for each
array its type, shape and place), then the arrays, each at a multiple of 64 bytes, all little-endian.
"""

import io
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

_MARK = b"CCARRAYS"
_LONGEST_DESCRIPTION = 1 << 16
_ALIGNED = 64
_TYPES = ("<f4", "<i8")
_BLOCK = 1 << 22  # bytes written at a time


def write_arrays(file: BinaryIO, arrays: Arrays) -> None:
    """Write these arrays to an open file, in blocks. Only 32-bit floats and 64-bit integers are written."""
    content = {name: np.ascontiguousarray(array, dtype=_kind(array)) for name, array in arrays.items()}
    places: dict[str, tuple[str, list[int], int]] = {}
    end = 0
    for name, array in content.items():
        start = _aligned(end)
        places[name] = (array.dtype.str, list(array.shape), start)
        end = start + array.nbytes
    described = json.dumps(places).encode()
    described += b" " * (-(len(_MARK) + 8 + len(described)) % _ALIGNED)
    file.write(_MARK + len(described).to_bytes(8, "little") + described)
    end = 0
    for name, array in content.items():
        start = places[name][2]
        file.write(b"\0" * (start - end))
        raw = array.reshape(-1).view(np.uint8).data
        for place in range(0, len(raw), _BLOCK):
            file.write(raw[place : place + _BLOCK])
        end = start + array.nbytes


class ArrayFile:
    """The arrays of a file, mapped: read from disk when touched, and shared with other processes."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises OSError, and ValueError for a file of another make or one that is too short."""
        with path.open("rb") as file:
            self.starts, places = _description(file)
            size = os.fstat(file.fileno()).st_size
            self.arrays = {
                name: _mapped(file, size, kind, shape, self.starts[name])
                for name, (kind, shape, _) in places.items()
            }

    def take(self, name: str, kind: str, *shape: int | None) -> NDArray[Any]:
        """One array, which must have this type and shape (None: any). Raises ValueError where it has not."""
        return taken(self.arrays, name, kind, *shape)


def read_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of a file that was read. Raises ValueError for one of another make, or too short."""
    starts, places = _description(io.BytesIO(content))
    return {
        name: np.frombuffer(content, kind, math.prod(shape), starts[name]).reshape(shape)
        if math.prod(shape)
        else np.zeros(shape, dtype=kind)
        for name, (kind, shape, _) in places.items()
    }


def taken(arrays: Arrays, name: str, kind: str, *shape: int | None) -> NDArray[Any]:
    """One of these arrays, which must have this type and shape (None: any). Raises ValueError if not."""
    array = arrays.get(name)
    if array is None or array.dtype != np.dtype(kind) or array.ndim != len(shape):
        raise ValueError(f"it holds no array {name!r} of the kind wanted")
    if any(wanted not in {None, length} for wanted, length in zip(shape, array.shape, strict=True)):
        raise ValueError(f"its array {name!r} has the shape {array.shape}")
    return array


def _mapped(file: BinaryIO, size: int, kind: str, shape: list[int], start: int) -> NDArray[Any]:
    count = math.prod(shape)
    if start + count * np.dtype(kind).itemsize > size:
        raise ValueError("it ends before its last array does")
    if not count:
        return np.zeros(shape, dtype=kind)
    mapped: NDArray[Any] = np.memmap(file, dtype=kind, mode="r", offset=start, shape=tuple(shape))
    return mapped.view(np.ndarray)


def _description(file: BinaryIO) -> tuple[dict[str, int], dict[str, tuple[str, list[int], int]]]:
    """Where each array begins in the file, and what is said of it. Raises ValueError."""
    head = file.read(len(_MARK) + 8)
    length = int.from_bytes(head[len(_MARK) :], "little")
    if head[: len(_MARK)] != _MARK or len(head) < len(_MARK) + 8 or length > _LONGEST_DESCRIPTION:
        raise ValueError("it does not begin like a file of this program")
    places: dict[str, tuple[str, list[int], int]] = {}
    for name, (kind, shape, place) in json.loads(file.read(length)).items():
        if kind not in _TYPES or place < 0 or any(extent < 0 for extent in shape):
            raise ValueError(f"its array {name!r} is of no kind known here")
        places[name] = (kind, shape, place)
    first = len(head) + length
    return {name: first + place for name, (_, _, place) in places.items()}, places


def _kind(array: NDArray[Any]) -> str:
    kind = "<f4" if array.dtype.kind == "f" else "<i8"
    if array.dtype.itemsize != np.dtype(kind).itemsize or array.dtype.kind not in "fi":
        raise ValueError(f"arrays of {array.dtype} are not written")
    return kind


def _aligned(place: int) -> int:
    return place + -place % _ALIGNED
