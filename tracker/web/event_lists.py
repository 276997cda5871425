"""The list of events: what it can be held to, each with a count and an address, and the rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from flask import Blueprint, g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from tracker.domain.conflicts import ConflictType
from tracker.domain.errors import NotFoundError
from tracker.domain.event_lists import (
    NO,
    SINGLE,
    YES,
    EventFilter,
    EventOrder,
    Facet,
    FacetCount,
    ListedEvent,
    ReviewState,
)
from tracker.domain.people import Person
from tracker.language.direction import language_tag
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page
from tracker.web.party_labels import in_registry_order
from tracker.web.reading_room import ReadingRoom

PAGE_SIZE = 25

PLACES_SHOWN = 40
"""Places that are offered; an address may name any other."""

_BATCH = 1_000  # rows at a time of a list that is taken along

_DAYS = ("from", "to")
_SINCE = ("came", "published")

Pairs = tuple[tuple[str, str], ...]
"""A query string in parts."""


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value of a facet: how many events the list would hold, and where that list is.

    For a chosen one, `address` is the list without it. `name` as in `FacetCount`.
    """

    value: str
    name: str | None
    count: int
    is_chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet and its values, those chosen included."""

    facet: Facet
    options: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True)
class SinceView:
    """A time since which a document came in or was published, as it was given, and the list without it."""

    field: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class EventsPage:
    """What templates/events/list.html shows.

    `total` of `everything` events match. `faults` says which day cannot be understood; `kept` is what the
    form of days hands on. `address` is the list without any filter, `orders` the same list in each order.
    """

    rows: tuple[ListedEvent, ...]
    total: int
    everything: int
    facets: tuple[FacetView, ...]
    chosen: tuple[FacetView, ...]
    is_filtered: bool
    fields: Mapping[str, str]
    faults: Mapping[str, str]
    kept: Pairs
    order: EventOrder
    orders: Mapping[EventOrder, str]
    address: str
    without_days: str
    since: tuple[SinceView, ...]
    first_page: str
    after: str | None
    following: str | None


def add_event_list(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/events`.

    Takes `party`, `language`, `place`, `type`, `review`, `constructed` (each any number of times), `from` and
    `to`, `came` (a time since which a document of it came in), `published` (a day since which one was
    published), `sort` and `after`; 400 where a day cannot be understood.
    """

    def events() -> tuple[EventsPage, int]:
        address = url_for("pages.events")
        asked = _Asked(request.args, room.parties)
        found = room.event_lists.page(asked.wanted, asked.order, asked.after, PAGE_SIZE)
        counts = {facet: _shown(facet, found.facets[facet], tuple(room.parties)) for facet in Facet}
        facets = tuple(FacetView(facet, asked.options(address, facet, counts[facet])) for facet in Facet)
        chosen = (
            FacetView(one.facet, tuple(option for option in one.options if option.is_chosen))
            for one in facets
        )
        first_page = _address(address, asked.pairs)
        page = EventsPage(
            rows=tuple(_in_registry_order(row, tuple(room.parties)) for row in found.rows),
            total=found.total,
            everything=found.everything,
            facets=facets,
            chosen=tuple(one for one in chosen if one.options),
            is_filtered=asked.wanted.restricts or bool(asked.faults),
            fields=asked.days,
            faults=asked.faults,
            kept=asked.without(*_DAYS),
            order=asked.order,
            orders={order: _address(address, asked.sorted_by(order)) for order in EventOrder},
            address=address,
            without_days=_address(address, asked.without(*_DAYS)),
            since=tuple(
                SinceView(field, asked.days[field], _address(address, asked.without(field)))
                for field in _SINCE
                if asked.days[field] and field not in asked.faults
            ),
            first_page=first_page,
            after=asked.after,
            following=None
            if found.following is None
            else _address(address, (*asked.pairs, ("after", found.following))),
        )
        return page, 400 if asked.faults else 200

    add_page(blueprint, "/events", "events", "events/list.html", events)


def events_asked_for(room: ReadingRoom) -> Iterator[ListedEvent]:
    """The rows of all pages of the list that this request asks for. Raises BadRequest for faults in it."""
    asked = _Asked(request.args, room.parties)
    if asked.faults:
        raise BadRequest(_("A day of the list cannot be understood."))
    after: str | None = None
    while True:
        found = room.event_lists.page(asked.wanted, asked.order, after, _BATCH)
        yield from found.rows
        after = found.following
        if after is None:
            return


class _Asked:
    """A query string understood: `pairs` is all of it but the cursor, in the order of the facets."""

    def __init__(self, arguments: MultiDict[str, str], parties: Mapping[str, object]) -> None:
        self.faults: dict[str, str] = {}
        self.chosen = {facet: _values(arguments, facet) for facet in Facet}
        for facet, values in self.chosen.items():
            _require_known(facet, values, parties)
        self.days = {field: arguments.get(field, "").strip() for field in (*_DAYS, *_SINCE)}
        start, end, published = (self._day(field) for field in (*_DAYS, "published"))
        if start and end and end < start:
            self.faults["to"] = "reversed"
            end = None
        sort = arguments.get("sort") or EventOrder.NEWEST
        if sort not in set(EventOrder):
            raise NotFoundError(f"the list of events has no order {sort}")
        self.order = EventOrder(sort)
        self.after = arguments.get("after") or None
        person: Person | None = g.get("person")
        name = "" if person is None else person.name
        self.wanted = EventFilter(
            chosen=self.chosen,
            start=start,
            end=end,
            came_since=self._came(),
            published_since=published,
            person=name,
        )
        self.pairs: Pairs = (
            *((str(facet), value) for facet, values in self.chosen.items() for value in values),
            *((field, day) for field, day in self.days.items() if day),
            *((("sort", str(self.order)),) if self.order is not EventOrder.NEWEST else ()),
        )

    def _day(self, field: str) -> date | None:
        try:
            return date.fromisoformat(self.days[field]) if self.days[field] else None
        except ValueError:
            self.faults[field] = "date"
            return None

    def _came(self) -> datetime | None:
        written = self.days["came"]
        try:
            moment = datetime.fromisoformat(written) if written else None
        except ValueError:
            self.faults["came"] = "date"
            return None
        return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment

    def without(self, *names: str) -> Pairs:
        """The query string without some of its fields."""
        return tuple(pair for pair in self.pairs if pair[0] not in names)

    def sorted_by(self, order: EventOrder) -> Pairs:
        """The same list in another order."""
        return (
            *self.without("sort"),
            *((("sort", str(order)),) if order is not EventOrder.NEWEST else ()),
        )

    def options(self, address: str, facet: Facet, counts: Sequence[FacetCount]) -> tuple[FacetOption, ...]:
        """The values of a facet with the addresses of the lists that they lead to."""
        kept = self.without(facet) if facet in SINGLE else self.pairs
        return tuple(
            FacetOption(
                value=one.value,
                name=one.name,
                count=one.count,
                is_chosen=one.is_chosen,
                address=_address(
                    address,
                    tuple(pair for pair in self.pairs if pair != (facet, one.value))
                    if one.is_chosen
                    else (*kept, (str(facet), one.value)),
                ),
            )
            for one in counts
        )


def _values(arguments: MultiDict[str, str], facet: Facet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in arguments.getlist(facet) if value))


def _require_known(facet: Facet, values: Sequence[str], parties: Mapping[str, object]) -> None:
    """Raise NotFoundError for a value that no event could ever have."""
    for value in values:
        if facet is Facet.PARTY and value not in parties:
            raise NotFoundError(f"the party registry has no party {value}")
        if facet is Facet.LANGUAGE and not language_tag(value):
            raise NotFoundError(f"there is no language {value}")
        known = _KNOWN.get(facet)
        if known is not None and value not in known:
            raise NotFoundError(f"the list of events cannot be held to the {facet} {value}")


_KNOWN: Mapping[Facet, frozenset[str]] = {
    Facet.TYPE: frozenset(ConflictType),
    Facet.REVIEW: frozenset(ReviewState),
    Facet.CONSTRUCTED: frozenset({YES, NO}),
}


def _shown(facet: Facet, counts: Sequence[FacetCount], codes: Sequence[str]) -> list[FacetCount]:
    """The values that are offered: parties in the order of the registry, review states in their own."""
    if facet is Facet.PARTY:
        places = {code: place for place, code in enumerate(codes)}
        return sorted(counts, key=lambda one: (places.get(one.value, len(places)), one.value))
    if facet is Facet.REVIEW:
        order = list(ReviewState)
        return sorted(counts, key=lambda one: order.index(ReviewState(one.value)))
    if facet is Facet.PLACE:
        return [one for place, one in enumerate(counts) if place < PLACES_SHOWN or one.is_chosen]
    return list(counts)


def _address(base: str, pairs: Pairs) -> str:
    return f"{base}?{urlencode(pairs)}" if pairs else base


def _in_registry_order(row: ListedEvent, codes: Sequence[str]) -> ListedEvent:
    """The same row with its parties in the order of all pages, those unknown to the registry last."""
    counts = dict(row.parties)
    order = in_registry_order(counts, dict.fromkeys(codes))  # type: ignore[arg-type]
    return replace(row, parties=tuple((code, counts[code]) for code in order))
