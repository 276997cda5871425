"""A sentence cut up for counting: its numbers that count something, and the words for what they count."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Generic, TypeVar

from tracker.domain.statements import FigureKind
from tracker.language.counting import CountedTerm, Group
from tracker.language.numbers import Number, find_numbers
from tracker.language.pack import Bound, LanguagePack
from tracker.language.phrases import Match, Words, readings
from tracker.statements.spacing import Spacing

PEOPLE = frozenset({FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED})
THINGS = frozenset({FigureKind.VEHICLES, FigureKind.AIRCRAFT})
BESIDE = 2  # words
NOUN_REACH = 4  # words
_REACH = 12  # words; further than the cost of any pairing allows
_PAIR = 2
_NO_SOONER = 1900
_NO_LATER = 2100
_COMMAS = frozenset({",", "،"})
_GLUE = frozenset({"-", "+", "/"})
_GLUE_OR_SHARE = _GLUE | {"%"}

_start = attrgetter("start")

T = TypeVar("T")

Term = Match[CountedTerm]


@dataclass(frozen=True, slots=True)
class InOrder(Generic[T]):
    """Matches from left to right, to be found by the word at which they begin."""

    matches: tuple[Match[T], ...]
    firsts: tuple[int, ...]

    @classmethod
    def of(cls, matches: Iterable[Match[T]]) -> "InOrder[T]":
        """The matches, which are in order already."""
        kept = tuple(matches)
        return cls(kept, tuple([match.first for match in kept]))

    def beginning(self, low: int, high: int) -> Sequence[Match[T]]:
        """The matches that begin in a range of words."""
        if not self.matches:
            return ()
        return self.matches[bisect_left(self.firsts, low) : bisect_left(self.firsts, high)]


@dataclass(frozen=True, slots=True)
class _Crews:
    """Where drivers, pilots and crews are named: the words at which they begin, and those behind them."""

    firsts: frozenset[int]
    ends: frozenset[int]

    @classmethod
    def of(cls, found: Iterable[Match[str]]) -> "_Crews":
        kept = tuple(found)
        return cls(frozenset(match.first for match in kept), frozenset(match.end for match in kept))

    def own(self, term: Term, words: Words) -> bool:
        """Whether a vehicle or aircraft only tells whose drivers or crew are spoken of."""
        if term.meaning.kind not in THINGS:
            return False
        touched = [term.first] if term.first in self.ends else []
        touched += [term.end] if term.end in self.firsts else []
        return any(words.gaps[place].isspace() for place in touched)


@dataclass(frozen=True)
class Counting:
    """A sentence with all that its figures are read from, each found once, when it is first asked for.

    Most sentences count nothing, and of those next to nothing is asked. `dated` are the words of dates.
    """

    words: Words
    pack: LanguagePack
    dated: Set[int]

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that count something."""
        found = find_numbers(self.words, self.pack)
        if not found:
            return ()
        words, known = self.words, self.pack.counting
        units = {match.first for match in known.units.find(words)}
        numbered = {match.end - 1 for match in known.numbered.find(words)}
        nouns = set(self.terms.firsts)
        none_or_family = (*self.none, *known.households.find(words))  # "not one", "of one family"
        ruled_out = {place for match in none_or_family for place in range(match.first, match.end)}
        return tuple(
            number
            for number in found
            if self.dated.isdisjoint(range(number.first, number.end))
            and number.end - 1 not in ruled_out
            and not _is_no_count(words, number, units, numbered, nouns)
            and not _is_definite_dual(words, number)
        )

    @cached_property
    def terms(self) -> InOrder[CountedTerm]:
        """The words for what is counted."""
        crews = _Crews.of(self.pack.counting.crews.find(self.words))
        found = self.pack.counting.terms.find(self.words)
        return InOrder.of(term for term in found if not crews.own(term, self.words))

    @cached_property
    def subsets(self) -> InOrder[str]:
        """What opens a part of what is counted already: "including"."""
        return InOrder.of(self.pack.counting.including.find(self.words))

    @cached_property
    def subsets_after(self) -> InOrder[str]:
        """What closes such a part."""
        return InOrder.of(self.pack.counting.includes_after.find(self.words))

    @cached_property
    def of_them(self) -> InOrder[str]:
        """Where some of those counted already are spoken of: "of them"."""
        return InOrder.of(self.pack.counting.of_them.find(self.words))

    @cached_property
    def bounds(self) -> InOrder[Bound]:
        """The words that bound a number: "at least"."""
        return InOrder.of(self.pack.numbers.bounds.find(self.words))

    @cached_property
    def groups(self) -> InOrder[Group]:
        """What kind of people are named."""
        return InOrder.of(self.pack.counted.groups.find(self.words))

    @cached_property
    def none(self) -> tuple[Match[str], ...]:
        """The words that rule out what follows."""
        return tuple(self.pack.counting.none.find(self.words))

    @cached_property
    def spacing(self) -> Spacing:
        """How far its words are apart."""
        firsts = {number.first for number in self.numbers}
        return Spacing.of(self.words, firsts, _clauses(self.words, self.pack))

    @cached_property
    def asides(self) -> tuple[range, ...]:
        """What stands between two commas and tells more of what is counted, as words."""
        return tuple(_asides(self))

    def near(self, first: int, end: int) -> Sequence[Term]:
        """The terms that begin within reach of these words."""
        return self.terms.beginning(first - _REACH, end + _REACH)

    def outward(self, number: Number) -> tuple[Sequence[Term], Sequence[Term]]:
        """The terms within reach that begin before a number ends, and those after it; the nearest first."""
        before = self.terms.beginning(number.first - _REACH, number.end)
        return before[::-1], self.terms.beginning(number.end, number.end + _REACH)

    def stops(self, one: int, other: int) -> bool:
        """Whether punctuation stands between two words."""
        spacing = self.spacing
        return spacing.breaks_between(one, other) or spacing.commas_between(one, other) > 0

    def asides_between(self, first: int, end: int) -> Sequence[range]:
        """The asides of which both commas stand in a range of words."""
        if not self.asides:
            return ()
        low = bisect_left(self.asides, first, key=_start)
        return [
            aside
            for aside in self.asides[low : bisect_left(self.asides, end, key=_start)]
            if aside.stop <= end
        ]

    def is_aside(self, word: int) -> bool:
        """Whether a word stands in an aside."""
        at = bisect_left(self.asides, word + 1, key=_start) - 1
        return at >= 0 and word in self.asides[at]

    def joins(self, first: int, end: int) -> bool:
        """Whether an "and" stands between, and so begins another count: "two killed and three wounded"."""
        conjunctions = self.pack.numbers.conjunctions
        return any(
            text in conjunctions or (text[:1] in conjunctions and len(readings(text)) > 1)
            for text in self.words.texts[first : end + 1]
        )


def _asides(counting: Counting) -> Iterator[range]:
    """What stands between two commas and tells more of what is counted.

    It tells of a part of it ("two of them children") or neither a number nor what befell anybody.
    """
    spacing = counting.spacing
    commas = (place for place, (one, other) in enumerate(pairwise(spacing.commas), 1) if other > one)
    for first, end in pairwise(commas):
        parts = (counting.subsets, counting.subsets_after, counting.of_them)
        fates = (term.meaning.kind in PEOPLE for term in counting.terms.beginning(first, end))
        if any(part.beginning(first, end) for part in parts) or not (
            any(fates) or spacing.numbers_within(first, end)
        ):
            yield range(first, end)


def _clauses(words: Words, pack: LanguagePack) -> Iterator[int]:
    """Where "and that" stands, in one word or two."""
    opening, conjunctions = pack.complementizers, pack.numbers.conjunctions
    before = ""
    for place, text in enumerate(words.texts):
        in_one = text[:1] in conjunctions and text[1:] in opening
        if in_one or (text in opening and before in conjunctions):
            yield place
        before = text


def _is_no_count(words: Words, number: Number, units: set[int], numbered: set[int], nouns: set[int]) -> bool:
    """Whether the number measures or names something: a year, a distance, a brigade's number."""
    if number.end in units:
        return True
    if number.end not in nouns and (
        number.end + 1 in units or (number.first - 1 in units and not number.digits)
    ):
        return True
    one_word = number.end - number.first == 1  # "2 bin" is no year
    if number.digits and one_word and number.low == number.high and _NO_SOONER < number.low < _NO_LATER:
        return True
    if not number.digits:
        return False
    if _is_age(words, number):
        return True
    glued = number.first > 0 and words.gaps[number.first] in _GLUE
    followed = number.end < len(words.texts) and words.gaps[number.end] in _GLUE_OR_SHARE
    return number.first - 1 in numbered or glued or followed


def _is_age(words: Words, number: Number) -> bool:
    """Whether the number stands between commas, all by itself, as ages do: "the mayor, 71, was there"."""
    if number.first == 0 or number.end == len(words.texts):
        return False
    before, after = words.gaps[number.first], words.gaps[number.end]
    return before.strip() in _COMMAS and after.strip() in _COMMAS and number.low == number.high


def _is_definite_dual(words: Words, number: Number) -> bool:
    """Whether an Arabic dual bears the article: the two spoken of already."""
    written = number.span.of(words.original)
    return number.low == _PAIR and written.lstrip("وفبكل").startswith("ال") and written != "الاثنين"
