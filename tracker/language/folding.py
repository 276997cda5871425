"""Folding: one spelling for the many that a word has, with the way back to the text as given.

Case, Arabic vowel signs and tatweel, hamza and alef forms, taa marbuta, alef maqsura, the Turkish dotted
and dotless i, the Russian yo, diacritics, digits of all scripts, curly quotes and bidi controls are made
alike. Unicode normalisation form KD (UAX #15) does most of it; the rest is in `_BY_HAND`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.domain.documents import Span

_BY_HAND = {
    "\u0649": "\u064a",  # alef maqsura to yeh
    "\u0629": "\u0647",  # taa marbuta to heh
    "\u06cc": "\u064a",  # Persian yeh
    "\u06a9": "\u0643",  # Persian kaf
    "\u0671": "\u0627",  # alef wasla
    "\u0640": "",  # tatweel
    "\u0130": "i",
    "\u0131": "i",
    "I": "i",
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u0060": "'",
    "\u00b4": "'",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u060c": ",",
    "\u061b": ";",
    "\u061f": "?",
    # Of a letter of eighteen and one of eight, both blessings upon a name, no word is looked for.
    "\ufdfa": "\ufdfa",
    "\ufdfb": "\ufdfb",
} | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2033\u275d\u275e", '"')

_DROPPED = {"Mn", "Me", "Cf"}


@lru_cache(maxsize=16_384)
def _fold_character(character: str) -> str:
    by_hand = _BY_HAND.get(character)
    if by_hand is not None:
        return by_hand
    if character < "\x80":
        return character.lower()
    folded: list[str] = []
    for part in unicodedata.normalize("NFKD", character):
        if part in _BY_HAND:
            folded.append(_BY_HAND[part])
        elif unicodedata.category(part) in _DROPPED:
            continue
        elif part.isdecimal():
            folded.append(str(unicodedata.decimal(part)))
        else:
            folded.append(_lower(part))
    return "".join(folded)


def _lower(character: str) -> str:
    lowered = character.casefold()
    if lowered == character:
        return character
    return "".join(
        _BY_HAND.get(part, part)
        for part in unicodedata.normalize("NFKD", lowered)
        if unicodedata.category(part) not in _DROPPED
    )


def fold(text: str) -> str:
    """The folded form of a text. Folding a folded text changes nothing."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_fold_character, text))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its code points, the index of the one it came from.

    `origins` has one entry more than `text`: the length of the original.
    """

    text: str
    origins: Sequence[int]

    def original(self, start: int, end: int) -> Span:
        """The span of the original text that a half-open range of the folded one came from."""
        if start == end:
            return Span(self.origins[start], self.origins[start])
        return Span(self.origins[start], self.origins[end - 1] + 1)

    def places(
        self, starts: tuple[int, ...], ends: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where in the original stand the stretches, none of them empty, that have these starts and ends."""
        origins = self.origins
        if isinstance(origins, range):
            return starts, ends
        return tuple([origins[start] for start in starts]), tuple([origins[end - 1] + 1 for end in ends])


def fold_with_origins(text: str) -> Folded:
    """Fold a text and keep the way back."""
    if text.isascii():
        return Folded(fold(text), range(len(text) + 1))
    parts = list(map(_fold_character, text))
    if set(map(len, parts)) <= {1}:  # nearly all text: each character has one of its own
        return Folded("".join(parts), range(len(text) + 1))
    origins = [index for index, folded in enumerate(parts) for _ in folded]
    return Folded("".join(parts), (*origins, len(text)))
