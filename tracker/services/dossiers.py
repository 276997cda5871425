"""Dossiers: what a party put forward, denied, revised and conceded, whom it clashes with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.comparison import Comparator
from tracker.conflicts.ledger import revisions
from tracker.conflicts.questions import gives_up
from tracker.domain.dossiers import ClashCount, PartyCounts, PartyFilter, PartyNumbers
from tracker.domain.questions import Revision
from tracker.domain.statements import Figure, FigureKind
from tracker.domain.views import Page, StatementView
from tracker.services.current_answers import CurrentAnswers
from tracker.services.dossier_ports import Dossiers
from tracker.services.ports import Library

REVISED_EVENTS = 30
"""How many events are read for figures that a party revised: the newest of those where it gave several."""

REVISING = 300
"""How many statements with figures are read in these events."""

ADMITTING = 120
"""How many of a party's newest statements on losses and control are read for what it conceded."""

DENIALS = 5
"""How many denials a dossier shows; the list of statements holds them all."""

_LOSSES = frozenset({FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED})


@dataclass(frozen=True, slots=True)
class RevisedFigure:
    """A figure that a party revised: in which event, and the statements of its trail in their order."""

    event: str
    revision: Revision
    steps: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True)
class Admission:
    """A statement by which a party concedes something.

    `losses` are the figures that count its own killed, injured or captured; `gave_up` says that it speaks of
    a place that the party left or lost.
    """

    view: StatementView
    losses: tuple[Figure, ...]
    gave_up: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the statements of a party tell of it. `denials` are the newest ones."""

    numbers: PartyNumbers
    clashes: tuple[ClashCount, ...]
    denials: tuple[StatementView, ...]
    revised: tuple[RevisedFigure, ...]
    conceded: tuple[Admission, ...]


class DossierService:
    """Dossiers of parties; each is reckoned once as long as nothing stored has changed."""

    def __init__(self, dossiers: Dossiers, library: Library, comparator: Comparator) -> None:
        self._dossiers = dossiers
        self._library = library
        self._comparator = comparator
        self._told = CurrentAnswers(dossiers.state)
        self._contested = CurrentAnswers(dossiers.conflict_state)

    def parties(self) -> Mapping[str, PartyCounts]:
        """The counts of every party that puts anything forward, by code."""
        return self._told.get("parties", self._dossiers.parties)

    def conflicts(self) -> Mapping[str, int]:
        """In how many conflicts each party stands, by code, rejected ones left out."""
        return self._contested.get("conflicts", self._dossiers.conflicts)

    def dossier(self, wanted: PartyFilter) -> Dossier:
        """What a party's statements tell of it; nothing but noughts for a party that says nothing."""
        numbers, denials, revised = self._told.get(wanted, lambda: self._reckoned(wanted))
        clashes, conceded = self._contested.get(
            wanted, lambda: (self._dossiers.clashes(wanted), self._conceded(wanted))
        )
        return Dossier(numbers, clashes, tuple(self._library.statement_views(denials)), revised, conceded)

    def statements(
        self, wanted: PartyFilter, *, denials: bool, after: str | None, size: int
    ) -> Page[StatementView]:
        """The statements of a party, newest publication first. Raises NotFoundError for no such cursor."""
        numbers, _, _ = self._told.get(wanted, lambda: self._reckoned(wanted))
        ids, following = self._told.get(
            (wanted, denials, after, size),
            lambda: self._dossiers.statements(wanted, denials=denials, after=after, size=size),
        )
        total = numbers.denials if denials else numbers.statements
        return Page(tuple(self._library.statement_views(ids)), total, following)

    def _reckoned(
        self, wanted: PartyFilter
    ) -> tuple[PartyNumbers, tuple[str, ...], tuple[RevisedFigure, ...]]:
        """What follows from statements alone: the numbers, ids of the newest denials, revised figures."""
        denials, _ = self._dossiers.statements(wanted, denials=True, after=None, size=DENIALS)
        return self._dossiers.numbers(wanted), denials, self._revised(wanted)

    def _revised(self, wanted: PartyFilter) -> tuple[RevisedFigure, ...]:
        by_event = self._dossiers.revising(wanted, events=REVISED_EVENTS, size=REVISING)
        every = [one for statements in by_event.values() for one in statements]
        views = {view.statement.id: view for view in self._library.statement_views(every)}
        found = []
        for event, statements in by_event.items():
            read = [views[one] for one in statements if one in views]
            published = {
                view.statement.id: view.document.published.date() if view.document.published else None
                for view in read
            }
            for revision in revisions(self._aspects(read), published):
                if revision.party == wanted.party:
                    steps = tuple(views[entry.statement] for entry in revision.trail)
                    found.append(RevisedFigure(event, revision, steps))
        return tuple(found)

    def _conceded(self, wanted: PartyFilter) -> tuple[Admission, ...]:
        views = self._library.statement_views(self._dossiers.admitting(wanted, size=ADMITTING))
        read = zip(views, self._aspects(views), strict=True)
        found = [Admission(view, own_losses(one), left_a_place(one)) for view, one in read]
        return tuple(one for one in found if one.losses or one.gave_up)

    def _aspects(self, views: Sequence[StatementView]) -> list[Aspects]:
        return self._comparator.aspects([view.statement for view in views])


def left_a_place(one: Aspects) -> bool:
    """Whether a party says that it left or lost the place it speaks of; people who fell are no such place."""
    return one.statement.place is not None and not one.tolls and gives_up(one)


def own_losses(one: Aspects) -> tuple[Figure, ...]:
    """The figures by which a party counts its own killed, injured or captured, unless it denies them."""
    if one.denies:
        return ()
    return tuple(
        toll.figure
        for toll in one.tolls
        if toll.party == one.statement.party and toll.figure.kind in _LOSSES and toll.figure.low > 0
    )
