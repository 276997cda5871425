"""What a report holds, ready to be rendered: nothing here is counted or sorted again.

Every number that a reader sees stands beside the footnotes of what was counted. Codes (parties, types,
kinds) are put into words by whoever renders; quotes, titles and names of outlets stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.conflicts.aspects import Control
from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.questions import RangePolicy
from tracker.domain.reporting import Judged, TrailMark
from tracker.domain.statements import Place
from tracker.reports.event_content import (
    CitedConflict,
    Concession,
    EventSection,
    FigureEntry,
    FigureRow,
    Numbers,
    PositionShown,
    QuestionShown,
    RevisionShown,
    Source,
    Tally,
    Voice,
)
from tracker.reports.period import Period

__all__ = [
    "Balance",
    "Change",
    "CitedConflict",
    "Concession",
    "ConflictTally",
    "ControlClaim",
    "ControlDay",
    "CorrectionShown",
    "Decided",
    "Difference",
    "Differences",
    "EventSection",
    "FigureEntry",
    "FigureRow",
    "Glance",
    "Method",
    "NewEvent",
    "Numbers",
    "OutletTally",
    "PositionShown",
    "QuestionShown",
    "RevisionShown",
    "Scope",
    "Source",
    "Tally",
    "TrendPoint",
    "Voice",
    "WeeklyReport",
]


@dataclass(frozen=True, slots=True)
class Change:
    """A count of the period, and that of the period as long just before it."""

    now: int
    before: int

    @property
    def difference(self) -> int:
        """By how much it went up, below nought where it went down."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class ConflictTally:
    """The conflicts of one type, by what people decided, and the footnotes of their statements."""

    type: ConflictType
    confirmed: int
    rejected: int
    unsure: int
    suggested: int
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event of which nothing was published before the period, for the list at the top."""

    id: str
    title: str
    title_language: str
    conflicts: int
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Glance:
    """The period in figures, each with that of the period before.

    `published` and `documents` count all that was published in the period, in an event or not; `statements`
    those of the period in the events shown. `happened` counts events as the list of events on the pages does.
    Conflicts are those with a statement of the period. `new_conflicts` could not have been before: the later
    of their statements was published in it. `judged_in_period` counts those whose judgement was made in it.
    """

    documents: Change
    published: Change
    statements: Change
    events: Change
    happened: Change
    contested: Change
    conflicts: Change
    new_conflicts: Change
    confirmed: int
    rejected: int
    unsure: int
    open: int
    judged_in_period: int
    cited: Tally
    constructed: Tally
    types: tuple[ConflictTally, ...]
    new_events: tuple[NewEvent, ...]


@dataclass(frozen=True, slots=True)
class ControlClaim:
    """What one party says of one place on one day: how its words speak of holding it, and where.

    `stances` are those of the side that the words speak of, which need not be the party itself: `quoted`
    says it. `contested` where a conflict over control is among them.
    """

    party: str
    stances: tuple[Control, ...]
    quoted: Source
    numbers: Numbers
    contested: bool


@dataclass(frozen=True, slots=True)
class ControlDay:
    """What was said of who holds a place, of one day (None: of no day that is known), by party."""

    place: Place
    place_name: str
    day: date | None
    claims: tuple[ControlClaim, ...]


@dataclass(frozen=True, slots=True)
class OutletTally:
    """An outlet ("" where none was named): documents and statements of the period in the events shown."""

    name: str
    language: str
    documents: int
    statements: Tally


@dataclass(frozen=True, slots=True)
class Balance:
    """Whom the report quotes: statements of the period by party, language and outlet, most first."""

    parties: tuple[Tally, ...]
    languages: tuple[Tally, ...]
    outlets: tuple[OutletTally, ...]


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """What a person set right of a statement: which aspect (see `domain.decisions.CORRECTIONS`), and when."""

    source: Source
    aspect: str
    judged: Judged | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided, apart from what the machine suggests (which is everything else).

    `conflicts` hold those judged, rejected ones too; `suggested` counts those that nobody judged.
    """

    conflicts: tuple[CitedConflict, ...]
    suggested: int
    corrections: tuple[CorrectionShown, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Conflicts whose later statement was published in a period, by type and by party, for the charts.

    A conflict counts once for its type and once for each of its two parties. None rejected.
    """

    first: date
    last: date
    conflicts: int
    types: Mapping[ConflictType, int]
    parties: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs from an earlier report.

    `change` is "new", "gone" or "changed", `subject` "event", "question", "conflict", "statement" or
    "figure", `id` its own. `before` and `after` are what stood and stands of `aspect` ("judgement", "type",
    "party", "polarity", "figures", "range", "positions", "event", "text"; the first two and polarity as
    members of their enumerations), None for nothing. `is_retraction`: the earlier report said something that
    is no longer held. `label` is a title, a quote or an explanation, in `language`.
    """

    change: str
    subject: str
    id: str
    label: str
    language: str
    aspect: str | None
    before: str | None
    after: str | None
    is_retraction: bool
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs from an earlier report.

    `same_scope` is False where that one was about other days or held to other parties or places: nothing is
    then called new, and nothing gone that merely lies outside.
    """

    earlier: str
    earlier_as_of: date
    same_scope: bool
    rows: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """With which models and rules; sorted. `trail` is the audit trail as it was at the end of that day."""

    model: str
    question_model: str
    stance_model: str
    detectors: tuple[str, ...]
    comparators: tuple[str, ...]
    policy: RangePolicy
    trail: TrailMark


@dataclass(frozen=True, slots=True)
class Scope:
    """What the report is about and held to. It tells what was known at the end of the day `as_of` (UTC)."""

    period: Period
    as_of: date
    parties: tuple[str, ...]
    place: Place | None
    place_name: str | None


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """The whole report. `language` is that of its own words (en, ar, tr).

    `party_names` names the parties that occur in that language, by code, in the registry's order.
    """

    scope: Scope
    language: str
    party_names: Mapping[str, str]
    glance: Glance
    contested: tuple[EventSection, ...]
    uncontested: tuple[EventSection, ...]
    control: tuple[ControlDay, ...]
    balance: Balance
    decided: Decided
    trend: tuple[TrendPoint, ...]
    differences: Differences | None
    sources: tuple[Source, ...]
    method: Method

    @property
    def period(self) -> Period:
        """The days it is about."""
        return self.scope.period

    @property
    def judgements(self) -> Mapping[Judgement, int]:
        """How many conflicts with a statement of the period stand at each judgement."""
        told = self.glance
        counts = (told.confirmed, told.rejected, told.unsure, told.open)
        order = (Judgement.CONFIRMED, Judgement.REJECTED, Judgement.UNSURE, Judgement.SUGGESTED)
        return dict(zip(order, counts, strict=True))
