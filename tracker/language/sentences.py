"""Cutting a text into lines and sentences, by rule, in every script the product reads.

Own rules rather than a library: the splitters at hand each fail one of the four languages
(docs/adr/0004-language-as-data.md). Cost is linear in the length of the text.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from tracker.domain.documents import Span
from tracker.language.folding import fold

_LINE = re.compile(r"\S(?:[^\r\n\u2028\u2029]*\S)?")  # from its first sign to its last
# Possessive, and only at the first of several stops: a run of them before a letter is looked at once.
_STOP = re.compile(r"(?<![.!?؟…])[.!?؟…]++[\"'”’»)\]]*+(?=\s|$)")
_LAST_WORD = re.compile(r"[\w.\-]+$")
_OPENERS = "\"'“‘«„([—–-"
_LONGEST_ABBREVIATION = 12
_DIGITS_OF_A_YEAR = 4
ORDINALS = "#"
"""Among a language's abbreviations: a number with a full stop is an ordinal, and ends no sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its span, the number of its line, and whether it is the whole of that line."""

    span: Span
    line: int
    whole_line: bool


def lines(text: str) -> list[Span]:
    """The lines of a text that hold anything, without the space around them."""
    return [Span(*match.span()) for match in _LINE.finditer(text)]


def sentences(text: str, line: Span, number: int, abbreviations: Collection[str]) -> list[Sentence]:
    """The sentences of one line. `abbreviations` are folded, without their full stop."""
    spans = _cut(text, line, abbreviations)
    return [Sentence(span, number, whole_line=len(spans) == 1) for span in spans]


def _cut(text: str, line: Span, abbreviations: Collection[str]) -> list[Span]:
    start, found = line.start, []
    for stop in _STOP.finditer(text, line.start, line.end):
        following = _skip_space(text, stop.end(), line.end)
        if following >= line.end:
            break
        if _ends_sentence(text, start, stop.start(), stop.group(), following, abbreviations):
            found.append(Span(start, stop.end()))
            start = following
    if start < line.end:
        found.append(Span(start, line.end) if found else line)
    return found


def _skip_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _ends_sentence(
    text: str, start: int, stop: int, mark: str, following: int, abbreviations: Collection[str]
) -> bool:
    opener = text[following]
    begins = opener.isupper() or opener in _OPENERS or opener.isdigit() or _caseless(opener)
    if not begins:
        return False
    if mark[0] != ".":
        return True
    word = _LAST_WORD.search(text, max(start, stop - _LONGEST_ABBREVIATION), stop)
    if word is None:
        return True
    last = word.group()
    if len(last) == 1 and last.isalpha() and last.isupper():
        return False  # an initial: "J. Smith"
    if last.isdigit() and mark == "." and ORDINALS in abbreviations:
        return len(last) >= _DIGITS_OF_A_YEAR
    return fold(last) not in abbreviations


def _caseless(character: str) -> bool:
    return character.isalpha() and not character.isupper() and not character.islower()
