"""The words that name a speaker in a sentence, and those that say in what office."""

from tracker.domain.documents import Span
from tracker.language.folding import fold
from tracker.language.pack import SpeakerStands
from tracker.statements.brackets import with_full_name
from tracker.statements.candidates import Candidate
from tracker.statements.mentions import Mention, MentionKind
from tracker.statements.reading import Reading
from tracker.statements.scene import Origin

_LONGEST_SPEAKER = 160  # code points
_FAR, _BESIDE = 6, 2  # words between an office and the party that it speaks for
_LONGEST_NAME = 4  # words before a surname
_MARKS = frozenset(',;:.!?()«»“”„"،؛؟—–')


def speaker_span(reading: Reading, candidate: Candidate) -> Span | None:
    """The words that name the speaker in this sentence; none where nothing but a pronoun does."""
    if candidate.mention is not None:
        return _of_mention(reading, candidate, candidate.mention)
    subject = candidate.subject
    if candidate.earlier is not None or subject.first == subject.end:
        return None
    if candidate.origin is Origin.OUTLET and not subject.outlet:
        return None
    return reading.words.span(subject.first, subject.end)


def _is_that(reading: Reading, index: int) -> bool:
    return reading.words.texts[index] in reading.pack.complementizers


def _of_mention(reading: Reading, candidate: Candidate, mention: Mention) -> Span:
    """From the mention to the last of the same party beside it: name, title and apposition.

    A verb-final language closes its subject with a comma; what follows is already reported.
    """
    words, end = reading.words, candidate.subject.end
    that = next((i for i in range(mention.end, end) if _is_that(reading, i)), end)
    inside = [m for m in reading.mentions if mention.first <= m.first < that and m.party == mention.party]
    if reading.pack.speaker_stands is SpeakerStands.BEFORE:
        inside = [m for m in inside if "," not in words.between(mention.first, m.first)]
    span = Span(mention.span.start, max([mention.span.end, *(m.span.end for m in inside)]))
    return span if len(span) <= _LONGEST_SPEAKER else mention.span


def described(reading: Reading, mention: Mention, candidate: Candidate, name: Span) -> Span:
    """A speaker's name with the office beside it that speaks for it: "a source in the LNA" is not the LNA.

    Before the name it may stand some words away ("spokesman for the ministry of the GNA"); behind it only
    where the verb comes after both ("the LNA's military spokesman"). A person is who they are without their
    title and what follows on it, but not "an adviser to" them.
    """
    if mention.kind is MentionKind.PERSON:
        name = Span(_start_of_name(reading, mention), mention.span.end)
    names = [one.span for one in reading.mentions if one.party == mention.party]
    name = with_full_name(reading.words.original, name, names)
    start, end = _start_with_office(reading, mention, candidate, name.start), name.end
    last = _end_of_speaker(reading, mention, candidate)
    for office in reading.offices:
        behind = office.span.start >= end and office.first < last
        if behind and _reaches(reading, end, office.span.start, _BESIDE):
            end = office.span.end
    return Span(start, end) if end - start <= _LONGEST_SPEAKER else name


def _start_of_name(reading: Reading, mention: Mention) -> int:
    """Where the name begins of which a person's surname is known: "Ahmed al-Mesmari"."""
    words, text, first = reading.words, reading.words.original, mention.first
    if " " in mention.span.of(text):
        return mention.span.start
    taken = reading.office_words | {i for one in reading.mentions for i in range(one.first, one.end)}
    while first > 0 and first - 1 not in taken and mention.first - first < _LONGEST_NAME:
        gap = text[words.ends[first - 1] : words.starts[first]]
        goes_on = gap == "-" or (gap == " " and words.is_capital(first - 1))
        if not goes_on or words.texts[first - 1] in reading.pack.small_words:
            break
        first -= 1
    return words.starts[first]


def _start_with_office(reading: Reading, mention: Mention, candidate: Candidate, start: int) -> int:
    # Others than parties need a preposition: "the commander informed Cairo".
    if mention.kind in (MentionKind.PERSON, MentionKind.METONYM):
        before = reading.words.texts[mention.first - 1] if mention.first else ""
        if before not in reading.pack.prepositions:
            return start
    verb_final = reading.pack.speaker_stands is SpeakerStands.BEFORE
    far = _BESIDE if verb_final else _FAR  # there, it stands right before the name
    for office in reading.offices:
        is_before = candidate.subject.first <= office.first and office.span.end <= start
        if is_before and _reaches(reading, office.span.end, start, far):
            return office.span.start
    return start


def _end_of_speaker(reading: Reading, mention: Mention, candidate: Candidate) -> int:
    """The word before which words about a speaker end that stands before the verb; 0 where the verb does.

    The subject of a verb-final language may be found by its first name or office alone; of a person, what
    follows without a suffix is what they speak of there.
    """
    text = reading.words.original
    if candidate.frame is None or candidate.frame.cue.first < candidate.subject.end:
        return 0
    if reading.pack.speaker_stands is not SpeakerStands.BEFORE:
        return candidate.subject.end
    speaks = mention.kind is MentionKind.PERSON and not text.startswith(("'", "’"), mention.span.end)
    return 0 if speaks else candidate.frame.cue.first


def _reaches(reading: Reading, end: int, start: int, most: int) -> bool:
    """Whether few words stand between what ends here and what starts there: no mark, no verb, no "but"."""
    if start - end > _LONGEST_SPEAKER:
        return False
    between = reading.words.original[end:start]
    words = fold(between).split()
    if len(words) > most or not _MARKS.isdisjoint(between) or not reading.pack.joiners.isdisjoint(words):
        return False
    return not any(end <= frame.cue.span.start < start for frame in reading.frames)
