"""What befell all of those whom several numbers count: "280 civilians and 2,000 fighters were killed"."""

from collections.abc import Sequence

from tracker.domain.statements import FigureKind
from tracker.language.numbers import Number
from tracker.statements.counting import PEOPLE, Counting, Term

_BETWEEN = 3  # words between whom one number counts and the next number: "and at least"

Counted = tuple[Number, Term | None]


def with_shared_fates(counting: Counting, terms: Sequence[Term | None]) -> list[Counted]:
    """Each number with what it counts, or with what befell all of those joined by "and".

    `terms` are what the numbers of the sentence count, each looked at by itself.
    """
    counted: list[Counted] = list(zip(counting.numbers, terms, strict=True))
    for place in reversed(range(len(counted) - 1)):
        fate = _fate(*counted[place + 1], behind=True)
        if fate is not None and _share(counting, counted[place], counted[place + 1], counted[place]):
            counted[place] = counted[place][0], fate
    for place in range(1, len(counted)):
        fate = _fate(*counted[place - 1], behind=False)
        if fate is not None and _share(counting, counted[place - 1], counted[place], counted[place]):
            counted[place] = counted[place][0], fate
    return counted


def _fate(number: Number, term: Term | None, *, behind: bool) -> Term | None:
    """The term, if it tells what befell people behind or before their number, and names nobody itself."""
    if term is None or term.meaning.kind not in PEOPLE or term.meaning.is_noun:
        return None
    return term if (term.first >= number.end if behind else term.end <= number.first) else None


def _share(counting: Counting, one: Counted, other: Counted, bare: Counted) -> bool:
    """Whether people counted by two numbers are joined by "and", where nothing is told of the `bare` ones."""
    term = bare[1]
    if term is None or term.meaning.kind in PEOPLE or not _are_people(counting, term):
        return False
    nouns = counting.terms.beginning(one[0].end, other[0].first)
    if not nouns or any(noun.meaning.kind in PEOPLE for noun in nouns):
        return False
    end, first = nouns[-1].end, other[0].first
    if counting.spacing.breaks_between(end - 1, first) or first - end > _BETWEEN:
        return False
    return counting.joins(end, first)


def _are_people(counting: Counting, noun: Term) -> bool:
    return noun.meaning.kind is FigureKind.FIGHTERS or bool(counting.groups.beginning(noun.first, noun.end))
