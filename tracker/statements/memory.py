"""What a story has said so far of who speaks in it."""

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import islice

from tracker.domain.documents import Span
from tracker.domain.parties import Attribution
from tracker.language.phrases import readings
from tracker.statements.mentions import MentionKind
from tracker.statements.reading import Reading
from tracker.statements.subjects import Subject

_REMEMBERED = 8
_MOST_PUNDITS = 100  # names
_SHORTEST_NAME = 4  # letters
_LONGEST_NAME = 24  # words


@dataclass(frozen=True, slots=True)
class Introduced:
    """A speaker, or someone named, earlier in the story.

    `names` are the folded words of the name, `offices` the office nouns beside it; `spoke` whether a
    sentence was given to them; `at` the number of that sentence; `named` where the document names them;
    `described` how a reader is told who they are, where that is more than the name.
    """

    party: str
    speaker: str | None
    names: frozenset[str]
    offices: frozenset[str]
    is_person: bool
    spoke: bool
    at: int
    named: Span | None = None
    described: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """The speakers of a story, latest first, and how many sentences have been read.

    `home` is the party whose outlet this is, if any: a Turkish agency's "the ministry" is a Turkish one.
    `organ` whether the outlet is that party's own office rather than a medium; `quoting` whether a quotation
    is open before the next sentence, `dialogue` whether speakers take turns behind colons. `pundits` are
    the names of all analysts who have spoken, `pundit` those of the one who spoke last, if one did.
    """

    home: str | None = None
    organ: bool = False
    introduced: tuple[Introduced, ...] = field(default=())
    sentence: int = 0
    quoting: bool = False
    dialogue: bool = False
    pundits: frozenset[str] = frozenset()
    pundit: frozenset[str] | None = None

    def after_pundit(self, names: frozenset[str]) -> "Memory":
        """The memory after an analyst of these names has spoken."""
        kept = self.pundits | names if len(self.pundits) < _MOST_PUNDITS else self.pundits
        return replace(self, pundits=kept, pundit=names)


def remember(
    memory: Memory,
    reading: Reading,
    attribution: Attribution,
    subject: Subject,
    earlier: Introduced | None,
    start: int = 0,
    described: str | None = None,
) -> Memory:
    """What the story knows after a sentence: its speaker first, then the persons it names.

    `subject` are the speaker's own words; `earlier` is who the speaker was found to be, where a pronoun or
    the like led back to someone; `start` where in the document the sentence begins; `described` how a reader
    is told who speaks.
    """
    introduced = memory.introduced
    if earlier is not None:
        again = replace(earlier, offices=earlier.offices | subject.offices, spoke=True, at=memory.sentence)
        introduced = _with_speaker(introduced, again)
    elif attribution.speaker is not None:
        introduced = _with_speaker(
            introduced,
            Introduced(
                party=attribution.party,
                speaker=attribution.speaker,
                names=_names(reading, attribution.speaker_span) | subject.names,
                offices=subject.offices,
                is_person=_is_person(reading, attribution),
                spoke=True,
                at=memory.sentence,
                named=attribution.speaker_span and attribution.speaker_span.shifted(start),
                described=described,
            ),
        )
    persons = (mention for mention in reading.mentions if mention.kind is MentionKind.PERSON)
    for mention in islice(persons, _REMEMBERED):
        introduced = _with_named(
            introduced,
            Introduced(
                party=mention.party,
                speaker=mention.span.of(reading.words.original),
                names=_names(reading, mention.span),
                offices=frozenset(),
                is_person=True,
                spoke=False,
                at=memory.sentence,
                named=mention.span.shifted(start),
            ),
        )
    return replace(
        memory,
        introduced=introduced,
        sentence=memory.sentence + 1,
        dialogue=memory.dialogue or reading.turn is not None,
    )


def _with_speaker(introduced: tuple[Introduced, ...], entry: Introduced) -> tuple[Introduced, ...]:
    """Who is known after a sentence that this speaker was given."""
    others = [one for one in introduced if not _same(one, entry)]
    return (entry, *others)[:_REMEMBERED]


def _with_named(introduced: tuple[Introduced, ...], entry: Introduced) -> tuple[Introduced, ...]:
    """Who is known after someone was named who did not speak; a speaker keeps the place they have."""
    if any(_same(one, entry) for one in introduced):
        return introduced
    return (*introduced, entry)[-_REMEMBERED:]


def _names(reading: Reading, span: Span | None) -> frozenset[str]:
    """The folded words of a name or description, office nouns and small words left out."""
    if span is None:
        return frozenset()
    words = reading.words
    first, end = bisect_left(words.starts, span.start), bisect_left(words.starts, span.end)
    return frozenset(
        readings(words.texts[index])[-1]
        for index in range(first, min(end, first + _LONGEST_NAME))
        if index not in reading.office_words
        and len(words.texts[index]) >= _SHORTEST_NAME
        and words.texts[index] not in reading.pack.words_in_names
    )


def _is_person(reading: Reading, attribution: Attribution) -> bool:
    span = attribution.speaker_span
    return span is not None and any(
        mention.kind is MentionKind.PERSON and span.start <= mention.span.start < span.end
        for mention in reading.mentions
    )


def _same(one: Introduced, other: Introduced) -> bool:
    if one.party != other.party:
        return False
    return one.speaker == other.speaker or bool(one.names and one.names & other.names)
