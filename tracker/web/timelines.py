"""Who said what when: a lane for each party, a mark for each day on which it was published."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from tracker.domain.parties import Party
from tracker.domain.statements import Polarity
from tracker.domain.views import StatementView
from tracker.web.party_labels import PartyLabel, in_registry_order, labels_by_code

_STEPS = 4
"""At most as many days are named between the first and the last, both included, less one."""


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """What one party said on one day, its denials apart. `share` is the place on the axis, from 0 to 1.

    `first` is the statement that was published first, `statements` counts all of them.
    """

    day: date
    share: float
    denies: bool
    statements: int
    first: str
    view: StatementView = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Lane:
    """The marks of one party, by day."""

    party: PartyLabel
    marks: tuple[TimelineMark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A day that is named on the axis."""

    day: date
    share: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes of an event, and how many statements stand in documents without a day of publication."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    undated: int

    @property
    def rows(self) -> tuple[tuple[date, PartyLabel, TimelineMark], ...]:
        """All marks as the rows of a table: by day, then in the order of the lanes."""
        marks = [(mark.day, lane.party, mark) for lane in self.lanes for mark in lane.marks]
        return tuple(sorted(marks, key=lambda row: row[0]))


def draw_timeline(views: Sequence[StatementView], parties: Mapping[str, Party]) -> Timeline:
    """Lay statements out by party and by the day on which they were published (in UTC)."""
    groups: defaultdict[tuple[str, date, bool], list[StatementView]] = defaultdict(list)
    undated = 0
    for view in views:
        if view.document.published is None:
            undated += 1
            continue
        denies = view.statement.polarity is Polarity.DENIES
        groups[view.statement.party, view.document.published.date(), denies].append(view)
    days = sorted({day for _, day, _ in groups})
    label = labels_by_code(parties)
    lanes = tuple(
        Lane(party=label(code), marks=_marks(code, groups, days))
        for code in in_registry_order({code for code, _, _ in groups}, parties)
    )
    return Timeline(lanes=lanes, ticks=_ticks(days), undated=undated)


def _marks(
    code: str, groups: Mapping[tuple[str, date, bool], Sequence[StatementView]], days: Sequence[date]
) -> tuple[TimelineMark, ...]:
    own = sorted((day, denies) for party, day, denies in groups if party == code)
    return tuple(
        TimelineMark(
            day=day,
            share=_share(day, days),
            denies=denies,
            statements=len(groups[code, day, denies]),
            first=groups[code, day, denies][0].statement.id,
            view=groups[code, day, denies][0],
        )
        for day, denies in own
    )


def _share(day: date, days: Sequence[date]) -> float:
    length = (days[-1] - days[0]).days
    return round((day - days[0]).days / length, 4) if length else 0.5


def _ticks(days: Sequence[date]) -> tuple[Tick, ...]:
    """The first and the last day, and whole days between them in equal steps as far as they go."""
    if not days:
        return ()
    length = (days[-1] - days[0]).days
    step = max(1, ceil(length / _STEPS))
    return tuple(Tick(day, _share(day, days)) for day in _stepped(days[0], length, step))


def _stepped(first: date, length: int, step: int) -> Iterable[date]:
    for number in range(0, length + 1, step):
        # One that would crowd the last is left out.
        if number == 0 or length - number >= step or number == length:
            yield first + timedelta(days=number)
    if length % step:
        yield first + timedelta(days=length)
