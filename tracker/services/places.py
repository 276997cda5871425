"""Places: what is spoken of where, and who says that they hold it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.conflicts.aspects import Control
from tracker.conflicts.comparison import Comparator
from tracker.domain.dossiers import PlaceSummary, Tally
from tracker.domain.errors import NotFoundError
from tracker.domain.statements import NamedPlace, Place
from tracker.domain.views import EventSummary, Page, StatementView
from tracker.services.current_answers import CurrentAnswers
from tracker.services.place_ports import Places
from tracker.services.ports import Library

READ = 250
"""How many of the newest statements about a place are read for who holds it."""


@dataclass(frozen=True, slots=True)
class ControlStatement:
    """A statement about who holds a place.

    `day` is the day it speaks of, else that of publication. `stances` is what its words say of the side that
    they speak of; `contested` that it stands in a conflict over control.
    """

    day: date | None
    view: StatementView
    stances: tuple[Control, ...]
    contested: bool


@dataclass(frozen=True, slots=True)
class PlaceDetail:
    """A place. `around` are the places that contain it, the nearest first; `inside` those it contains.

    Only places that somebody speaks of stand inside, those with the most statements first.
    """

    summary: PlaceSummary
    names: Mapping[str, tuple[str, ...]]
    around: tuple[Place, ...]
    inside: tuple[PlaceSummary, ...]
    parties: Tally
    control: tuple[ControlStatement, ...]


class PlaceService:
    """Places of the gazetteer and all that are spoken of.

    What is told of them is reckoned once as long as nothing stored has changed.
    """

    def __init__(
        self, places: Places, gazetteer: Iterable[NamedPlace], library: Library, comparator: Comparator
    ) -> None:
        self._places = places
        self._gazetteer = {named.place.id: named for named in gazetteer}
        self._library = library
        self._comparator = comparator
        self._told = CurrentAnswers(places.state)
        self._contested = CurrentAnswers(places.conflict_state)

    def places(self) -> tuple[PlaceSummary, ...]:
        """All places spoken of, those with the most statements first, then by name."""
        return self._told.get("places", self._places.places)

    def named(self, place: str) -> NamedPlace | None:
        """The gazetteer's entry of a place, None for one that it does not hold."""
        return self._gazetteer.get(place)

    def names(self, place: str) -> Mapping[str, tuple[str, ...]]:
        """The names of a place by language; none for one that the gazetteer does not hold."""
        named = self.named(place)
        return named.names if named else {}

    def place(self, place: str) -> PlaceDetail:
        """Everything about a place but its events. Raises NotFoundError for one that nobody knows."""
        return self._contested.get(("place", place), lambda: self._detail(place))

    def events(self, place: str, after: str | None, size: int) -> Page[EventSummary]:
        """The events at a place, newest first. Raises NotFoundError for no such cursor."""
        return self._contested.get(
            ("events", place, after, size), lambda: self._places.events(place, after, size)
        )

    def within(self, place: str) -> tuple[str, ...]:
        """The ids of a place and of all places inside it that are spoken of."""
        return (place, *(row.place.id for row in self._inside(place) if row.place.id != place))

    def _detail(self, place: str) -> PlaceDetail:
        by_id = {row.place.id: row for row in self.places()}
        named = self._gazetteer.get(place)
        if place in by_id:
            summary = by_id[place]
        elif named is not None:
            summary = PlaceSummary(named.place, statements=0, events=0, last=None)
        else:
            raise NotFoundError(f"no place is known under {place}")
        return PlaceDetail(
            summary=summary,
            names=self.names(place),
            around=self._around(summary.place),
            inside=self._inside(place),
            parties=self._places.parties(place),
            control=self._control(place),
        )

    def _around(self, place: Place) -> tuple[Place, ...]:
        stored = {row.place.id: row.place for row in self.places()}
        chain: list[Place] = []
        seen = {place.id}
        within = place.within
        while within is not None and within not in seen:
            seen.add(within)
            named = self._gazetteer.get(within)
            outer = named.place if named else stored.get(within)
            if outer is None:
                break
            chain.append(outer)
            within = outer.within
        return tuple(chain)

    def _inside(self, place: str) -> tuple[PlaceSummary, ...]:
        return tuple(
            row for row in self.places() if any(outer.id == place for outer in self._around(row.place))
        )

    def _control(self, place: str) -> tuple[ControlStatement, ...]:
        ids = self._places.statements(place, READ)
        contested = self._places.contested_control(ids)
        views = self._library.statement_views(ids)
        read = self._comparator.aspects([view.statement for view in views])
        found = [
            ControlStatement(
                day=_day_of(view),
                view=view,
                stances=tuple(stance for stance in Control if stance in one.control),
                contested=view.statement.id in contested,
            )
            for view, one in zip(views, read, strict=True)
            if one.control or view.statement.id in contested
        ]
        # The sort keeps the order of publication within a day.
        return tuple(sorted(found, key=lambda one: one.day or date.min, reverse=True))


def _day_of(view: StatementView) -> date | None:
    if view.statement.date is not None:
        return view.statement.date.day
    return view.document.published.date() if view.document.published else None
