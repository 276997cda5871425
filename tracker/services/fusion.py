"""Fusing a list by meaning and one by words: reciprocal rank fusion, within each language.

Cormack, Clarke and Büttcher (2009): an item's score is the sum over the lists of 1 / (60 + its rank). Ranks
count within a statement's language, for two reasons. Vectors of one language lie nearer together whatever
they say, and words are spelled alike in one language only: over all languages at once, both lists would fill
up with the language of the query, and who said the same elsewhere would come too late to be seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.search import Ranked

_STEADY = 60
"""k of the formula: how little the first ranks count more than the next."""

_DIGITS = 12
"""Sums that differ by less are one score: they may have been added up in another order."""

Listed = Sequence[tuple[int, float]]
"""(key, score), best first."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A key with its score, as a share of the best one's of its language: 1 for what comes first in it.

    Its places in the two lists count within its language; None where it is in no such list.
    """

    key: int
    score: float
    semantic: Ranked | None
    lexical: Ranked | None


def fuse(
    languages: Iterable[str], semantic: Mapping[str, Listed], lexical: Mapping[str, Listed]
) -> list[Fused]:
    """All that is in the lists of these languages, best first.

    Of equal scores the nearest in meaning comes first, what has no place there last, then by key.
    """
    fused = [one for code in languages for one in _fuse(semantic.get(code, ()), lexical.get(code, ()))]
    return sorted(fused, key=_order)


def _fuse(semantic: Listed, lexical: Listed) -> list[Fused]:
    places = [
        {key: Ranked(rank, score) for rank, (key, score) in enumerate(found, 1)}
        for found in (semantic, lexical)
    ]
    totals = {
        key: sum(1 / (_STEADY + found[key].rank) for found in places if key in found)
        for key in dict.fromkeys([*places[0], *places[1]])
    }
    # Where no statement is first by meaning and by words, as the formula has it the best of a language that
    # the words are found in would come after the first of one that has but one list, however far that lies.
    best = max(totals.values(), default=1.0)
    return [
        Fused(key, round(total / best, _DIGITS), places[0].get(key), places[1].get(key))
        for key, total in totals.items()
    ]


def _order(one: Fused) -> tuple[float, bool, float, int]:
    likeness = one.semantic.score if one.semantic is not None else 0.0
    return -one.score, one.semantic is None, -likeness, one.key
