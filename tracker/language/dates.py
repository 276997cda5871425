"""Dates in a text: written out, or reckoned from the day of publication.

A weekday means the last such day up to and including the day of publication, as news uses it. Without a
reference day nothing relative is resolved: no date rather than a guess.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.statements import EventDate
from tracker.language.pack import DateWords, LanguagePack
from tracker.language.phrases import Match, Words, readings

_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_CLOCK = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])")
_OPENING_CLOCK = re.compile(r"\W*(?:[01]?\d|2[0-3])\.[0-5]\d(?=\s)")
"""As live blogs open their entries; within a sentence "13.05" may count something."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LONGEST_MONTH = 31
_SLACK = 31  # days
_TWO = 2
_TENS = 10
_DAYS: Mapping[str, int] = {
    f"{day:{width}}{ending}": day
    for day in range(1, _LONGEST_MONTH + 1)
    for width in ("d", "02d")
    for ending in ("", "st", "nd", "rd", "th")
}
"""The days of a month as they are written in digits."""


def find_dates(words: Words, pack: LanguagePack, reference: date | None) -> list[EventDate]:
    """All dates from left to right. `reference` is the day of publication, None where unknown."""
    found = _numeric(words) + _named(words, pack, reference)
    if reference is not None:
        found += _relative(words, pack, reference)
    found.sort(key=lambda event_date: event_date.span.start if event_date.span else 0)
    return found


def timed_words(words: Words, pack: LanguagePack) -> set[int]:
    """The numbers of words that tell a day beside a month, or the time of day: they count nothing.

    Also where no date comes of them: "26 May" on a page that does not say of which year it is.
    """
    text = words.folded.text
    spans = [words.folded.original(*match.span()) for match in _CLOCK.finditer(text)]
    opening = _OPENING_CLOCK.match(text)
    if opening:
        spans.append(words.folded.original(*opening.span()))
    starts = words.starts
    timed = {i for one in spans for i in range(bisect_left(starts, one.start), bisect_left(starts, one.end))}
    matches = pack.dates.months.find(words)
    ends = {match.first: match.end for match in matches}
    for match in matches:
        parts = _around(words, match, pack, ends)
        # "12 may have died"
        written = match.span.of(words.original)
        is_verb = _is_word_too(words, match) and written.isascii() and written.islower()
        if parts.day is not None and not is_verb:
            timed.update(range(parts.first, parts.end))
    return timed


def find_years(words: Words) -> list[int]:
    """The years that stand in a text as numbers of four digits."""
    if not words.has_numbers:
        return []
    found = (_year_number(words, index) for index in range(len(words.texts)))
    return [year for year in found if year is not None]


def most_exact(dates: Sequence[EventDate]) -> EventDate | None:
    """The most exact of some dates, the first of equally exact ones."""
    exactness = list(DatePrecision)
    return min(dates, key=lambda one: exactness.index(one.precision), default=None)


def _numeric(words: Words) -> list[EventDate]:
    found: list[EventDate] = []
    text = words.folded.text
    for match in _ISO.finditer(text):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        if day:
            span = words.folded.original(*match.span())
            found.append(EventDate(day, DatePrecision.DAY, DateFound.EXPLICIT, span))
    for match in _NUMERIC.finditer(text):
        day = _day(int(match[3]), int(match[2]), int(match[1]))
        if day:
            span = words.folded.original(*match.span())
            found.append(EventDate(day, DatePrecision.DAY, DateFound.EXPLICIT, span))
    return found


class _Parts(NamedTuple):
    day: int | None
    year: int | None
    first: int
    end: int


class _Bearers(NamedTuple):
    """Where what may bear a day as its name begins, and where it ends."""

    beginnings: frozenset[int]
    ends: frozenset[int]

    @classmethod
    def in_words(cls, words: Words, pack: LanguagePack) -> "_Bearers":
        found = pack.dates.named_after.find(words)
        return cls(frozenset(one.first for one in found), frozenset(one.end for one in found))


def _named(words: Words, pack: LanguagePack, reference: date | None) -> list[EventDate]:
    """Dates with the name of a month: "6 January 2020", "May 21", "في الخامس من مايو"."""
    found: list[EventDate] = []
    matches = pack.dates.months.find(words)
    if not matches:
        return found
    ends = {match.first: match.end for match in matches}
    bearers = _Bearers.in_words(words, pack)
    for number, match in enumerate(matches):
        if number and _names_again(words, matches[number - 1], match):
            continue
        parts = _around(words, match, pack, ends)
        if parts.day is None and parts.year is None and _is_word_too(words, match):
            continue
        if parts.year is None and _is_name(words, parts, bearers, pack):
            continue
        year = parts.year or _nearest_year(match.meaning, parts.day, reference)
        day = _day(year, match.meaning, parts.day or 1) if year else None
        if day is None:
            continue
        span = words.span(parts.first, parts.end)
        precision = DatePrecision.DAY if parts.day else DatePrecision.MONTH
        found.append(EventDate(day, precision, DateFound.EXPLICIT, span))
    return found


def _names_again(words: Words, one: Match[int], other: Match[int]) -> bool:
    """Whether a month is given a second time by its other name: "أبريل/نيسان"."""
    return other.first == one.end and words.gaps[one.end].strip() == "/"


def _is_name(words: Words, parts: _Parts, bearers: _Bearers, pack: LanguagePack) -> bool:
    """Whether a day is a name: in quotation marks of its own, or right beside what bears it as its name.

    "February 17 brigade", "ثورة 17 فبراير"; but "on January 7 brigade commanders met" tells a day.
    """
    before, after = words.gaps[parts.first], words.gaps[parts.end]
    if before.endswith('"') and after.startswith('"'):
        return True
    if parts.first in bearers.ends and not before.strip():
        return True
    if parts.end not in bearers.beginnings or after.strip():
        return False
    led = parts.first > 0 and words.texts[parts.first - 1] in pack.prepositions
    return not led or words.is_capital(parts.end)


def _is_word_too(words: Words, match: Match[int]) -> bool:
    """Whether a month's name alone may be another word: "may", "on", not capitalised or very short."""
    written = match.span.of(words.original)
    return len(written) <= len("March") and not written.isdigit()


def _around(words: Words, match: Match[int], pack: LanguagePack, months: Mapping[int, int]) -> _Parts:
    """The day and year beside a month; `months` has the end of each by its first word."""
    first, end = match.first, match.end
    named = _day_number(words, first - 1, pack)
    if named is not None:
        first -= named.words
    elif first >= _TWO and words.texts[first - 1] in {"من", "of"}:
        named = _day_number(words, first - _TWO, pack)
        first -= 1 + named.words if named is not None else 0
    if named is None:
        named = _day_number(words, end, pack)
        end += 1 if named is not None else 0
    if end < len(words.texts) and "/" in words.gaps[end]:
        end = months.get(end, end)
    year = _year_number(words, end)
    return _Parts(named.number if named else None, year, first, end + (1 if year else 0))


class _DayNumber(NamedTuple):
    number: int
    words: int


def _day_number(words: Words, index: int, pack: LanguagePack) -> _DayNumber | None:
    """The day of a month whose last word stands at an index."""
    if not 0 <= index < len(words.texts):
        return None
    number = _DAYS.get(words.texts[index])
    if number is not None:
        return _DayNumber(number, 1)
    day = _ordinal(words, index, pack.dates) if pack.dates.ordinals else None
    return day if day is not None and 1 <= day.number <= _LONGEST_MONTH else None


def _ordinal(words: Words, index: int, known: DateWords) -> _DayNumber | None:
    """A day by its ordinal, of one word or of two: "السابع عشر", "الحادي والعشرين"."""
    before = _one_ordinal(words, index - 1, known) if index else None
    unit = before if before is not None and before < _TENS else None
    if words.texts[index] in known.teens:
        return _DayNumber(_TENS + unit, 2) if unit else None
    value = _one_ordinal(words, index, known)
    if value is None:
        return None
    is_ten = value % _TENS == 0 and value != _TENS
    return _DayNumber(value + unit, 2) if is_ten and unit else _DayNumber(value, 1)


def _one_ordinal(words: Words, index: int, known: DateWords) -> int | None:
    return next(
        (known.ordinals[form] for form in readings(words.texts[index]) if form in known.ordinals), None
    )


def _year_number(words: Words, index: int) -> int | None:
    if not 0 <= index < len(words.texts):
        return None
    text = words.texts[index]
    is_number = len(text) == len("2020") and text.isascii() and text.isdigit()
    return int(text) if is_number and _FIRST_YEAR < int(text) < _LAST_YEAR else None


@lru_cache(maxsize=1_024)
def _nearest_year(month: int, day: int | None, reference: date | None) -> int | None:
    """The year of a date given without one: the last such day up to a month after publication."""
    if reference is None or not _FIRST_YEAR < reference.year < _LAST_YEAR:
        return None
    this_year = _day(reference.year, month, day or 1)
    if this_year is None or this_year.toordinal() <= reference.toordinal() + _SLACK:
        return reference.year
    return reference.year - 1


def _relative(words: Words, pack: LanguagePack, reference: date) -> list[EventDate]:
    known = pack.dates
    found: list[EventDate] = []

    def add(day: date | None, precision: DatePrecision, match: Match[int]) -> None:
        if day is not None:
            found.append(EventDate(day, precision, DateFound.RELATIVE, match.span))

    for match in known.days_ago.find(words):
        add(_before(reference, match.meaning), DatePrecision.DAY, match)
    for match in known.weekdays.find(words):
        add(_before(reference, (reference.weekday() - match.meaning) % 7), DatePrecision.DAY, match)
    for match in known.weeks_ago.find(words):
        add(_before(reference, 7 * match.meaning + reference.weekday()), DatePrecision.WEEK, match)
    for match in known.months_ago.find(words):
        months = reference.year * 12 + reference.month - 1 - match.meaning
        add(_day(months // 12, months % 12 + 1, 1), DatePrecision.MONTH, match)
    return found


def _before(reference: date, days: int) -> date | None:
    """A day so many days earlier, None before the calendar begins."""
    ordinal = reference.toordinal() - days
    return date.fromordinal(ordinal) if ordinal >= 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
