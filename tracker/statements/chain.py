"""The media that words passed through before they reached the outlet: "Al Arabiya, quoting a source"."""

from collections.abc import Iterator

from tracker.domain.documents import Span
from tracker.statements.candidates import Candidate
from tracker.statements.reading import Reading
from tracker.statements.scene import Origin

_MOST = 3
_BEFORE, _AFTER = 3, 3  # words of a medium's name around the word that marks it


def carriers(reading: Reading, candidate: Candidate, speaker: Span | None) -> tuple[str, ...]:
    """The media named in the sentence that are not the speaker, in the order of the text."""
    if candidate.origin is Origin.OUTLET:
        return ()
    named = dict.fromkeys(
        span.of(reading.words.original)
        for span in _media(reading)
        if speaker is None or span.end <= speaker.start or span.start >= speaker.end
    )
    return tuple(named)[:_MOST]


def _media(reading: Reading) -> Iterator[Span]:
    """Each medium with the capitalised words of its name; a common noun alone names none."""
    taken = {i for m in reading.mentions for i in range(m.first, m.end)}
    taken |= {i for office in reading.offices for i in range(office.first, office.end)}  # "a source"
    words, end = reading.words, 0
    for index in sorted(reading.outlets):
        if index < end or index in taken:
            continue
        first = index
        while first > max(index - _BEFORE, 0) and _continues(reading, first - 1, first):
            first -= 1
        end = index + 1
        while end < min(index + _AFTER, len(words.texts)) and _continues(reading, end, end):
            end += 1
        if end - first > 1:
            yield words.span(first, end)


def _continues(reading: Reading, index: int, boundary: int) -> bool:
    """Whether a word belongs to a medium's name: capitalised, with nothing but a space between.

    In a script without capitals, a word after the medium's noun that is no preposition.
    """
    words, pack = reading.words, reading.pack
    if words.gaps[boundary].strip("' \u2019"):
        return False
    written = words.original[words.starts[index]]
    if index in reading.outlets or written.isupper():
        return True
    text = words.texts[index]
    caseless = not written.islower() and written.isalpha()
    return caseless and index == boundary and text not in pack.prepositions | pack.complementizers
