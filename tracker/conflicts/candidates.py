"""Which pairs of an event's statements are worth comparing.

So many for each statement, so that cost grows with the event and not with its square.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.counted import are_allied
from tracker.domain.statements import Polarity, Statement

EACH = 3
"""Statements of other parties that each one is compared with whatever the others promise."""
ON_AVERAGE = 12
"""Pairs for each statement of an event, taken where they promise most: what is much contested has more."""

# In cosine. Statements in conflict lie .02 further apart across languages, and more pairs of one language
# stand before them: they are brought nearer by somewhat more.
_SAME_PLACE, _DENIAL, _SAME_DAY = 0.15, 0.1, 0.2
_SAME_DOCUMENT, _TWO_LANGUAGES, _ALLIED = 0.05, 0.05, -0.1
_DAYS_APART = 1  # news of the evening stands in papers of the next day


def promise(
    statements: Sequence[Statement],
    days: Sequence[date | None],
    likeness: NDArray[np.float32],
    allies: Mapping[str, frozenset[str]],
) -> NDArray[np.float32]:
    """How much each two statements promise to clash: shape (statements, statements).

    To their likeness, of the same shape, is added what else speaks for it: one place, a denial and no
    denial, days of publication next to each other, one document, two languages; and taken from it where their
    parties act together. `allies` gives by party those that act with it.
    """
    places = np.array([one.place.place.id if one.place else f"no place {one.id}" for one in statements])
    denies = np.array([one.polarity is Polarity.DENIES for one in statements])
    ordinals = np.array([day.toordinal() if day else np.nan for day in days])
    documents = np.array([one.document for one in statements])
    languages = np.array([one.language for one in statements])
    promised: NDArray[np.float32] = likeness.copy()
    for weight, speaks in (
        (_SAME_PLACE, places[:, None] == places[None, :]),
        (_DENIAL, denies[:, None] != denies[None, :]),
        (_SAME_DAY, np.abs(ordinals[:, None] - ordinals[None, :]) <= _DAYS_APART),
        (_SAME_DOCUMENT, documents[:, None] == documents[None, :]),
        (_TWO_LANGUAGES, languages[:, None] != languages[None, :]),
        (_ALLIED, _act_together([one.party for one in statements], allies)),
    ):
        promised += np.float32(weight) * speaks
    return promised


def _act_together(parties: Sequence[str], allies: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """Whether the parties of each two statements are allies: shape (statements, statements)."""
    codes, numbers = np.unique(np.array(parties), return_inverse=True)
    together = np.array([[are_allied(one, other, allies) for other in codes] for one in codes])
    matrix: NDArray[np.bool_] = together[numbers[:, None], numbers[None, :]]
    return matrix


def candidates(promised: NDArray[np.float32], parties: NDArray[np.str_]) -> list[tuple[int, int]]:
    """The pairs of different parties that promise most, `ON_AVERAGE` for each statement, sorted.

    Each statement is in `EACH` of them at least, where there are as many. `promised` is symmetric and has the
    shape (statements, statements); `parties` says who puts each forward.
    """
    apart = np.where(parties[:, None] != parties[None, :], promised, -np.inf)
    chosen = _best(apart, ON_AVERAGE * len(parties))
    for number, row in enumerate(apart):
        nearest = np.argsort(-row, kind="stable")[:EACH]
        chosen.update((min(number, one), max(number, one)) for one in nearest.tolist() if row[one] > -np.inf)
    return sorted(chosen)


def _best(apart: NDArray[np.float32], wanted: int) -> set[tuple[int, int]]:
    """The pairs of the highest numbers; of equal ones those that stand first."""
    upper = np.triu(apart > -np.inf, 1)
    if np.count_nonzero(upper) > wanted:
        last = np.partition(apart[upper], -wanted)[-wanted]
        best = upper & (apart > last)
        level = np.flatnonzero(upper & (apart == last))[: wanted - np.count_nonzero(best)]
        best.flat[level] = True
        upper = best
    ones, others = np.nonzero(upper)
    return set(zip(ones.tolist(), others.tolist(), strict=True))
