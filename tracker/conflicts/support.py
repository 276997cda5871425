"""What the rest of an event says for a conflict.

Words do not always show that two statements clash. Where a third one says what the one of them says, and the
other contradicts that plainly, the two contradict each other as well: they take the same two positions.
So a pair is judged once by its own words, and then once more with what was found of its neighbours: one round
of collective classification (Sen et al. 2008, "Collective Classification in Network Data").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.shares import Numbers, log_odds

# A logistic over the cosine of two statements' vectors of the question encoder: half as sure at .7.
_ALIKE, _SLOPE = 0.7, 15.0
_AT_ONCE = 500_000  # numbers in memory, while pairs are looked at against all statements
ALONE = 2
"""The statements of an event in which a pair has no others."""


@dataclass(frozen=True, slots=True)
class SupportWeights:
    """How much it weighs what the rest of an event says for a pair, beside the log odds of its own words.

    A statement is at odds with about as many others in a large event as in a small one, and so with a smaller
    share of them: `crowd` is what each doubling of the event's size weighs. `alone` is what it weighs that a
    pair has no others, `others` that it has: what is between for few. By default the words alone count.
    """

    support: float = 0.0
    others: float = 0.0
    crowd: float = 0.0
    alone: float = 0.0

    def contradiction(self, by_words: Numbers, strength: Numbers, size: int | NDArray[np.int64]) -> Numbers:
        """The probability that pairs contradict each other, each in an event of `size` statements.

        `by_words` gives it by their own words, `strength` what `supports` found for them; both from 0 to 1.
        """
        among = company(size)
        beside = self.alone * (1 - among) + self.others * among + self.crowd * doublings(size)
        logits = log_odds(by_words) + self.support * strength + beside
        shares: Numbers = 1 / (1 + np.exp(-logits))
        return shares


WORDS_ALONE = SupportWeights()


def company(size: int | NDArray[np.int64]) -> Numbers:
    """How many others a pair has in an event of so many statements: from 0, alone, towards 1."""
    others: Numbers = np.asarray(1 - ALONE / np.maximum(size, ALONE), dtype=np.float64)
    return others


def doublings(size: int | NDArray[np.int64]) -> Numbers:
    """How many times an event of so many statements is twice as large as a pair alone."""
    times: Numbers = np.asarray(np.log2(np.maximum(size, ALONE) / ALONE), dtype=np.float64)
    return times


@dataclass(frozen=True, slots=True)
class Supports:
    """By pair: how strongly a third statement speaks for it, from 0 to 1, and its place among the statements.

    Where the strength is 0, the place means nothing.
    """

    strength: Numbers
    third: NDArray[np.intp]


def saying_the_same(likeness: Numbers, denies: NDArray[np.bool_]) -> Numbers:
    """How surely each two statements say the same, from 0 to 1, by what they are about and whether they deny.

    `likeness` has the shape (statements, statements).
    """
    sure = 1 / (1 + np.exp(-_SLOPE * (likeness - _ALIKE)))
    same: Numbers = np.where(denies[:, None] == denies[None, :], sure, 0.0)
    return same


def supports(pairs: NDArray[np.intp], contradicts: Numbers, agrees: Numbers, same: Numbers) -> Supports:
    """What third statements say for pairs of statements, of the shape (pairs, 2).

    `contradicts` and `agrees` say of each pair how likely that is by its own words; `same` is what
    `saying_the_same` gives.
    """
    size = len(same)
    against, alike = np.zeros((size, size)), same.copy()
    ones, others = pairs.T
    against[ones, others] = against[others, ones] = contradicts
    alike[ones, others] = alike[others, ones] = np.maximum(same[ones, others], agrees)
    np.fill_diagonal(alike, 0.0)
    strength, third = np.zeros(len(pairs)), np.zeros(len(pairs), dtype=np.intp)
    step = max(_AT_ONCE // max(size, 1), 1)
    for begin in range(0, len(pairs), step):
        part = slice(begin, begin + step)
        first, second = ones[part], others[part]
        found = np.maximum(
            np.minimum(against[first], alike[second]), np.minimum(against[second], alike[first])
        )
        third[part] = found.argmax(axis=1)
        strength[part] = found.max(axis=1)
    return Supports(strength, third)
