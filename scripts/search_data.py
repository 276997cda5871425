"""Made-up vectors for measuring search: groups of very different size with heavy noise, always the same."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_SEED = 20_110_217
_SMALLEST, _LARGEST = 4, 1_000


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Vectors of unit length and queries drawn in the same way, none of them among the vectors."""

    vectors: Vectors
    queries: Vectors


def made_up(count: int, queries: int, *, dimension: int = 384, noise: float = 0.7, even: int = 0) -> MadeUp:
    """Groups around random directions; each vector is `noise` away from its centre, in any direction.

    Sizes follow the law that events' do: half as many are at least twice as large, from 4 to 1,000. With
    `even`, every group has so many.
    """
    chance = np.random.default_rng(_SEED)
    if even:
        sizes = np.full(-(-count // even), even)
    else:
        drawn = _SMALLEST / (1 - chance.random(count // _SMALLEST))
        sizes = np.minimum(drawn, _LARGEST).astype(np.int64)
        sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), count)) + 1]
    centres = chance.standard_normal((len(sizes), dimension), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    groups = np.repeat(np.arange(len(sizes)), sizes)[:count]
    vectors = _around(centres[chance.permutation(groups)], noise, chance)
    return MadeUp(vectors, _around(centres[chance.choice(groups, queries)], noise, chance))


def _around(rows: Vectors, noise: float, chance: np.random.Generator) -> Vectors:
    for start in range(0, len(rows), 10_000):
        block = rows[start : start + 10_000]
        moved = chance.standard_normal(block.shape, dtype=np.float32)
        block += np.float32(noise / rows.shape[1] ** 0.5) * moved
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return rows
