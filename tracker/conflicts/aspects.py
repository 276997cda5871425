"""What a comparator looks at in one statement: its topics, who holds the place, whom it blames."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tracker.conflicts.counted import Toll, tolls_of
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.statements import Polarity, Statement
from tracker.language.pack import Reporting, language_pack
from tracker.language.phrases import Words
from tracker.statements.frames import reporting_frames
from tracker.statements.mentions import MentionKind, PartyFinder


class Control(StrEnum):
    """What a statement says of who holds a place, seen from the side it speaks of."""

    GAINED = "gained"
    HELD = "held"
    LOST = "lost"
    DENIED = "denied"  # that it was taken, or left


class Telling(NamedTuple):
    """Words that tell something, as written, and where they stand in the document."""

    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class Aspects:
    """A statement with what its words are about.

    `topics` gives for each topic its first telling words; `control` likewise; `named` the parties its words
    speak of, its own speaker left out; `denial` the words that make it a denial; `tolls` its figures for
    people, with whom they count.
    """

    statement: Statement
    topics: Mapping[ConflictType, Telling]
    control: Mapping[Control, Telling]
    named: frozenset[str]
    denial: Telling | None
    tolls: tuple[Toll, ...] = ()

    @property
    def denies(self) -> bool:
        """Whether the statement denies."""
        return self.statement.polarity is Polarity.DENIES


def aspects_of(statement: Statement, parties: PartyFinder) -> Aspects:
    """Read the aspects of a statement from its quote, in its own language."""
    pack = language_pack(statement.language)
    words = Words.of(statement.quote)
    mentions = parties.find(words, pack, pack.offices.find(words))
    # The "accord" in a government's name is no agreement.
    names = {
        index
        for one in mentions
        if one.kind in (MentionKind.NAME, MentionKind.OFFICE)
        for index in range(one.first, one.end)
    }
    topics: dict[ConflictType, Telling] = {}
    for topic in pack.topics.find(words):
        if topic.first in names:
            continue
        topics.setdefault(ConflictType(topic.meaning), _telling(statement, topic.span))
    control = control_of(statement, words)
    speaker = statement.attribution.speaker_span
    own = Span(speaker.start - statement.span.start, speaker.end - statement.span.start) if speaker else None
    named = frozenset(
        mention.party
        for mention in mentions
        if mention.kind is not MentionKind.METONYM
        and not (own and own.start <= mention.span.start < own.end)
        and mention.party != statement.party
    )
    tolls = tolls_of(statement, words, pack, mentions)
    return Aspects(statement, topics, control, named, _denial(statement, words), tolls)


def control_of(statement: Statement, words: Words) -> dict[Control, Telling]:
    """Who holds a place, as the words of a statement's quote tell it: for each stance its first words."""
    control: dict[Control, Telling] = {}
    for stance in language_pack(statement.language).control.find(words):
        said = Control(stance.meaning)
        if statement.polarity is Polarity.DENIES and said is not Control.HELD:
            said = Control.DENIED
        control.setdefault(said, _telling(statement, stance.span))
    return control


def _telling(statement: Statement, span: Span) -> Telling:
    return Telling(span.of(statement.quote), span.shifted(statement.span.start))


def _denial(statement: Statement, words: Words) -> Telling | None:
    if statement.polarity is not Polarity.DENIES:
        return None
    pack = language_pack(statement.language)
    for frame in reporting_frames(words, pack, ()):
        if frame.kind in (Reporting.DENIES, Reporting.DENYING_PARTICIPLE):
            return _telling(statement, frame.cue.span)
    negation = next(iter(pack.negations.find(words)), None)
    return _telling(statement, negation.span) if negation else None
