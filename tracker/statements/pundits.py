"""Who speaks as an analyst: someone introduced by what they study, and whom no side sends.

An analyst who is the subject of a reporting word speaks all that it reports, so that a party named in
there is spoken of and does not speak. What is later said under the same name, by "he" or in a quotation
that goes on, is the analyst's too.
"""

from collections.abc import Iterator

from tracker.language.pack import Exclusion
from tracker.language.phrases import readings
from tracker.statements.frames import Frame
from tracker.statements.memory import Memory
from tracker.statements.mentions import MentionKind
from tracker.statements.reading import Reading
from tracker.statements.subjects import Subject, SubjectKind

_SHORTEST_NAME = 4  # letters
_LONGEST_NAME = 3  # words, in a script without capitals
_ARTICLE = "ال"

Names = frozenset[str]


def speaking_pundit(reading: Reading, frame: Frame | None, subject: Subject, memory: Memory) -> Names | None:
    """The folded names of the analyst whose words these are, empty where unnamed; None where none speaks.

    `frame` governs the sentence, `subject` are the words in which its speaker stands.
    """
    if frame is None:
        return memory.pundit if reading.is_quotation or memory.quoting else None
    if subject.kind is SubjectKind.PERSON_PRONOUN:
        return memory.pundit
    if subject.kind is SubjectKind.EMPTY:
        return memory.pundit if frame.subjectless else None
    introduced = [i for i in _introductions(reading, subject) if not _is_of_a_party(reading, subject, i)]
    if introduced:
        return frozenset(_names(reading, subject, introduced[0]))
    known = [
        index
        for index in range(subject.first, subject.end)
        if readings(reading.words.texts[index])[-1] in memory.pundits
        and not _is_of_a_party(reading, subject, index)
    ]
    return frozenset(readings(reading.words.texts[i])[-1] for i in known) if known else None


def _introductions(reading: Reading, subject: Subject) -> Iterator[int]:
    """The words of a subject that introduce an analyst."""
    for match in reading.exclusions:
        if match.meaning is Exclusion.PUNDIT:
            yield from (index for index in range(match.first, match.end) if _is_in(index, subject))


def _is_in(index: int, subject: Subject) -> bool:
    return subject.first <= index < subject.end


def _is_of_a_party(reading: Reading, subject: Subject, index: int) -> bool:
    """Whether a party is named before a word of the subject or with it: "experts of the UN".

    Where an analyst comes from is no party that speaks: "a Turkish analyst".
    """
    end = next((i for i in range(index + 1, subject.end) if _comma_before(reading, i)), subject.end)
    return any(
        mention.kind > MentionKind.QUALIFIER
        for mention in reading.mentions
        if subject.first <= mention.first < end
    )


def _names(reading: Reading, subject: Subject, introduced: int) -> Iterator[str]:
    """The words of an analyst's name among those of the subject."""
    texts, taken = reading.words.texts, set(_introductions(reading, subject))
    cased = _has_capitals(reading, subject)
    where = range(subject.first, subject.end) if cased else _uncased_name(reading, subject, introduced)
    for index in where:
        name = readings(texts[index])[-1]
        if index in taken or len(name) < _SHORTEST_NAME or name not in subject.names:
            continue
        if not cased or _is_capital(reading, index, subject.end):
            yield name


def _has_capitals(reading: Reading, subject: Subject) -> bool:
    return any(map(reading.words.is_capital, range(subject.first, subject.end)))


def _is_capital(reading: Reading, index: int, end: int) -> bool:
    """Whether a word bears a capital letter that is not only the sentence's."""
    words = reading.words
    if not words.is_capital(index):
        return False
    follows = index + 1 < end and words.is_capital(index + 1)
    return index > 0 or follows or index + 1 == end or _comma_before(reading, index + 1)


def _uncased_name(reading: Reading, subject: Subject, introduced: int) -> range:
    """Where a name stands in a script without capitals: before the introduction, or after its adjectives."""
    texts = reading.words.texts
    comma = next((i for i in range(subject.first + 1, introduced + 1) if _comma_before(reading, i)), None)
    first = subject.first
    if comma is None:
        first = introduced + 1
        while first < subject.end and texts[first].startswith(_ARTICLE):
            first += 1
    end = next((i for i in range(first + 1, subject.end) if _comma_before(reading, i)), subject.end)
    if first < end and texts[first] in reading.pack.prepositions:
        return range(0)
    return range(first, min(end, first + _LONGEST_NAME))


def _comma_before(reading: Reading, index: int) -> bool:
    return "," in reading.words.gaps[index]
