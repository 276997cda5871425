"""Which pairs of an event's statements are worth comparing.

So many for each statement, so that cost grows with the event and not with its square.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.counted import are_allied, are_opposed
from tracker.domain.statements import Polarity, Statement

EACH = 18
"""Statements of other parties that each one is compared with whatever the others promise: of many that tell
of one matter in like words, the pairs among themselves would leave none for the rest."""
ON_AVERAGE = 12
"""Pairs for each statement of an event. Many of those of `EACH` are the same pair seen from both ends; what
is left goes to the pairs that promise most: what is much contested has more."""
FURTHER = 1
"""Pairs for each statement that are added by what was found for the others."""
_ALIKE = 8  # statements that say what one says, at most, through which pairs are added
_LEAST = 0.05  # a contradiction, or a likeness, less likely than this leads to no other pair

# In cosine. Statements in conflict lie .02 further apart across languages, and more pairs of one language
# stand before them: they are brought nearer by somewhat more.
_SAME_PLACE, _DENIAL = 0.15, 0.1
_SAME_DOCUMENT, _TWO_LANGUAGES, _ALLIED, _OPPOSED = 0.05, 0.05, -0.1, 0.05
# By how many days lie between the days of publication, at most: news of the evening stands in papers of the
# next day, and a denial follows within the week. Beyond a month two statements seldom are of one dispute.
_DAYS_APART = ((1, 0.2), (7, 0.15), (31, 0.0))
_LONG_APART = -0.2


def promise(
    statements: Sequence[Statement],
    days: Sequence[date | None],
    likeness: NDArray[np.float32],
    allies: Mapping[str, frozenset[str]],
) -> NDArray[np.float32]:
    """How much each two statements promise to clash: shape (statements, statements).

    To their likeness, of the same shape, is added what else speaks for it: one place, a denial and no
    denial, days of publication near each other, one document, two languages, opposite sides of a war; and
    taken from it where their parties act together or months lie between. `allies` gives by party those that
    act with it.
    """
    places = np.array([one.place.place.id if one.place else f"no place {one.id}" for one in statements])
    denies = np.array([one.polarity is Polarity.DENIES for one in statements])
    documents = np.array([one.document for one in statements])
    languages = np.array([one.language for one in statements])
    parties = [one.party for one in statements]
    promised: NDArray[np.float32] = likeness + _nearness(days)
    for weight, speaks in (
        (_SAME_PLACE, places[:, None] == places[None, :]),
        (_DENIAL, denies[:, None] != denies[None, :]),
        (_SAME_DOCUMENT, documents[:, None] == documents[None, :]),
        (_TWO_LANGUAGES, languages[:, None] != languages[None, :]),
        (_ALLIED, _of_sides(parties, allies, are_allied)),
        (_OPPOSED, _of_sides(parties, allies, are_opposed)),
    ):
        promised += np.float32(weight) * speaks
    return promised


def _nearness(days: Sequence[date | None]) -> NDArray[np.float32]:
    """What the days of publication say for each two: shape (statements, statements). Nothing, without one."""
    ordinals = np.array([day.toordinal() if day else np.nan for day in days])
    apart = np.abs(ordinals[:, None] - ordinals[None, :])
    steps = [apart <= most for most, _ in _DAYS_APART]
    said = np.select([np.isnan(apart), *steps], [0.0, *(weight for _, weight in _DAYS_APART)], _LONG_APART)
    return said.astype(np.float32)


def _of_sides(
    parties: Sequence[str], allies: Mapping[str, frozenset[str]], stand: Callable[..., bool]
) -> NDArray[np.bool_]:
    """Whether the parties of each two statements stand to each other so: shape (statements, statements)."""
    codes, numbers = np.unique(np.array(parties), return_inverse=True)
    by_code = np.array([[stand(one, other, allies) for other in codes] for one in codes])
    matrix: NDArray[np.bool_] = by_code[numbers[:, None], numbers[None, :]]
    return matrix


def candidates(promised: NDArray[np.float32], parties: NDArray[np.str_]) -> list[tuple[int, int]]:
    """The pairs of different parties worth comparing, sorted.

    For each statement the `EACH` that promise most, and of the others those that promise most, until there
    are `ON_AVERAGE` for each statement. `promised` is symmetric and has the shape (statements, statements);
    `parties` says who puts each forward.
    """
    apart = np.where(parties[:, None] != parties[None, :], promised, -np.inf)
    near = np.zeros(apart.shape, dtype=np.bool_)
    np.put_along_axis(near, np.argsort(-apart, axis=1, kind="stable")[:, :EACH], values=True, axis=1)
    chosen = np.triu((near | near.T) & (apart > -np.inf), 1)
    left = ON_AVERAGE * len(parties) - int(np.count_nonzero(chosen))
    if left > 0:
        chosen |= _best(np.where(chosen, -np.inf, apart), left)
    ones, others = np.nonzero(chosen)
    return list(zip(ones.tolist(), others.tolist(), strict=True))


def _best(apart: NDArray[np.float32], wanted: int) -> NDArray[np.bool_]:
    """The pairs of the highest numbers, above the diagonal; of equal ones those that stand first."""
    upper = np.triu(apart > -np.inf, 1)
    if np.count_nonzero(upper) <= wanted:
        return upper
    last = np.partition(apart[upper], -wanted)[-wanted]
    best: NDArray[np.bool_] = upper & (apart > last)
    level = np.flatnonzero(upper & (apart == last))[: wanted - np.count_nonzero(best)]
    best.flat[level] = True
    return best


def further_candidates(
    chosen: NDArray[np.intp],
    contradicts: NDArray[np.float64],
    same: NDArray[np.float64],
    parties: NDArray[np.str_],
) -> list[tuple[int, int]]:
    """More pairs worth comparing, by what was found for those that were `chosen`: shape (pairs, 2).

    Of two statements that say the same, what contradicts the one may contradict the other, in whatever
    words: the neighbour of a neighbour is looked at (as in NN-Descent, Dong et al. 2011). `contradicts` says
    of each pair how likely that is, `same` of each two statements that they say the same: shape (statements,
    statements). The likeliest, `FURTHER` for each statement, sorted; the work grows with the pairs chosen.
    """
    size = len(parties)
    nearest = np.argsort(-same, axis=1, kind="stable")[:, :_ALIKE]
    likely = contradicts >= _LEAST
    ways = np.concatenate([chosen[likely], chosen[likely][:, ::-1]])
    sure = np.repeat(np.concatenate([contradicts[likely]] * 2), nearest.shape[1])
    ones, through = np.repeat(ways, nearest.shape[1], axis=0).T
    others = nearest[ways[:, 1]].ravel()
    strength = np.minimum(sure, same[through, others])
    keys = np.minimum(ones, others) * size + np.maximum(ones, others)
    known = np.isin(keys, chosen.min(axis=1) * size + chosen.max(axis=1))
    kept = (strength >= _LEAST) & (parties[ones] != parties[others]) & ~known
    order = np.lexsort((keys[kept], -strength[kept]))
    _, firsts = np.unique(keys[kept][order], return_index=True)
    best = np.sort(keys[kept][order][np.sort(firsts)[: FURTHER * size]])
    return list(zip((best // size).tolist(), (best % size).tolist(), strict=True))
