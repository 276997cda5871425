"""The values of number words: in the form listed, less an Arabic clitic, or less a Turkish ending."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from tracker.language.phrases import readings

T = TypeVar("T", int, float)

_MOST_REMEMBERED = 20_000  # words


@dataclass(frozen=True, slots=True)
class NumberSuffixes:
    """The endings a numeral may bear, after a vowel and after a consonant, and the numerals left alone.

    `never` are words that look like a numeral with an ending and are none.
    """

    vowels: str = ""
    after_vowel: tuple[str, ...] = ()
    after_consonant: tuple[str, ...] = ()
    never_on: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def stems(self, word: str) -> Iterator[str]:
        """The stems that a numeral's endings may stand on: "altısının", "binden"."""
        if word in self.never:
            return
        for after_vowel, endings in ((True, self.after_vowel), (False, self.after_consonant)):
            for ending in endings:
                stem = word.removesuffix(ending)
                on_vowel = stem[-1:] in self.vowels
                if stem != word and stem not in self.never_on and on_vowel == after_vowel:
                    yield stem


class Numerals(Generic[T]):
    """Number words and their values, each word looked up once: most words are none, and texts repeat them."""

    def __init__(self, values: Mapping[str, T], suffixes: NumberSuffixes) -> None:
        self._values: Mapping[str, T] = values
        self._suffixes = suffixes
        self._known: dict[str, T | None] = {}
        self._plain: set[str] = set()  # words that are no numbers

    def among(self, words: Set[str]) -> set[str]:
        """Those of some folded words that are numbers."""
        return {word for word in words - self._plain if self.value(word) is not None}

    def value(self, word: str) -> T | None:
        """The value of a folded word, None where it is no number."""
        if word in self._known:
            return self._known[word]
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
            self._plain.clear()
        forms = (*readings(word), *self._suffixes.stems(word))
        found = self._known[word] = next((self._values[form] for form in forms if form in self._values), None)
        if found is None:
            self._plain.add(word)
        return found
