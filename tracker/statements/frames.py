"""Reporting frames: a reporting word, and in which words its speaker is to be looked for."""

from collections.abc import Collection
from dataclasses import dataclass

from tracker.language.pack import LanguagePack, Reporting, SpeakerStands
from tracker.language.phrases import Match, Words

_REACH = 22  # words a speaker with titles and appositions may take
_QUOTE = '"'
_HARD = (".", ";", "!", "?", _QUOTE)
_DASHES = ("—", "–", " -", "- ")
_SOFT = (*_HARD, ",", *_DASHES)
_PARTICIPLES = (Reporting.PARTICIPLE, Reporting.DENYING_PARTICIPLE)
_SUBJECT_REACH = 4  # words between an inverted verb and its subject
_MOST_FRAMES = 12  # in one sentence; more is no sentence, and would cost the square of its length
_SHORT_TAIL = 3  # words after a reporting verb that ends its sentence
_AS = {"как", "as"}

Range = tuple[int, int]
"""A half-open range of words."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A reporting word and the ranges of words to look for its speaker in, best first.

    `subjectless` where the language needs no subject: the speaker may be the one of the sentence before.
    """

    kind: Reporting
    cue: Match[Reporting]
    speaker_ranges: tuple[Range, ...]
    subjectless: bool
    original: str


def reporting_frames(words: Words, pack: LanguagePack, anchors: Collection[int]) -> list[Frame]:
    """The frames of a sentence, the one that governs it first.

    `anchors` are the words at which a possible speaker begins: a party's mention or an office noun.
    """
    quoted = quoted_words(words)
    cues = [cue for cue in pack.reporting.find(words) if cue.first not in quoted][:_MOST_FRAMES]
    if pack.speaker_stands is SpeakerStands.BEFORE:
        cues = [cue for cue in cues if _ends_clause(words, cue, pack)] or cues
    frames = [
        Frame(
            kind=cue.meaning,
            cue=cue,
            speaker_ranges=_speaker_ranges(words, cue, pack, cues, anchors),
            subjectless=pack.speaker_stands is not SpeakerStands.AROUND or cue.meaning is Reporting.CARRIED,
            original=words.original,
        )
        for cue in cues
    ]
    if pack.speaker_stands is SpeakerStands.BEFORE:
        frames.reverse()  # the finite verb ends the sentence
    return frames


def _ends_clause(words: Words, cue: Match[Reporting], pack: LanguagePack) -> bool:
    """Whether a verb-final language's verb is finite: something ends after it, or a clause is joined on.

    "duyurdu." reports; "duyurduğu girişim" only describes. A postposition ("göre") governs what is before.
    """
    if cue.meaning is Reporting.SOURCES or cue.end == len(words.texts):
        return True
    return _parts(words.gaps[cue.end], (*_HARD, ",", ":")) or (words.texts[cue.end] in pack.joiners)


def quoted_words(words: Words) -> set[int]:
    """The words between quotation marks, where a reporting word reports nothing."""
    inside: set[int] = set()
    if _QUOTE not in words.folded.text:
        return inside
    is_open = words.gaps[0].count(_QUOTE) % 2 == 1
    for index in range(len(words.texts)):
        if is_open:
            inside.add(index)
        if index + 1 < len(words.texts) and words.gaps[index + 1].count(_QUOTE) % 2 == 1:
            is_open = not is_open
    return inside


def _speaker_ranges(
    words: Words,
    cue: Match[Reporting],
    pack: LanguagePack,
    cues: list[Match[Reporting]],
    anchors: Collection[int],
) -> tuple[Range, ...]:
    if cue.meaning in _PARTICIPLES:
        return ((0, cue.first),)
    if cue.meaning is Reporting.CARRIED:
        return ()
    if pack.speaker_stands is SpeakerStands.BEFORE:
        if cue.first and _QUOTE in words.gaps[cue.first]:
            return _after(words, cue, pack), (0, cue.first)
        return _opening(cue, cues), (0, cue.first)
    if pack.speaker_stands is SpeakerStands.AFTER:
        before, after = _clause(words, cue.first), _after(words, cue, pack)
        return (before, after) if _holds(before, anchors) else (after, before)
    return _around(words, cue, pack, anchors)


def _around(
    words: Words, cue: Match[Reporting], pack: LanguagePack, anchors: Collection[int]
) -> tuple[Range, ...]:
    """Both sides of the verb, the likelier first; the words after "according to" only."""
    after = _after(words, cue, pack)
    if cue.meaning is Reporting.SOURCES:
        return (after,)
    if _is_inverted(words, cue, pack, anchors):
        return after, _clause(words, cue.first)
    return (_clause(words, cue.first) if _is_postposed(words, cue, pack) else _before(words, cue)), after


def _before(words: Words, cue: Match[Reporting]) -> Range:
    first = cue.first
    while first > 0 and cue.first - first < _REACH and not _parts(words.gaps[first], _HARD):
        first -= 1
    return first, cue.first


def _after(words: Words, cue: Match[Reporting], pack: LanguagePack) -> Range:
    end = cue.end
    while end < len(words.texts) and end - cue.end < _REACH:
        if end > cue.end and _parts(words.gaps[end], (*_HARD, ":")):
            break
        if words.texts[end] in pack.complementizers:
            break
        end += 1
    return cue.end, end


def _opening(cue: Match[Reporting], cues: list[Match[Reporting]]) -> Range:
    """From the beginning, or the end of the reporting clause before, to the verb that ends the sentence."""
    earlier = [
        other.end for other in cues if other.end <= cue.first and other.meaning is not Reporting.SOURCES
    ]
    return max(earlier, default=0), cue.first


def _clause(words: Words, end: int) -> Range:
    """The words before `end` back to the last comma or dash: a frame put after what it reports."""
    first = end
    while first > 0 and not _parts(words.gaps[first], _SOFT):
        first -= 1
    return first, end


def _is_postposed(words: Words, cue: Match[Reporting], pack: LanguagePack) -> bool:
    """Whether the frame follows what it reports: "..., a resident said."."""
    if cue.first == 0:
        return False
    if len(words.texts) - cue.end <= _SHORT_TAIL:
        return "," not in words.gaps[cue.first]
    if "," in words.gaps[cue.first] or words.texts[cue.end] in pack.complementizers:
        return False
    fronted = any("," in gap for gap in words.gaps[: cue.first + 1])
    return "," in words.gaps[cue.end] and fronted and cue.first > _SHORT_TAIL


def _is_inverted(words: Words, cue: Match[Reporting], pack: LanguagePack, anchors: Collection[int]) -> bool:
    """Whether the verb follows a quotation or clause, so that its subject comes after it."""
    if cue.first == 0:
        return False
    if cue.end < len(words.texts) and words.texts[cue.end] in pack.agents:
        return True
    gap = words.gaps[cue.first]
    if _QUOTE in gap or words.texts[cue.first - 1] in _AS:
        return True
    if all(text in pack.leads for text in words.texts[: cue.first]):
        return _holds((cue.end, cue.end + 1), anchors)  # "Об этом сообщил Хафтар"
    if not _parts(gap, (",", *_DASHES)) or not _holds((cue.end, cue.end + _SUBJECT_REACH), anchors):
        return False
    return not _ends_apposition(words, cue, pack, anchors)


def _ends_apposition(
    words: Words, cue: Match[Reporting], pack: LanguagePack, anchors: Collection[int]
) -> bool:
    """Whether the comma before the verb closes an apposition to its subject: "X, spokesman for Y, said"."""
    first, _ = _clause(words, cue.first - 1)
    if first == 0:
        return False
    return words.texts[first] in pack.appositions or _holds((first, first + _SUBJECT_REACH), anchors)


def _holds(where: Range, anchors: Collection[int]) -> bool:
    return any(where[0] <= anchor < where[1] for anchor in anchors)


def _parts(gap: str, marks: tuple[str, ...]) -> bool:
    return gap != " " and any(mark in gap for mark in marks)
