"""What speaks for a candidate, as named features that a person can read.

A feature's first word says which kind of candidate it is about, the parts behind a bar what it is crossed
with. None names a party.
"""

from collections.abc import Iterator, Sequence

from tracker.language.phrases import Words
from tracker.statements.frames import Frame
from tracker.statements.memory import Introduced
from tracker.statements.mentions import Mention
from tracker.statements.reading import Reading
from tracker.statements.scene import Origin, Scene
from tracker.statements.subjects import Subject, SubjectKind

_MOST_RANK = 3
_NEAR, _FAR = 3, 8  # words between a reporting word and a mention
_OF_AN_OFFICE = 3  # words
_OPENS = 1  # words before a party that opens its sentence: an article
_MARKS = (",", ";", ":", '"', "—", "–", " -")


def of_sentence(scene: Scene, origin: Origin) -> Iterator[str]:
    """What the kind of sentence says for a kind of candidate."""
    reading, kind = scene.reading, scene.governing.kind
    yield origin
    yield f"{origin}|{kind}"
    yield f"{origin}|{kind}|{reading.pack.speaker_stands}"
    if reading.frames:
        yield f"{origin}|{reading.frames[0].kind}"
        yield f"{origin}|{reading.frames[0].kind}|{kind}"
    else:
        yield f"{origin}|unframed|{'that' if reading.complementizers else 'no that'}"
        yield f"{origin}|unframed|{'quotes' if reading.quoted else 'no quotes'}"
        yield f"{origin}|unframed|{'happens' if reading.happens else 'nothing happens'}"
    if scene.governing.outlet:
        yield f"{origin}|outlet word"
    if scene.governing.armed:
        yield f"{origin}|armed"
    if not reading.mentions:
        yield f"{origin}|{kind}|nobody named"
    if reading.is_first_person:
        yield f"{origin}|first person"
    yield from _of_story(scene, origin)


def _of_story(scene: Scene, origin: Origin) -> Iterator[str]:
    """What the story so far says: a quotation or dialogue that goes on, whose outlet it is."""
    reading, memory, kind = scene.reading, scene.memory, scene.governing.kind
    if reading.is_quotation or reading.opens_quotation or memory.quoting:
        way = "goes on" if memory.quoting else "opens" if reading.opens_quotation else "whole"
        yield f"{origin}|quotation {way}"
        yield f"{origin}|quotation {way}|{kind}"
    if memory.dialogue or reading.turn is not None:
        yield f"{origin}|dialogue|{'turn' if reading.turn is not None else 'goes on'}"
    if memory.home:
        yield f"{origin}|{'organ' if memory.organ else 'home'}|{kind}"
    if not any(one.spoke for one in memory.introduced):
        yield f"{origin}|{kind}|first"


def of_mention(
    scene: Scene, frame: Frame, subject: Subject, mention: Mention, beside: Sequence[Mention]
) -> Iterator[str]:
    """What speaks for a party named where a reporting word looks for its speaker, `beside` others there."""
    reading = scene.reading
    kind = mention.kind.name
    after = mention.first >= frame.cue.end
    gap = mention.first - frame.cue.end if after else frame.cue.first - mention.end
    reach = "beside" if gap == 0 else "near" if gap <= _NEAR else "middling" if gap <= _FAR else "far"
    yield f"named|{kind}"
    yield f"named|{kind}|{reading.pack.speaker_stands}"
    side = "after" if after else "before"
    yield f"named|{reach}|{side}|{reading.pack.speaker_stands}"
    yield f"named|{side}|{_shape(reading, frame)}"
    yield f"named|{side}|{_shape(reading, frame)}|{kind}"
    opening = reading.words.texts[: min(mention.first, _OPENS)]
    if mention.first <= _OPENS and all(word in reading.pack.determiners for word in opening):
        yield f"named|opens sentence|{frame.kind}"
    low, high = (frame.cue.end, mention.first) if after else (mention.end, frame.cue.first)
    if low < high and "," in reading.words.between(low - 1, high):
        yield f"named|comma between|{reading.pack.speaker_stands}"
    yield from _of_subject(reading, subject, mention, beside)


def _of_subject(
    reading: Reading, subject: Subject, mention: Mention, beside: Sequence[Mention]
) -> Iterator[str]:
    """Where a party stands in the words that name the speaker, and beside which others."""
    kind = mention.kind.name
    inside = subject.first <= mention.first < subject.end
    yield f"named|{'inside' if inside else 'outside'} subject|{kind}"
    if inside:
        commas = sum(gap.count(",") for gap in reading.words.gaps[subject.first + 1 : mention.first + 1])
        yield f"named|segment {min(commas, 2)} of subject"
        if mention.first == subject.first:
            yield f"named|opens subject|{kind}"
        if mention.end == subject.end:
            yield f"named|closes subject|{kind}"
    before = reading.words.texts[max(mention.first - 2, 0) : mention.first]
    if any(word in reading.pack.prepositions for word in before):
        yield f"named|after preposition|{kind}"
        if any(mention.first - end in reading.office_ends for end in range(_OF_AN_OFFICE)):
            yield f"named|of an office|{kind}"
    if not reading.loyal.isdisjoint(range(mention.first - 2, mention.first + 1)):
        yield "named|loyal"
    if any(m.kind > mention.kind for m in beside if subject.first <= m.first < mention.first):
        yield "named|after a surer one"
    if any(m.kind > mention.kind for m in beside if mention.first < m.first < subject.end):
        yield "named|before a surer one"


def _shape(reading: Reading, frame: Frame) -> str:
    """How a reporting word stands in its sentence, which tells on which side of it the speaker is."""
    words, cue = reading.words, frame.cue
    before = words.gaps[cue.first] if cue.first else ""
    opens = (
        "opening"
        if cue.first == 0
        else "after quote"
        if '"' in before
        else "after comma"
        if "," in before
        else "within"
    )
    if cue.end == len(words.texts):
        return f"{opens}, closing"
    if words.texts[cue.end] in reading.pack.complementizers:
        return f"{opens}, that"
    behind = words.gaps[cue.end]
    return f"{opens}, comma" if "," in behind or ":" in behind else opens


def of_bystander(scene: Scene, mention: Mention) -> Iterator[str]:
    """What speaks for a party named where no known reporting word looks: beside a quotation, after a mark."""
    reading, words, kind = scene.reading, scene.reading.words, mention.kind.name
    yield f"bystander|{scene.governing.kind}"
    yield f"bystander|{kind}"
    framed = "framed" if reading.frames else "unframed"
    quoted = "in quotes" if mention.first in reading.quoted else "outside" if reading.quoted else "no quotes"
    yield f"bystander|{framed}|{quoted}"
    yield f"bystander|{framed}|{quoted}|{kind}"
    back = next((n for n in range(3) if mention.first - n <= 0 or _marked(words, mention.first - n)), 3)
    ahead = next((n for n in range(3) if _closes(words, mention.end + n)), 3)
    yield f"bystander|{framed}|{back} after a mark"
    yield f"bystander|{framed}|{ahead} before a mark"
    yield f"bystander|{framed}|{quoted}|{back}|{ahead}"
    if mention.first == 0:
        yield f"bystander|{framed}|opens sentence"
    if reading.turn is not None and mention.first < reading.turn:
        yield f"bystander|takes a turn|{kind}"
    before = words.texts[mention.first - 1] if mention.first else ""
    if before in reading.pack.prepositions:
        yield f"bystander|{framed}|after preposition"


def _marked(words: Words, index: int) -> bool:
    """Whether a comma, dash, colon or quotation mark stands before a word."""
    gap = words.gaps[index]
    return gap != " " and any(mark in gap for mark in _MARKS)


def _closes(words: Words, end: int) -> bool:
    return end >= len(words.texts) or _marked(words, end)


def of_earlier(scene: Scene, subject: Subject, one: Introduced, rank: int) -> Iterator[str]:
    """What speaks for someone whom the story has named before; `rank` counts from the latest speaker."""
    kind = subject.kind
    gap = scene.memory.sentence - one.at
    spoke = "spoke" if one.spoke else "named"
    yield f"earlier|{spoke} {min(rank, _MOST_RANK)}"
    yield f"earlier|{spoke} {min(rank, _MOST_RANK)}|{kind}"
    yield f"earlier|gap {min(gap, _MOST_RANK)}|{kind}"
    if subject.offices and one.offices:
        match = "same" if subject.offices & one.offices else "other"
        yield f"earlier|{match} office|{kind}"
    if subject.names:
        yield f"earlier|{'same' if subject.names & one.names else 'other'} name"
    if one.is_person and kind in (SubjectKind.PERSON_PRONOUN, SubjectKind.BODY_PRONOUN):
        yield f"earlier|person|{kind}"
    if any(mention.party == one.party for mention in scene.reading.mentions):
        yield f"earlier|party named in sentence|{kind}"
    if scene.memory.home == one.party:
        yield f"earlier|of home|{kind}"
