"""Finding phrases of the language data in a text, word by word.

A phrase is a few words; a word that ends in `*` stands for any ending (`заявил*`). Arabic clitics
(wa-, fa-, bi-, li-, ka-, al-) may stand before the first word of a phrase without being written in the
data, and so may the article before the others. Words are compared folded (`tracker.language.folding`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from tracker.domain.documents import Span
from tracker.language.folding import Folded, fold, fold_with_origins

T = TypeVar("T")

# Arabic writes "and" together with what follows; before digits it is cut off, or the number is lost.
_WORD = re.compile(r"((?:\b\w\.){2,}|[\u0621-\u064a]+(?=\d)|\w+)")
_CLITICS = ("وبال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_SHORTEST_STEM = {"ف": 3, "ك": 4, "ب": 3, "ل": 3}  # shorter ones are rather part of the word
_SHORT = 2
_LONG_ENOUGH_FOR_CASE = 4
_DIGITS = frozenset("0123456789")  # folded, as words are
_MOST_REMEMBERED = 20_000  # states of a set of phrases


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into folded words once, for all who look for phrases in it.

    Each word has the same number in all columns: `texts` are the words, folded and without the full stops of
    an abbreviation, `gaps` the folded characters before each, with one entry more for what follows the last.
    Words stand in the original from `starts` to `ends`, in the folded text from `folded_starts` to
    `folded_ends`. `vocabulary` has each word once, `spelled` those of them that begin with no digit.
    """

    original: str
    folded: Folded
    texts: tuple[str, ...]
    gaps: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    folded_starts: tuple[int, ...]
    folded_ends: tuple[int, ...]
    vocabulary: frozenset[str]
    spelled: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Fold and cut a text."""
        folded = fold_with_origins(text)
        pieces = _WORD.split(folded.text)  # gaps and words by turns
        texts = tuple([word.replace(".", "") if "." in word else word for word in pieces[1::2]])
        edges = tuple(accumulate(map(len, pieces)))
        vocabulary = frozenset(texts)
        return cls(
            text,
            folded,
            texts,
            tuple(pieces[::2]),
            *folded.places(edges[:-1:2], edges[1::2]),
            edges[:-1:2],
            edges[1::2],
            vocabulary,
            frozenset([word for word in vocabulary if word[0] not in _DIGITS]),
        )

    @property
    def has_numbers(self) -> bool:
        """Whether any word begins with a digit."""
        return len(self.spelled) < len(self.vocabulary)

    def span(self, first: int, end: int) -> Span:
        """Where a half-open range of words, which is not empty, stands in the original."""
        return Span(self.starts[first], self.ends[end - 1])

    def between(self, one: int, other: int) -> str:
        """The folded characters that part word number `one` from word number `other`."""
        return self.folded.text[self.folded_ends[one] : self.folded_starts[other]]

    def is_capital(self, index: int) -> bool:
        """Whether a word is written with a capital letter."""
        return self.original[self.starts[index]].isupper()


class Match(NamedTuple, Generic[T]):
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


class _Begun(Generic[T]):
    """Where a search stands after some words: the phrases begun with them that may go on, and what is whole.

    `whole` is the meaning of the phrase that these words make up, in a list of one; empty where they make up
    none. `steps` are the states after one word more, each found when first asked for; None where no phrase
    goes on so.
    """

    __slots__ = ("going_on", "steps", "whole")

    def __init__(self, phrases: Iterable[tuple[tuple[str, ...], T]], length: int) -> None:
        kept = list(phrases)
        self.whole = [meaning for words, meaning in kept if len(words) == length][:1]
        self.going_on = [(words, meaning) for words, meaning in kept if len(words) > length]
        self.steps: dict[str, _Begun[T] | None] = {}

    def step(self, word: str, length: int) -> "_Begun[T] | None":
        """The state after one word more, which is number `length` of its phrase, counted from 0."""
        fitting = [(words, meaning) for words, meaning in self.going_on if _fits(words[length], word)]
        after = self.steps[word] = _Begun(fitting, length + 1) if fitting else None
        return after


class Phrases(Generic[T]):
    """A set of phrases, each with a meaning; the longest phrase at a word wins.

    The words of a text are followed through states that are remembered, so that what a word begins costs one
    look into a table however many phrases begin with it. `remembered` is how many words led to a state.
    """

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
        self._numbers_begin = any(head[0] in _DIGITS for head in (*self._exact, *self._stems))
        self._stem_lengths = sorted({len(stem) for stem in self._stems}, reverse=True)
        self._steps: dict[str, _Begun[T] | None] = {}
        self._barren: set[str] = set()  # words that begin no phrase
        self.remembered = 0

    @classmethod
    def meaning(cls, table: Mapping[T, Iterable[str]]) -> "Phrases[T]":
        """Phrases from a table of meaning to phrases."""
        return cls((phrase, key) for key, phrases in table.items() for phrase in phrases)

    def find(self, words: Words) -> list[Match[T]]:
        """All matches from left to right; none overlaps the one before it."""
        matches: list[Match[T]] = []
        texts, end = words.texts, 0
        for index in self._beginnings(words):
            best = self._longest(texts, index) if index >= end else None
            if best is not None:
                end, meaning = best
                matches.append(Match(meaning, index, end, words.span(index, end)))
        return matches

    def contains(self, words: Words) -> bool:
        """Whether any phrase occurs."""
        texts = words.texts
        return any(self._longest(texts, index) for index in self._beginnings(words))

    def _beginnings(self, words: Words) -> Sequence[int]:
        """The words that may begin a phrase, in order; most begin none, which one look into a table tells."""
        # There are more numbers than need be remembered.
        likely = (words.vocabulary if self._numbers_begin else words.spelled) - self._barren
        return [index for index, text in enumerate(words.texts) if text in likely] if likely else ()

    def _longest(self, texts: Sequence[str], index: int) -> tuple[int, T] | None:
        """The end and meaning of the longest phrase at a word."""
        best: tuple[int, T] | None = None
        text = texts[index]
        state = self._steps[text] if text in self._steps else self._begin(text)
        end = index + 1
        while state is not None:
            if state.whole:
                best = end, state.whole[0]
            if not state.going_on or end == len(texts):
                break
            text = texts[end]
            state = state.steps[text] if text in state.steps else self._go_on(state, text, end - index)
            end += 1
        return best

    def _begin(self, word: str) -> _Begun[T] | None:
        """The state after a first word."""
        self._make_room()
        begun = list(self._beginning_with(word))
        after = self._steps[word] = _Begun(begun, 1) if begun else None
        if after is None:
            self._barren.add(word)
        return after

    def _go_on(self, state: _Begun[T], word: str, length: int) -> _Begun[T] | None:
        self._make_room()
        return state.step(word, length)

    def _make_room(self) -> None:
        """Forget all states once they are many: a text may bring any number of words."""
        self.remembered += 1
        if self.remembered > _MOST_REMEMBERED:
            self._steps.clear()
            self._barren.clear()
            self.remembered = 1

    def _beginning_with(self, word: str) -> Iterator[tuple[tuple[str, ...], T]]:
        for form in readings(word):
            yield from self._exact.get(form, ())
            for length in self._stem_lengths:
                if length <= len(form):
                    yield from self._stems.get(form[:length], ())


def _pattern_words(phrase: str) -> list[str]:
    return [word.replace(".", "") for word in re.findall(r"(?:\b\w\.){2,}|\w+\*?", fold(phrase))]


def _fits(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        stem = pattern[:-1]
        return any(form.startswith(stem) for form in readings(word))
    return pattern in readings(word)
