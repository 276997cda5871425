"""Who puts a sentence forward: from its reporting words, or from the sentences before it.

One sentence is read at a time. What the story has said so far is a `Thread`: the last speaker, to whom
pronouns, office nouns without a party ("the ministry") and quotations that go on lead back.
"""

from dataclasses import dataclass, replace

from tracker.domain.documents import Span
from tracker.domain.parties import CIVILIANS, MEDIA, OTHER, Attribution, AttributionMethod
from tracker.language.pack import LanguagePack, Reporting, SpeakerStands
from tracker.language.phrases import Match, Words
from tracker.statements.frames import Frame, reporting_frames
from tracker.statements.mentions import Mention, MentionKind, PartyFinder

_CONFIDENCE = {
    AttributionMethod.SPEAKER: 0.85,
    AttributionMethod.SOURCE: 0.85,
    AttributionMethod.PRONOUN: 0.75,
    AttributionMethod.CONTINUATION: 0.65,
    AttributionMethod.OUTLET: 0.6,
}
_PRONOUN_REACH = 4  # a pronoun further from its verb than this many words is not its subject
_OPENING = 2  # words
_FEW = 8  # words
_LONGEST_SPEAKER = 160  # code points
_DENYING = (Reporting.DENIES, Reporting.DENYING_PARTICIPLE)
_LONGEST_UNKNOWN = 14  # words
_INTRODUCING = (Reporting.ASSERTS, Reporting.DENIES, Reporting.SOURCES)
_CONFIDENCE_UNKNOWN = 0.4


@dataclass(frozen=True, slots=True)
class Thread:
    """What the sentences before this one leave behind: the last speaker, and how they were named.

    `home` is the party whose outlet this is, if any: a Turkish agency's "the ministry" is a Turkish one.
    """

    party: str | None = None
    speaker: str | None = None
    offices: frozenset[str] = frozenset()
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence cut into words, with all that attribution looks at."""

    words: Words
    pack: LanguagePack
    offices: tuple[Match[str], ...]
    mentions: tuple[Mention, ...]
    frames: tuple[Frame, ...]

    @classmethod
    def of(cls, sentence: str, pack: LanguagePack, parties: PartyFinder) -> "Reading":
        """Read one sentence."""
        words = Words.of(sentence)
        offices = tuple(pack.offices.find(words))
        mentions = tuple(parties.find(words, pack, offices))
        anchors = {mention.first for mention in mentions} | {office.first for office in offices}
        return cls(words, pack, offices, mentions, tuple(reporting_frames(words, pack, anchors)))

    @property
    def subject(self) -> range:
        """The words beside the governing reporting word in which its speaker is named, if they are few."""
        if not self.frames or self.pack.speaker_stands is SpeakerStands.BEFORE:
            return range(0)
        frame = self.frames[0]
        first, end = frame.speaker_ranges[0] if frame.speaker_ranges else (0, 0)
        if first >= frame.cue.end:
            return range(first, min(first + _OPENING, end))
        return range(first, end) if end - first <= _FEW else range(0)

    @property
    def denies(self) -> bool:
        """Whether a word of denial reports it."""
        return any(frame.kind in _DENYING for frame in self.frames)


def attribute(reading: Reading, thread: Thread) -> tuple[Attribution, Thread]:
    """The attribution of one sentence, spans relative to it, and the thread that goes on from it."""
    # Whoever is known in any frame goes before someone unknown: "... were reported, according to the UN".
    for find in (_known_speaker, _unknown_speaker):
        for frame in reading.frames:
            found = find(reading, frame, thread)
            if found is not None:
                return found
    if _is_quotation(reading.words) and thread.party:
        kept = Attribution(
            party=thread.party,
            method=AttributionMethod.CONTINUATION,
            confidence=_CONFIDENCE[AttributionMethod.CONTINUATION],
            speaker=thread.speaker,
        )
        return kept, thread
    return _outlet(reading.frames[0] if reading.frames else None), thread


def _known_speaker(reading: Reading, frame: Frame, thread: Thread) -> tuple[Attribution, Thread] | None:
    """The speaker of one frame: named, else by office or pronoun, else carried over."""
    for first, end in frame.speaker_ranges:
        mention = _speaking(reading, first, end, frame)
        if mention is not None:
            return _spoken(reading, frame, thread, mention, (first, end))
    for first, end in frame.speaker_ranges:
        offices = frozenset(office.meaning for office in reading.offices if first <= office.first < end)
        if offices:
            return _anaphoric(frame, thread, offices)
        if thread.party and _is_pronoun(reading, first, end):
            return _carried(frame, thread, AttributionMethod.PRONOUN), thread
    if frame.subjectless and thread.party and not _introduces(reading, frame):
        return _carried(frame, thread, AttributionMethod.PRONOUN), thread
    return None


def _unknown_speaker(reading: Reading, frame: Frame, thread: Thread) -> tuple[Attribution, Thread] | None:
    """Someone whom the registry does not know, if this frame has a subject at all."""
    for where in frame.speaker_ranges:
        if _is_unknown_speaker(reading, frame, *where):
            return _unknown(reading, frame, thread, where)
    return None


def _introduces(reading: Reading, frame: Frame) -> bool:
    """Whether someone new and unnamed speaks here ("a farmer"), though the language needs no subject."""
    return any(
        _is_unknown_speaker(reading, frame, *where) and _is_indefinite(reading, *where)
        for where in frame.speaker_ranges
    )


def _speaking(reading: Reading, first: int, end: int, frame: Frame) -> Mention | None:
    """The mention that speaks in these words: the first, a party's seat only as the very subject."""
    for mention in reading.mentions:
        if not first <= mention.first < end:
            continue
        if _after_subject(reading, first, mention):
            return None
        if mention.kind is MentionKind.QUALIFIER:
            continue
        if mention.kind is MentionKind.METONYM and not _is_subject(reading, mention, first, end, frame):
            continue
        return mention
    return None


def _after_subject(reading: Reading, first: int, mention: Mention) -> bool:
    """Whether a verb-final language's subject, an office and a comma, stands before this mention."""
    if reading.pack.speaker_stands is not SpeakerStands.BEFORE:
        return False
    offices = [office for office in reading.offices if first <= office.first < mention.first]
    if not offices:
        return False
    words = reading.words
    return "," in words.folded.text[words.words[offices[0].first].end : words.words[mention.first].start]


def _is_subject(reading: Reading, mention: Mention, first: int, end: int, frame: Frame) -> bool:
    if (first, end) == (0, mention.end) and mention.first == 1:
        return True  # "В Анкаре заявили": nothing but the seat and its preposition
    before = reading.words.words[max(first, mention.first - 2) : mention.first]
    if any(word.text in reading.pack.prepositions or word.text in reading.pack.leads for word in before):
        return False
    return end - mention.end <= _PRONOUN_REACH or mention.first == first or frame.cue.first < mention.first


def _spoken(
    reading: Reading, frame: Frame, thread: Thread, mention: Mention, where: tuple[int, int]
) -> tuple[Attribution, Thread]:
    first, end = where
    method = AttributionMethod.SOURCE if frame.kind is Reporting.SOURCES else AttributionMethod.SPEAKER
    speaker_span = _speaker_span(reading, mention, first, end)
    speaker = speaker_span.of(reading.words.original)
    attribution = Attribution(
        party=mention.party,
        method=method,
        confidence=_CONFIDENCE[method],
        speaker=speaker,
        speaker_span=speaker_span,
        cue=frame.cue.span.of(reading.words.original),
        cue_span=frame.cue.span,
        chain=(speaker,),
    )
    offices = frozenset(o.meaning for o in reading.offices if first <= o.first < end)
    return attribution, Thread(mention.party, speaker, offices, thread.home)


def _anaphoric(frame: Frame, thread: Thread, offices: frozenset[str]) -> tuple[Attribution, Thread] | None:
    """An office without a party: the last speaker's, or the outlet's own side's, else an unnamed source."""
    if thread.home and not (thread.party and offices & thread.offices):
        at_home = replace(thread, party=thread.home, speaker=None, offices=offices)
        return _carried(frame, at_home, AttributionMethod.PRONOUN), at_home
    if thread.party:
        kept = replace(thread, offices=thread.offices | offices)
        return _carried(frame, thread, AttributionMethod.PRONOUN), kept
    return _outlet(frame), thread


def _speaker_span(reading: Reading, mention: Mention, first: int, end: int) -> Span:
    """From the mention to the last of the same party beside it: name, title and apposition.

    A verb-final language closes its subject with a comma; what follows is already reported.
    """
    inside = [m for m in reading.mentions if first <= m.first < end and m.party == mention.party]
    if reading.pack.speaker_stands is SpeakerStands.BEFORE:
        words = reading.words
        inside = [
            m for m in inside if m.end <= mention.end or "," not in words.between(mention.first, m.first)
        ]
    span = Span(mention.span.start, max(m.span.end for m in inside))
    return span if len(span) <= _LONGEST_SPEAKER else mention.span


def _is_unknown_speaker(reading: Reading, frame: Frame, first: int, end: int) -> bool:
    """Whether someone speaks here whom the registry does not know, and who is no outlet or reporter."""
    if frame.kind not in _INTRODUCING or end - first > _LONGEST_UNKNOWN or first == end:
        return False
    if _is_pronoun(reading, first, end):
        return False
    outlets = {match.first for match in reading.pack.outlets.find(reading.words)}
    return outlets.isdisjoint(range(first, end))


def _is_indefinite(reading: Reading, first: int, end: int) -> bool:
    return any(first <= match.first < end for match in reading.pack.indefinite.find(reading.words))


def _unknown(
    reading: Reading, frame: Frame, thread: Thread, where: tuple[int, int]
) -> tuple[Attribution, Thread]:
    """A speaker of no party in the registry: one of the people where indefinite, else another party."""
    words, (first, end) = reading.words, where
    span = Span(words.words[first].span.start, words.words[end - 1].span.end)
    party = CIVILIANS if _is_indefinite(reading, first, end) else OTHER
    speaker = span.of(words.original)
    attribution = Attribution(
        party=party,
        method=AttributionMethod.SPEAKER,
        confidence=_CONFIDENCE_UNKNOWN,
        speaker=speaker,
        speaker_span=span,
        cue=frame.cue.span.of(words.original),
        cue_span=frame.cue.span,
        chain=(speaker,),
    )
    return attribution, Thread(party, speaker, frozenset(), thread.home)


def _carried(frame: Frame, thread: Thread, method: AttributionMethod) -> Attribution:
    return Attribution(
        party=thread.party or MEDIA,
        method=method,
        confidence=_CONFIDENCE[method],
        speaker=thread.speaker,
        cue=frame.cue.span.of(frame.original),
        cue_span=frame.cue.span,
    )


def _outlet(frame: Frame | None) -> Attribution:
    return Attribution(
        party=MEDIA,
        method=AttributionMethod.OUTLET,
        confidence=_CONFIDENCE[AttributionMethod.OUTLET],
        cue=frame.cue.span.of(frame.original) if frame else None,
        cue_span=frame.cue.span if frame else None,
    )


def _is_pronoun(reading: Reading, first: int, end: int) -> bool:
    """Whether a pronoun opens these words or stands right before their end."""
    return any(
        first <= match.first < end and (match.first < first + _OPENING or match.first >= end - _PRONOUN_REACH)
        for match in reading.pack.pronouns.find(reading.words)
    )


def _is_quotation(words: Words) -> bool:
    """Whether the sentence is nothing but quoted words."""
    stripped = words.folded.text.strip()
    return len(stripped) > 1 and stripped[0] in "\"'" and stripped.rstrip(".,!?").endswith(('"', "'"))
