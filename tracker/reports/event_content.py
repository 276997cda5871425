"""What a report holds of one event, with its footnotes."""

from dataclasses import dataclass

from tracker.domain.conflicts import Conflict, ConflictType
from tracker.domain.decisions import EventGrade
from tracker.domain.events import Event
from tracker.domain.reporting import CitedDocument, Judged
from tracker.domain.statements import Figure, FigureKind, Place, Statement

Numbers = tuple[int, ...]
"""Footnote numbers, ascending."""


@dataclass(frozen=True, slots=True)
class Source:
    """A statement under its footnote number, from 1 in order of first use.

    `of_period` is False for a statement that neither was published in the period nor speaks of a day of it.
    `speaker_latin` is the speaker's name in Latin script where the registry knows it and the text has it in
    another; `path` leads to the sentence on the pages, `permalink` is that path below the base address.
    """

    number: int
    statement: Statement
    document: CitedDocument
    of_period: bool
    speaker_latin: str | None
    path: str
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """A count and the footnotes of what was counted. `share` is that of all counted beside it, 0 to 1."""

    label: str
    count: int
    numbers: Numbers
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class CitedConflict:
    """A conflict with both its statements as sources.

    `judged` is the act that judged it, None for none; `third` the statement beside which it was found, None
    where the words of both sides sufficed.
    """

    conflict: Conflict
    one: Source
    other: Source
    is_new: bool
    judged: Judged | None
    third: Source | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A party that holds a position: one of its statements to be quoted, and the footnotes of all.

    `admits` says that the position is an admission on its part.
    """

    party: str
    quoted: Source
    numbers: Numbers
    admits: bool


@dataclass(frozen=True, slots=True)
class PositionShown:
    """One answer to a contested question; `interval` the numbers it allows, high None for open above."""

    denies: bool
    interval: tuple[int, int | None] | None
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """What statements of one event answer differently, with the conflicts between the answers.

    `about` names what is at stake (a place, or who was counted), None where that is not known. `silent` are
    the parties that speak in the event but not to this. Conflicts stand those that people judged first.
    """

    id: str
    type: ConflictType
    about: str | None
    counts: FigureKind | None
    positions: tuple[PositionShown, ...]
    silent: tuple[str, ...]
    conflicts: tuple[CitedConflict, ...]


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """A figure and the statement that gives it; `superseded` where its party gave another one later."""

    figure: Figure
    source: Source
    superseded: bool


@dataclass(frozen=True, slots=True)
class FigureRow:
    """All figures of an event for one fate of one kind of people, and the range they give by a policy.

    `group` is "civilians", "combatants" or None, `side` the party those counted belong to, None if not said;
    `high` None where it is open above. Never a single best number.
    """

    kind: FigureKind
    group: str | None
    side: str | None
    low: int
    high: int | None
    entries: tuple[FigureEntry, ...]


@dataclass(frozen=True, slots=True)
class RevisionShown:
    """A party's figures for one thing over time, the last unlike the first.

    `towards` are the parties whose figure the last one reached.
    """

    party: str
    kind: FigureKind
    group: str | None
    side: str | None
    steps: tuple[FigureEntry, ...]
    towards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concession:
    """A statement by which a party counts its own losses, or says that it left or lost a place."""

    party: str
    source: Source
    losses: tuple[Figure, ...]
    gave_up: Place | None


@dataclass(frozen=True, slots=True)
class EventSection:
    """An event as the report shows it: all its statements, whenever they were published.

    `is_new`: nothing of it was published before the period. `happened`: on a day of the period, as the list
    of events on the pages has it. `grade` is what a person gave it. `conflicts` counts those
    that no person rejected, `elsewhere` those of them between statements outside the period, `rejected` the
    others. `loose` are conflicts that stand in no question.
    """

    event: Event
    place_name: str | None
    path: str
    permalink: str | None
    is_new: bool
    happened: bool
    grade: EventGrade | None
    constructed: bool
    statements: Tally
    documents: int
    parties: tuple[Tally, ...]
    questions: tuple[QuestionShown, ...]
    loose: tuple[CitedConflict, ...]
    figures: tuple[FigureRow, ...]
    revisions: tuple[RevisionShown, ...]
    concessions: tuple[Concession, ...]
    conflicts: int
    elsewhere: int
    rejected: int
