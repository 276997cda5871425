"""Figures: what is counted, and how many, as intervals."""

from bisect import bisect_left

from tracker.domain.statements import Figure, FigureKind
from tracker.language.numbers import Number, find_numbers
from tracker.language.pack import LanguagePack, SpeakerStands
from tracker.language.phrases import Match, Words

_LONGEST_KIND = 6  # words
_AFTER = 6  # words between a number and what it counts
_BEFORE = 5
_COMMA = 3  # how many words further a comma puts what comes after it
_NO_SOONER = 1900
_NO_LATER = 2100
_THINGS = {FigureKind.VEHICLES, FigureKind.AIRCRAFT}
_PEOPLE = {FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED}
_BREAKS = (".", ";", ":", "!", "?")


def find_figures(words: Words, pack: LanguagePack, dated: set[int]) -> tuple[Figure, ...]:
    """The figures of a sentence. `dated` are the numbers of the words that belong to dates."""
    kinds = pack.figures.find(words)
    firsts = [match.first for match in kinds]
    units = {match.first for match in pack.units.find(words)}
    numbered = {match.end - 1 for match in pack.numbered.find(words)}
    figures: list[Figure] = []
    for number in find_numbers(words, pack):
        if set(range(number.first, number.end)) & dated or _is_no_count(words, number, units, numbered):
            continue
        near = kinds[
            bisect_left(firsts, number.first - _BEFORE - _LONGEST_KIND) : bisect_left(
                firsts, number.end + _AFTER
            )
        ]
        kind = _kind(words, number, near, leading=pack.speaker_stands is SpeakerStands.AFTER)
        if kind is not None:
            figures.append(Figure(kind, number.low, number.high, number.span))
    return tuple(figures)


def _is_no_count(words: Words, number: Number, units: set[int], numbered: set[int]) -> bool:
    """Whether the number measures or names something: a year, a distance, a brigade's number."""
    if any(index in units for index in range(number.end, min(number.end + 2, len(words.words)))):
        return True
    if number.first - 1 in units and not number.digits:
        return True
    is_year = number.digits and number.low == number.high and _NO_SOONER < number.low < _NO_LATER
    one = not number.digits and number.low == number.high == 1
    if number.digits and number.first - 1 in numbered:
        return True
    glued = number.first > 0 and words.between(number.first - 1, number.first) in {"-", "+", "/"}
    followed = number.end < len(words.words) and words.between(number.end - 1, number.end) in {
        "-",
        "+",
        "/",
        "%",
    }
    return is_year or one or (number.digits and (glued or followed))


def _kind(words: Words, number: Number, kinds: list[Match[str]], *, leading: bool) -> FigureKind | None:
    """What the number counts: a casualty word in reach before a thing counted, and the nearest of each.

    A vehicle named right after its number is what is counted, whatever else befell. `leading` where
    the language puts what befell before whom it befell.
    """
    reachable: list[tuple[int, int, FigureKind]] = []
    for match in kinds:
        kind = FigureKind(match.meaning)
        after, before = match.first - number.end, number.first - match.end
        if 0 <= after < _AFTER and not _broken(words, number.end - 1, match.first):
            nearest = kind in _PEOPLE or (kind in _THINGS and after == 0)
            further = (leading and kind in _PEOPLE) + _COMMA * (
                "," in words.between(number.end - 1, match.first)
            )
            if after + further < _AFTER:
                reachable.append((0 if nearest else 1, after + further, kind))
        elif 0 <= before < _BEFORE and not _broken(words, match.end - 1, number.first) and kind in _PEOPLE:
            reachable.append((0, before + (0 if leading else 1), kind))
    return min(reachable)[2] if reachable else None


def _broken(words: Words, one: int, other: int) -> bool:
    return any(mark in words.between(one, other) for mark in _BREAKS)
