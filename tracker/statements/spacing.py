"""How far words of a sentence are apart for one who counts: marks, numbers and clauses between them."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import accumulate

from tracker.language.phrases import Words

BREAKS = frozenset(".;:!?")


@dataclass(frozen=True, slots=True)
class Spacing:
    """For each word how many of something stand before it, so that any stretch costs one subtraction."""

    commas: tuple[int, ...]
    breaks: tuple[int, ...]
    """Gaps between words in which something ends: a sentence, or what a colon opens."""
    numbers: tuple[int, ...]
    """Numbers that begin before a word; one entry more than there are words, as for clauses."""
    clauses: tuple[int, ...]

    @classmethod
    def of(cls, words: Words, numbers: Container[int], clauses: Iterable[int]) -> "Spacing":
        """Count through a sentence. `numbers` and `clauses` are the words at which these begin."""
        every, opening = range(len(words.texts)), frozenset(clauses)
        gaps = words.gaps[1:-1]
        return cls(
            _running(0 if gap == " " else gap.count(",") for gap in gaps),
            _running(gap != " " and not BREAKS.isdisjoint(gap) for gap in gaps),
            _running(place in numbers for place in every),
            _running(place in opening for place in every),
        )

    def commas_between(self, one: int, other: int) -> int:
        """The commas between two words."""
        return self.commas[other] - self.commas[one]

    def breaks_between(self, one: int, other: int) -> bool:
        """Whether something ends between two words."""
        return self.breaks[other] > self.breaks[one]

    def numbers_within(self, first: int, end: int) -> int:
        """How many numbers begin in a range of words."""
        return self.numbers[end] - self.numbers[first] if first < end else 0

    def within(self, first: int, end: int) -> tuple[int, int] | None:
        """The commas around and among the words of a range, and the numbers that begin among them.

        None where something ends there, or a clause of its own begins.
        """
        before = first - 1
        if self.breaks[end] > self.breaks[before] or self.clauses[end] > self.clauses[first]:
            return None
        return self.commas[end] - self.commas[before], self.numbers[end] - self.numbers[first]


def _running(counts: Iterable[int]) -> tuple[int, ...]:
    return tuple(accumulate(counts, initial=0))
