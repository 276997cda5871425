"""A sentence cut up for counting: its numbers that count something, and the words for what they count."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tracker.domain.statements import FigureKind
from tracker.language.counting import CountedTerm
from tracker.language.numbers import Number, find_numbers
from tracker.language.pack import Bound, LanguagePack
from tracker.language.phrases import Match, Words

PEOPLE = frozenset({FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED})
BREAKS = frozenset(".;:!?")
_STOPS = BREAKS | {","}
BESIDE = 2  # words
NOUN_REACH = 4  # words
_REACH = 12  # words; further than the cost of any pairing allows
_PAIR = 2
_NO_SOONER = 1900
_NO_LATER = 2100
_GLUE = {"-", "+", "/"}

T = TypeVar("T")

Term = Match[CountedTerm]


@dataclass(frozen=True, slots=True)
class Counting:
    """A sentence with all that its figures are read from, each found once."""

    words: Words
    pack: LanguagePack
    numbers: tuple[Number, ...]
    terms: tuple[Term, ...]
    subsets: tuple[Match[str], ...]
    subsets_after: tuple[Match[str], ...]
    of_them: tuple[Match[str], ...]
    bounds: tuple[Match[Bound], ...]
    term_firsts: tuple[int, ...]
    number_firsts: tuple[int, ...]

    @classmethod
    def of(cls, words: Words, pack: LanguagePack, dated: set[int]) -> "Counting":
        """Find numbers that count something, and words for what is counted."""
        known = pack.counting
        units = {match.first for match in known.units.find(words)}
        numbered = {match.end - 1 for match in known.numbered.find(words)}
        terms = tuple(known.terms.find(words))
        nouns = {term.first for term in terms}
        numbers = tuple(
            number
            for number in find_numbers(words, pack)
            if not set(range(number.first, number.end)) & dated
            and not _is_no_count(words, number, units, numbered, nouns)
            and not _is_definite_dual(words, number)
        )
        return cls(
            words,
            pack,
            numbers,
            terms,
            tuple(known.including.find(words)),
            tuple(known.includes_after.find(words)),
            tuple(known.of_them.find(words)),
            tuple(pack.numbers.bounds.find(words)),
            tuple(term.first for term in terms),
            tuple(number.first for number in numbers),
        )

    def near(self, first: int, end: int) -> Sequence[Term]:
        """The terms that begin within reach of these words."""
        low, high = bisect_left(self.term_firsts, first - _REACH), bisect_left(self.term_firsts, end + _REACH)
        return self.terms[low:high]

    def gap(self, one: int, other: int) -> str:
        """The folded text between two words, the inner words included."""
        return self.words.folded.text[self.words.words[one].end : self.words.words[other].start]

    def stops(self, one: int, other: int) -> bool:
        """Whether punctuation stands between two words."""
        return not _STOPS.isdisjoint(self.gap(one, other))

    def numbers_between(self, first: int, end: int) -> int:
        """How many numbers begin in a range of words."""
        return max(bisect_left(self.number_firsts, end) - bisect_left(self.number_firsts, first), 0)


def beside(matches: Sequence[Match[T]], low: int, high: int) -> Iterable[Match[T]]:
    """The matches that begin in a range of words, by bisection: they stand in order."""
    first = bisect_left(matches, low, key=lambda match: match.first)
    for index in range(first, len(matches)):  # no slice: it would copy the rest for each number
        if matches[index].first >= high:
            return
        yield matches[index]


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
    glued = number.first > 0 and words.between(number.first - 1, number.first) in _GLUE
    followed = number.end < len(words.words) and words.between(number.end - 1, number.end) in {*_GLUE, "%"}
    return number.first - 1 in numbered or glued or followed


def _is_definite_dual(words: Words, number: Number) -> bool:
    """Whether an Arabic dual bears the article: the two spoken of already."""
    written = number.span.of(words.original)
    return number.low == _PAIR and written.lstrip("وفبكل").startswith("ال") and written != "الاثنين"
