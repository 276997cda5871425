"""What a weekly report holds, ready to be rendered: nothing here is counted or sorted again."""

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.events import Event
from tracker.domain.statements import Figure
from tracker.domain.views import StatementView
from tracker.reports.week import Week


@dataclass(frozen=True, slots=True)
class Source:
    """A statement under its footnote number, from 1 in order of first use.

    `of_week` is False for a statement of another week that is here only because one of this week conflicts
    with it. `path` leads to its sentence on the pages; `permalink` is that path below the base address.
    """

    number: int
    view: StatementView
    of_week: bool
    path: str
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """A count and the footnote numbers of what was counted, ascending."""

    label: str
    count: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CitedConflict:
    """A conflict with both its statements as sources."""

    conflict: Conflict
    one: Source
    other: Source


@dataclass(frozen=True, slots=True)
class JudgedConflicts:
    """The conflicts of an event that stand where one judgement put them."""

    judgement: Judgement
    conflicts: tuple[CitedConflict, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure and the statement that gives it."""

    figure: Figure
    source: Source


@dataclass(frozen=True, slots=True)
class EventSection:
    """An event as the report shows it.

    `parties` tallies the statements shown, `others` those of them that stand in no conflict shown.
    `rejected` and `elsewhere` count conflicts that are left out: rejected by a person, or between
    statements of other weeks only.
    """

    event: Event
    constructed: bool
    parties: tuple[Tally, ...]
    judged: tuple[JudgedConflicts, ...]
    others: tuple[Tally, ...]
    figures: tuple[FigureRow, ...]
    rejected: int
    elsewhere: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConflictTally:
    """Conflicts of one type by what people decided, and the footnotes of their statements."""

    type: ConflictType
    confirmed: int
    unsure: int
    suggested: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """The week in figures. Statements of other weeks are not counted."""

    events: int
    contested: int
    statements: Tally
    constructed: Tally
    parties: tuple[Tally, ...]
    languages: tuple[Tally, ...]
    conflicts: tuple[ConflictTally, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """With which model and rules the conflicts shown were found. Detectors and rules are sorted."""

    model: str
    detectors: tuple[str, ...]
    comparators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """The whole report. `prepared_at` is shown where the caller gave it; the clock is never asked."""

    week: Week
    glance: Glance
    contested: tuple[EventSection, ...]
    uncontested: tuple[EventSection, ...]
    sources: tuple[Source, ...]
    method: Method
    prepared_at: datetime | None = None
