"""Words as full text search sees them: folded, parted by single spaces, with the way back to the text.

A text to be searched is `search_form` of it: its folded words, a space before each and one at the end. A word
that is searched for is a fragment of that form, so that finding it is finding a string in a string:

- a word of one or two characters, or one with a digit, has to stand there whole: " un ", " 12 ";
- a word in Arabic script may have conjunctions, prepositions and the article before it, and endings: "قوات"
  is found in "وللقوات" (and the article, where the searcher wrote it, need not stand there);
- any other word may have endings, as in Turkish and Russian: " trablus" is found in "Trablus'taki".
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from tracker.domain.documents import Span
from tracker.language.folding import Folded, fold, fold_with_origins

_QUOTED = re.compile('"([^"]*)"')
_SHORTEST_OPEN = 3
_LONGEST = 48
"""Code points of a word that count: what is longer is found by its beginning."""

_ARABIC = ("\u0600", "\u06ff")
_ARTICLES = ("وال", "ال")
"""What a word in Arabic script may begin with without meaning another thing (folded)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text asks for: fragments of search forms, each once, in the order in which they stand.

    All of `phrases` (what was put in quotation marks) have to be there, and one of `words` at least. Words
    of phrases are not among the words.
    """

    phrases: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def fragments(self) -> tuple[str, ...]:
        """Phrases and words."""
        return (*self.phrases, *self.words)


def search_form(text: str) -> str:
    """A text as it is searched: " folded words ". Empty for a text without a letter or digit."""
    words = _words(fold(text))
    return f" {' '.join(words)} " if words else ""


def read_query(text: str, *, phrases: bool = True) -> Wanted:
    """Understand what is searched for. Any text can be asked for; nothing in it is an operator.

    Without `phrases`, quotation marks mean nothing: those of a text that was pasted are the writer's.
    """
    folded = fold(text)
    quoted = [_words(part) for part in _QUOTED.findall(folded)] if phrases else []
    words = [_fragment(word) for word in _words(_QUOTED.sub(" ", folded) if phrases else folded)]
    kept = dict.fromkeys(_fragment(" ".join(part)) for part in quoted if part)
    return Wanted(tuple(kept), tuple(one for one in dict.fromkeys(words) if one not in kept))


def _words(folded: str) -> list[str]:
    if folded.isascii() and folded.isalnum():
        return [folded]
    return "".join(one if one.isalnum() else " " for one in folded).split()


def _fragment(word: str) -> str:
    """The fragment that finds a folded word, or a phrase of several."""
    if len(word) < _SHORTEST_OPEN or any(one.isdigit() for one in word):
        return f" {word[:_LONGEST]}" + (" " if len(word) <= _LONGEST else "")
    if not _ARABIC[0] <= word[0] <= _ARABIC[1]:
        return f" {word[:_LONGEST]}"
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST_OPEN:
            word = word.removeprefix(article)
            break
    return word[:_LONGEST]


def find_words(text: str, wanted: Wanted) -> tuple[Span, ...]:
    """Where in a text what is wanted stands: whole words of it, ascending, without overlap.

    Spans count the code points of the text as given.
    """
    form, places, folded = _form_with_places(text)
    found: list[tuple[int, int]] = []
    for fragment in wanted.fragments:
        at = form.find(fragment)
        while at >= 0:
            found.append(_whole_words(form, at, at + len(fragment)))
            at = form.find(fragment, at + 1)
    spans: list[Span] = []
    for start, end in sorted(set(found), key=lambda one: (one[0], -one[1])):
        span = _with_marks(folded.original(places[start], places[end - 1] + 1), text)
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return tuple(spans)


def _with_marks(span: Span, text: str) -> Span:
    """The span with the vowel signs and accents that follow its last letter."""
    end = span.end
    while end < len(text) and unicodedata.category(text[end]) == "Mn":
        end += 1
    return Span(span.start, end)


def _whole_words(form: str, start: int, end: int) -> tuple[int, int]:
    """The words that a fragment lies in, without the spaces around them."""
    if form[start] == " ":
        start += 1
    else:
        start = form.rindex(" ", 0, start) + 1
    end = end - 1 if form[end - 1] == " " else form.index(" ", end)
    return start, end


def _form_with_places(text: str) -> tuple[str, list[int], Folded]:
    """The search form, and for each of its code points the index of the folded one it came from."""
    folded = fold_with_origins(text)
    form, places = [" "], [0]
    for index, one in enumerate(folded.text):
        if one.isalnum():
            form.append(one)
            places.append(index)
        elif form[-1] != " ":
            form.append(" ")
            places.append(index)
    if form[-1] != " ":
        form.append(" ")
        places.append(max(len(folded.text) - 1, 0))
    return "".join(form), places, folded


def words_digest(form: str) -> int:
    """60 bits of a digest of a search form: the same for texts that differ in spelling alone."""
    return int(hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()[:15], 16)
