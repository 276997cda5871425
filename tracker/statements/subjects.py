"""The words that name a speaker: which they are, and what kind of speaker they speak of.

A reporting frame says where its subject stands; here that range is cut down to the noun phrase, and the
phrase is told apart: a known party, a pronoun, a bare office ("the ministry"), a medium, someone new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.language.pack import SpeakerStands
from tracker.language.phrases import readings
from tracker.statements.frames import Frame
from tracker.statements.mentions import Mention, MentionKind
from tracker.statements.reading import Reading

_LONGEST = 14  # words of a subject
_NEAR = 4  # a pronoun further from its verb than this many words is not its subject
_OPENING = 2  # words
_SHORTEST_NAME = 4  # letters
_HEAD = 7  # words before the comma in which a verb-final language's subject is named
_CLOSERS = (".", ";", "!", "?", ":", '"')


class SubjectKind(StrEnum):
    """What kind of speaker a reporting word has."""

    NONE = "none"  # no reporting word
    EMPTY = "empty"  # nothing is said of the speaker
    PERSON_PRONOUN = "person_pronoun"
    BODY_PRONOUN = "body_pronoun"
    OUTLET = "outlet"
    OFFICE = "office"  # an office noun and nothing more
    KNOWN = "known"
    INDEFINITE = "indefinite"  # someone new and unnamed
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of one frame: its words (half-open), kind, the office nouns and content words in it.

    `names` are its folded words that neither language data nor registry explains; `armed` whether it names
    an armed group.
    """

    first: int
    end: int
    kind: SubjectKind
    offices: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    armed: bool = False
    indefinite: bool = False
    outlet: bool = False


NO_SUBJECT = Subject(0, 0, SubjectKind.NONE)


def subjects(reading: Reading, frame: Frame) -> Iterator[Subject]:
    """The possible subjects of a frame, best first: one for each range it looks in."""
    for first, end in frame.speaker_ranges:
        yield _subject(reading, *_noun_phrase(reading, frame, first, end))
    if not frame.speaker_ranges:
        yield Subject(frame.cue.first, frame.cue.first, SubjectKind.PERSON_PRONOUN)


def _noun_phrase(reading: Reading, frame: Frame, first: int, end: int) -> tuple[int, int]:
    """The range cut down to the words that name the speaker."""
    if first >= frame.cue.end:
        if first in reading.venues:  # "сообщил журналистам представитель": the circumstance comes between
            first = _first_anchor(reading, first, end)
        return first, _end_after(reading, first, end)
    if reading.pack.speaker_stands is SpeakerStands.BEFORE:
        return _opening(reading, first, end)
    end = _less_auxiliaries(reading, first, end)
    return _start_before(reading, first, end), end


def _less_auxiliaries(reading: Reading, first: int, end: int) -> int:
    """The range without what stands between a subject and its verb: "has", "also", "later"."""
    while end > first + 1 and reading.words.texts[end - 1] in reading.pack.auxiliaries:
        end -= 1
    return end


def _end_after(reading: Reading, first: int, end: int) -> int:
    """A subject after its verb ends where the circumstances of saying begin."""
    words, pack = reading.words, reading.pack
    last = min(end, first + _LONGEST)
    for index in range(first, last):
        if index > first and _parts(reading, index, _CLOSERS):
            return index
        if index in reading.venues or words.texts[index] in pack.complementizers:
            return index
    return last


def _start_before(reading: Reading, first: int, end: int) -> int:
    """A subject before its verb begins after whatever clause or circumstance opens the sentence.

    A comma right before the verb closes an apposition, and the subject stands before that; else the subject
    begins after the last comma: "There was no defeat, an officer retorted".
    """
    words, pack = reading.words, reading.pack
    start = max(first, end - _LONGEST)
    commas = [i for i in range(start + 1, end) if "," in words.gaps[i]]
    closed = end < len(words.texts) and "," in words.gaps[end]
    if commas and not closed:
        start = commas[-1]
    while start < end and (words.texts[start] in pack.leads or start in reading.venues):
        comma = next((i for i in commas if i > start), None)
        if comma is None:
            return start if start == end - 1 else _first_anchor(reading, start, end)
        start = comma
    return start


def _first_anchor(reading: Reading, first: int, end: int) -> int:
    """Where a determiner, an office or a party's mention first stands after an opening circumstance."""
    anchors = {m.first for m in reading.mentions if m.kind is not MentionKind.METONYM}
    anchors |= {office.first for office in reading.offices}
    for index in range(first + 1, end):
        is_determiner = reading.words.texts[index] in reading.pack.determiners
        if index in anchors or (is_determiner and index + 1 < end):
            return index
    return first


def _opening(reading: Reading, first: int, end: int) -> tuple[int, int]:
    """A verb-final language's subject: the first words, up to a comma or a contrasting particle."""
    words, pack = reading.words, reading.pack
    start = first
    while start < end and (words.texts[start] in pack.leads or start in reading.venues):
        start += 1
    last = min(end, start + _LONGEST)
    for index in range(start, last):
        if (
            (index > start and _parts(reading, index, (",", *_CLOSERS)))
            or words.texts[index] in pack.joiners
            or index in reading.venues
        ):
            return max(start, index - _HEAD), index
    offices = [office.end for office in reading.offices if start <= office.first < last]
    named = [mention.end for mention in reading.mentions if start <= mention.first < last]
    return start, min([*offices[:1], *named[:1]], default=start)


def _subject(reading: Reading, first: int, end: int) -> Subject:
    offices = frozenset(
        readings(office.meaning)[-1] for office in reading.offices if first <= office.first < end
    )
    mentions = [mention for mention in reading.mentions if first <= mention.first < end]
    span = range(first, end)
    outlet = not reading.outlets.isdisjoint(span)
    indefinite = not reading.indefinites.isdisjoint(span)
    names = frozenset(_names(reading, first, end, mentions))
    kind = _kind(reading, first, end, mentions, offices, names, outlet=outlet, indefinite=indefinite)
    return Subject(
        first=first,
        end=end,
        kind=kind,
        offices=offices,
        names=names,
        armed=not reading.armed.isdisjoint(span),
        indefinite=indefinite,
        outlet=outlet,
    )


def _kind(
    reading: Reading,
    first: int,
    end: int,
    mentions: list[Mention],
    offices: frozenset[str],
    names: frozenset[str],
    *,
    outlet: bool,
    indefinite: bool,
) -> SubjectKind:
    if any(mention.kind > MentionKind.QUALIFIER for mention in mentions):
        return SubjectKind.KNOWN
    pronoun = _pronoun(reading, first, end)
    if pronoun:
        return pronoun
    if outlet and not (names and offices):
        return SubjectKind.OUTLET
    if offices and not names:
        return SubjectKind.INDEFINITE if indefinite else SubjectKind.OFFICE
    if names:
        return SubjectKind.INDEFINITE if indefinite else SubjectKind.UNKNOWN
    return SubjectKind.KNOWN if mentions else SubjectKind.EMPTY


def _pronoun(reading: Reading, first: int, end: int) -> SubjectKind | None:
    for index, is_person in reading.pronouns:
        if first <= index < end and (index < first + _OPENING or index >= end - _NEAR):
            return SubjectKind.PERSON_PRONOUN if is_person else SubjectKind.BODY_PRONOUN
    return None


def _names(reading: Reading, first: int, end: int, mentions: list[Mention]) -> Iterator[str]:
    """The words that are neither office, party, determiner nor any other word the language data explains."""
    named = {index for mention in mentions for index in range(mention.first, mention.end)}
    texts, explained, small = reading.words.texts, reading.explained, reading.pack.small_words
    for index in range(first, end):
        if len(texts[index]) < _SHORTEST_NAME or index in explained or index in named:
            continue
        forms = readings(texts[index])
        if small.isdisjoint(forms):
            yield forms[-1]


def _parts(reading: Reading, index: int, marks: tuple[str, ...]) -> bool:
    gap = reading.words.gaps[index]
    return gap != " " and any(mark in gap for mark in marks)
