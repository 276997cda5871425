"""A page's text to stories and their sentences; headings, litter and teasers left out.

Structure tells most of it: a paragraph of news ends in a full stop, a heading, a share form or a related
headline does not. A headline that stands twice on a page opens a story of its own.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from tracker.domain.documents import DatePrecision, Span
from tracker.language.dates import find_dates
from tracker.language.folding import fold
from tracker.language.pack import LanguagePack, pack_of_script
from tracker.language.phrases import Words
from tracker.language.sentences import Sentence, lines, sentences

_ENDS = re.compile(r"[.!?؟](?:[\"'”’»)\]\u200f\u200e]|\s)*$|[\"”»]$")
_TEASER = re.compile(r"(?:…|\.\.\.)[\"'”’»)\]]*$")
_SIGNATURE = re.compile(r"[.!?؟][\"'”’»]?(\s*\([^\W\d_][^()]{1,24}\)\s*[.]?\s*)$")
_LONGEST_SENTENCE = 5_000  # code points; what goes on longer is a list or an attack, and no statement
_LONG_LINE = 25  # words; a paragraph that long is body even without its full stop
_SHORT_LINE = 8  # words; a litter phrase counts anywhere in a line this short
_FEW_WORDS = 4  # and a litter word in one as short as this
_LITTER_REACH = 300  # code points
_DATELINE_REACH = 80
_LONGEST_DATELINE = 3  # words besides the date
_LONGEST_CAPITALS = 5
_DATELINE_END = re.compile(r"\s[-–—]+\s|[.:]\s")
_HEAD_LINES = 6
_SHORTEST_HEADLINE = 3  # words
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a page: its heading, its sentences in order, and the day its dateline bears, if any."""

    number: int
    heading: str
    sentences: tuple[Sentence, ...]
    dateline: date | None = None


@dataclass(frozen=True, slots=True)
class Segmented:
    """The stories of a page, and the day its head or dateline bears, if any."""

    stories: tuple[Story, ...]
    dateline: date | None


class _Line(NamedTuple):
    number: int
    span: Span
    text: str
    folded: str
    words: int
    is_body: bool


def segment(text: str, title: str, pack: LanguagePack) -> Segmented:
    """Cut a text into stories of sentences. Cost is linear in its length."""
    read = [_line(number, span, text, pack) for number, span in enumerate(lines(text))]
    counts = Counter(line.folded for line in read if _could_be_headline(line))
    repeated = {folded for folded, count in counts.items() if count > 1}
    stories = [Story(0, title or _first_heading(read, pack), ())]
    found: list[Sentence] = []
    seen: set[str] = {fold(title)} if title else set()
    days: list[date] = []
    for line in read:
        if not line.is_body:
            if line.number < _HEAD_LINES:
                days += _full_dates(line.text[:_LONGEST_SENTENCE], pack)
            if line.folded in repeated and line.folded not in seen:
                seen.add(line.folded)
                if found:
                    stories[-1] = replace(stories[-1], sentences=tuple(found))
                    stories.append(Story(len(stories), line.text, ()))
                    found = []
                else:
                    stories[-1] = replace(stories[-1], heading=line.text)
            continue
        start, day = _dateline(line, pack)
        if day:
            days.append(day)
            stories[-1] = replace(stories[-1], dateline=stories[-1].dateline or day)
        body = Span(start, max(start, line.span.start + _length_unsigned(line.text)))
        for sentence in sentences(text, body, line.number, pack.abbreviations):
            if len(sentence.span) > _LONGEST_SENTENCE:
                continue
            folded = fold(sentence.span.of(text))
            if folded not in seen:
                seen.add(folded)
                found.append(sentence)
    stories[-1] = replace(stories[-1], sentences=tuple(found))
    return Segmented(tuple(stories), days[0] if days else None)


def _length_unsigned(content: str) -> int:
    """The length of a line without the agency's signature behind its last full stop: "(ANSA)."."""
    signed = _SIGNATURE.search(content)
    return signed.start(1) if signed else len(content)


def _could_be_headline(line: _Line) -> bool:
    return not line.is_body and line.words >= _SHORTEST_HEADLINE


def _line(number: int, span: Span, text: str, pack: LanguagePack) -> _Line:
    content = span.of(text)
    words = len(content.split())
    complete = words >= _LONG_LINE or _ENDS.search(content) is not None
    is_body = complete and not _TEASER.search(content) and not _is_litter(content, pack)
    return _Line(number, span, content, fold(content), words, is_body)


def _is_litter(content: str, pack: LanguagePack) -> bool:
    """Whether a line opens with a litter phrase, or is hardly more than one.

    A single word ("video") must be followed by a colon: sentences begin with such words too.
    """
    words = Words.of(content[:_LITTER_REACH])
    pack = pack_of_script(content, pack)
    few = len(words.texts) <= _FEW_WORDS
    for match in pack.litter.find(words):
        phrase = match.end - match.first > 1
        if match.first == 0 and (phrase or content[match.span.end :].lstrip().startswith((":", "|"))):
            return True
        if few or (phrase and len(words.texts) <= _SHORT_LINE):
            return True
    return False


def _first_heading(read: list[_Line], pack: LanguagePack) -> str:
    """The first line above the body that could be a headline and is no picture's caption."""
    for line in read:
        if line.is_body:
            return ""
        if _could_be_headline(line) and not _is_caption(line, pack):
            return line.text
    return ""


def _is_caption(line: _Line, pack: LanguagePack) -> bool:
    return any(match.first == 0 for match in pack.captions.find(Words.of(line.text[:_LITTER_REACH])))


def _full_dates(text: str, pack: LanguagePack) -> list[date]:
    found = find_dates(Words.of(text), pack, None)
    return [one.day for one in found if one.precision is DatePrecision.DAY]


def _dateline(line: _Line, pack: LanguagePack) -> tuple[int, date | None]:
    """Where the line's first sentence begins after a dateline ("CAIRO, 4 May 2020 -"), and its day."""
    head = line.text[:_DATELINE_REACH]
    best, day = line.span.start, None
    for end in _DATELINE_END.finditer(head):
        prefix = head[: end.start()]
        if not _is_dateline(prefix, pack, dash=end.group().strip() not in {".", ":"}):
            continue
        best = line.span.start + end.end()
        day = next(iter(_full_dates(prefix, pack)), None) or day
    return best, day


def _is_dateline(prefix: str, pack: LanguagePack, *, dash: bool) -> bool:
    """Whether nothing but place names, a date and an agency's name stands in these words."""
    bare = re.sub(r"\([^)]*\)", " ", prefix)
    words = Words.of(bare)
    months = pack.dates.months.find(words)
    dated = {index for match in months for index in range(match.first, match.end)}
    rest = [index for index, text in enumerate(words.texts) if index not in dated and not text.isdigit()]
    if not rest:
        return bool(months)
    letters = "".join(
        _LETTERS.findall("".join(bare[words.starts[index] : words.ends[index]] for index in rest))
    )
    capitals = letters.isupper() and len(rest) <= _LONGEST_CAPITALS
    caseless = not letters.isupper() and not letters.islower() and letters.lower() == letters.upper()
    if capitals:
        return dash or bool(months)
    titled = all(map(words.is_capital, rest))
    if not dash or len(rest) > _LONGEST_DATELINE:
        return False
    if months:
        return caseless or titled
    return (caseless and len(rest) == 1) or (titled and "," in bare)
