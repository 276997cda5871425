"""Cutting a compound sentence where two parties speak: "A said this, while B denied that".

The first may be the outlet itself: "The shelling went on, but A said it had stopped".
"""

from collections.abc import Iterator

from tracker.domain.documents import Span
from tracker.language.pack import LanguagePack, Reporting
from tracker.language.sentences import Sentence
from tracker.statements.reading import Reading

_FINITE = (Reporting.ASSERTS, Reporting.DENIES, Reporting.SOURCES)
_SHORTEST = 4  # words of a clause
_TWO = 2
_MOST = 6  # places to cut that are looked at
_MARKS = (",", ";", ":", "—", "–")


def places_to_cut(reading: Reading, pack: LanguagePack) -> Iterator[int]:
    """The offsets at which a second clause may begin: after a mark, between two reporting words.

    Before all reporting words only where a word stands that sets what follows against what came before
    ("but"). A clause keeps the word that joins it on; the mark stays with the clause before.
    """
    cues = sorted(frame.cue.first for frame in reading.frames if frame.kind in _FINITE)
    words = reading.words
    if not cues or len(words.texts) < _TWO * _SHORTEST:
        return
    first, last, found = cues[0], cues[-1], 0
    verb_ends = pack.speaker_stands.value == "before"
    contrasts = {match.first for match in pack.contrasts.find(words)}
    for index in range(_SHORTEST, len(words.texts) - _SHORTEST + 1):
        if index > last or (verb_ends and index == last):
            break
        if index <= first and index not in contrasts:
            continue
        if index in reading.quoted or index - 1 in reading.quoted:
            continue
        if any(mark in words.gaps[index] for mark in _MARKS):
            yield words.starts[index]
            found += 1
            if found == _MOST:
                return


def cut(sentence: Sentence, text: str, at: int) -> tuple[Sentence, Sentence]:
    """Two sentences of one, cut at an offset from its start; space between them belongs to neither."""
    start, end = sentence.span.start, sentence.span.end
    left_end = start + len(text[start : start + at].rstrip())
    return (
        Sentence(Span(start, left_end), sentence.line, whole_line=False),
        Sentence(Span(start + at, end), sentence.line, whole_line=False),
    )
