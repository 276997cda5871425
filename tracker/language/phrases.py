"""Finding phrases of the language data in a text, word by word.

A phrase is a few words; a word that ends in `*` stands for any ending (`заявил*`). Arabic clitics
(wa-, fa-, bi-, li-, ka-, al-) may stand before the first word of a phrase without being written in the
data, and so may the article before the others. Words are compared folded (`tracker.language.folding`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from tracker.domain.documents import Span
from tracker.language.folding import Folded, fold, fold_with_origins

T = TypeVar("T")

# Arabic writes "and" together with what follows; before digits it is cut off, or the number is lost.
_WORD = re.compile(r"(?:\b\w\.){2,}|[\u0621-\u064a]+(?=\d)|\w+")
_CLITICS = ("وبال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_SHORTEST_STEM = {"ف": 3, "ك": 4, "ب": 3, "ل": 3}  # shorter ones are rather part of the word
_SHORT = 2
_LONG_ENOUGH_FOR_CASE = 4
_MOST_LOOKED_UP = 20_000  # words a set of phrases remembers


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands: in the folded text and in the original."""

    text: str
    start: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into folded words once, for all who look for phrases in it."""

    original: str
    folded: Folded
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Fold and cut a text."""
        folded = fold_with_origins(text)
        words = tuple(
            Word(found.group().replace(".", ""), found.start(), found.end(), folded.original(*found.span()))
            for found in _WORD.finditer(folded.text)
        )
        return cls(text, folded, words)

    def between(self, one: int, other: int) -> str:
        """The folded characters that part word number `one` from word number `other`."""
        return self.folded.text[self.words[one].end : self.words[other].start]


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A phrase found: its meaning, the words it covers (half-open) and its span in the original."""

    meaning: T
    first: int
    end: int
    span: Span


@lru_cache(maxsize=65_536)
def readings(word: str) -> tuple[str, ...]:
    """The forms under which a word may be listed: itself and, in Arabic, itself less its clitics."""
    if not _ARABIC.match(word):
        return (word,)
    forms = [word]
    for clitic in _CLITICS:
        if word.startswith(clitic) and len(word) - len(clitic) >= _SHORTEST_STEM.get(clitic, _SHORT):
            stem = word[len(clitic) :]
            forms.append(stem)
            if clitic.endswith("لل") or (clitic.endswith("ال") and len(clitic) > _SHORT):
                forms.append("ال" + stem)
    if len(word) > _LONG_ENOUGH_FOR_CASE and word.endswith("ا"):
        forms += [form[:-1] for form in forms]  # the accusative of an indefinite noun
    return tuple(dict.fromkeys(forms))


class Phrases(Generic[T]):
    """A set of phrases, each with a meaning; the longest phrase at a word wins."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, meaning in phrases:
            words = tuple(_pattern_words(phrase))
            if not words:
                continue
            head = words[0]
            table = self._stems if head.endswith("*") else self._exact
            table.setdefault(head.rstrip("*"), []).append((words, meaning))
        self._stem_lengths = sorted({len(stem) for stem in self._stems}, reverse=True)
        self._looked_up: dict[str, tuple[tuple[tuple[str, ...], T], ...]] = {}

    @classmethod
    def meaning(cls, table: Mapping[T, Iterable[str]]) -> "Phrases[T]":
        """Phrases from a table of meaning to phrases."""
        return cls((phrase, key) for key, phrases in table.items() for phrase in phrases)

    def find(self, words: Words) -> list[Match[T]]:
        """All matches from left to right; none overlaps the one before it."""
        matches: list[Match[T]] = []
        end = 0
        for index, word in enumerate(words.words):
            # Most words begin no phrase: that is told by one look into a table.
            begun = self._looked_up.get(word.text)
            if begun is None:
                begun = self._look_up(word.text)
            if not begun or index < end:
                continue
            best = _longest(begun, words, index)
            if best is not None:
                length, meaning = best
                end = index + length
                span = Span(word.span.start, words.words[end - 1].span.end)
                matches.append(Match(meaning, index, end, span))
        return matches

    def contains(self, words: Words) -> bool:
        """Whether any phrase occurs."""
        for index, word in enumerate(words.words):
            begun = self._looked_up.get(word.text)
            if begun is None:
                begun = self._look_up(word.text)
            if begun and _longest(begun, words, index) is not None:
                return True
        return False

    def _look_up(self, word: str) -> tuple[tuple[tuple[str, ...], T], ...]:
        """The phrases that may begin with a word, remembered: texts repeat their words."""
        if len(self._looked_up) >= _MOST_LOOKED_UP:
            self._looked_up.clear()
        found = self._looked_up[word] = tuple(self._beginning_with(word))
        return found

    def _beginning_with(self, word: str) -> Iterator[tuple[tuple[str, ...], T]]:
        for form in readings(word):
            yield from self._exact.get(form, ())
            for length in self._stem_lengths:
                if length <= len(form):
                    yield from self._stems.get(form[:length], ())


def _longest(begun: Iterable[tuple[tuple[str, ...], T]], words: Words, index: int) -> tuple[int, T] | None:
    best: tuple[int, T] | None = None
    for pattern, meaning in begun:
        length = len(pattern)
        if best is not None and length <= best[0]:
            continue
        if index + length <= len(words.words) and all(
            _fits(pattern[offset], words.words[index + offset].text) for offset in range(1, length)
        ):
            best = (length, meaning)
    return best


def _pattern_words(phrase: str) -> list[str]:
    return [word.replace(".", "") for word in re.findall(r"(?:\b\w\.){2,}|\w+\*?", fold(phrase))]


def _fits(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        stem = pattern[:-1]
        return any(form.startswith(stem) for form in readings(word))
    return pattern in readings(word)
