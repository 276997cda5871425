"""All events in memory, ready to be filtered, counted and listed.

For each value of a facet there is one whole number whose bits say which events have it: bit n stands for
the event in slot n. So a filter is "and", and a count is the number of bits left. An event keeps its slot.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice

from tracker.domain.event_lists import (
    SINGLE,
    EventFilter,
    EventList,
    EventOrder,
    Facet,
    FacetCount,
    ListedEvent,
    ReviewState,
)
from tracker.domain.reading_lists import Slice
from tracker.storage.event_places import Place, cursor_of, place_after, place_of

Limits = tuple[date | None, date | None, datetime | None, date | None]
"""Days and times that a list is held to."""

_REMEMBERED = 64
"""How many limits are remembered with the events within them."""

_SPARSE = 16
"""Where fewer than one event in so many matches, those are sorted rather than looked for in the list."""

Clash = tuple[str, str, str]
"""A type of conflict and two parties, the codes in order."""


class EventBoard:
    """Events by id. Not safe for threads: whoever holds it locks it."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._by_id: list[str] = []
        self._events: list[ListedEvent | None] = []
        self._shown = 0
        self._bits: defaultdict[Facet, dict[str, int]] = defaultdict(dict)
        self._mine: dict[str, int] = {}
        self._orders: dict[EventOrder, list[tuple[Place, int]]] = {order: [] for order in EventOrder}
        self._place_names: dict[str, str] = {}
        self.waiting: Counter[Clash] = Counter()
        self.last_captured: list[tuple[float, int]] = []
        self._limited: dict[Limits, int] = {}

    def __len__(self) -> int:
        return self._shown.bit_count()

    def put(self, events: Iterable[ListedEvent]) -> None:
        """Add events, or put them in place of those with the same id; one without statements goes."""
        self._limited.clear()
        known = len(self._events)
        for event in events:
            slot = self._slots.setdefault(event.id, len(self._events))
            if slot == len(self._events):
                self._events.append(None)
            former = self._events[slot]
            if former is not None:
                self._take_out(former, slot)
            self._events[slot] = event if event.statements else None
            if event.statements:
                self._put_in(event, slot)
        if len(self._events) > known:
            # Nearly sorted already, which sorting makes use of.
            self._by_id = sorted(self._slots)

    def _put_in(self, event: ListedEvent, slot: int) -> None:
        bit = 1 << slot
        self._shown |= bit
        for values, value in self._values(event):
            values[value] = values.get(value, 0) | bit
        for order, rows in self._orders.items():
            insort(rows, (place_of(event, order), slot))
        insort(self.last_captured, (event.last_captured.timestamp(), slot))
        self.waiting.update(_waiting(event))
        if event.place is not None and event.place_name is not None:
            self._place_names[event.place] = event.place_name

    def _take_out(self, event: ListedEvent, slot: int) -> None:
        bit = 1 << slot
        self._shown &= ~bit
        for values, value in self._values(event):
            values[value] &= ~bit
        for order, rows in self._orders.items():
            del rows[bisect_left(rows, (place_of(event, order), slot))]
        del self.last_captured[bisect_left(self.last_captured, (event.last_captured.timestamp(), slot))]
        self.waiting.subtract(_waiting(event))

    def _values(self, event: ListedEvent) -> Iterator[tuple[dict[str, int], str]]:
        for facet in Facet:
            for value in event.values(facet):
                yield self._bits[facet], value
        for person in event.assignees:
            yield self._mine, person

    def page(self, wanted: EventFilter, order: EventOrder, after: str | None, size: int) -> EventList:
        """One page.

        Raises NotFoundError for a cursor that this order did not give out, ValueError for a size below 1.
        """
        if size < 1:
            raise ValueError(f"no page: {size} rows")
        days = self._within(wanted)
        parts = {facet: self._part(facet, wanted) for facet in Facet}
        matching = days
        for part in parts.values():
            matching &= part
        rows, following = self._rows(matching, order, after, size)
        facets = {facet: self._counts(facet, wanted, matching, parts, days) for facet in Facet}
        return EventList(
            rows=rows,
            total=matching.bit_count(),
            everything=len(self),
            following=following,
            facets=facets,
        )

    def in_order(self, wanted: EventFilter, order: EventOrder, size: int) -> tuple[list[ListedEvent], int]:
        """The first of the events wanted, and how many there are."""
        matching = self._within(wanted)
        for facet in Facet:
            matching &= self._part(facet, wanted)
        return list(self._rows(matching, order, None, size)[0]), matching.bit_count()

    def slice(
        self, wanted: EventFilter, order: EventOrder | None, after: str | None, size: int
    ) -> Slice[ListedEvent]:
        """Some of the events wanted, without counts of anything; by id where no order is named.

        `after` is None or what `Slice.following` was. Raises NotFoundError for anything else.
        """
        matching = self._within(wanted)
        for facet in Facet:
            matching &= self._part(facet, wanted)
        if order is not None:
            return Slice(*self._rows(matching, order, after, size))
        begin = 0 if after is None else bisect_right(self._by_id, after)
        mask = matching.to_bytes(len(self._events) // 8 + 1, "little")
        rows: list[ListedEvent] = []
        for name in islice(self._by_id, begin, None):
            slot = self._slots[name]
            event = self._events[slot]
            if event is None or not mask[slot >> 3] >> (slot & 7) & 1:
                continue
            if len(rows) == size:
                return Slice(tuple(rows), rows[-1].id)
            rows.append(event)
        return Slice(tuple(rows))

    def captured_since(self, since: float) -> list[ListedEvent]:
        """The events of which a document came in since a time (seconds since 1970), the latest first."""
        start = bisect_left(self.last_captured, (since, -1))
        found = (self._events[slot] for _, slot in reversed(self.last_captured[start:]))
        return [event for event in found if event is not None]

    def _part(self, facet: Facet, wanted: EventFilter) -> int:
        """The events that have the chosen values of one facet."""
        chosen = wanted.chosen.get(facet, ())
        if not chosen:
            return self._shown
        masks = [self._mask(facet, value, wanted.person) for value in chosen]
        if facet in SINGLE:
            return _either(masks)
        part = self._shown
        for mask in masks:
            part &= mask
        return part

    def _mask(self, facet: Facet, value: str, person: str) -> int:
        if facet is Facet.REVIEW and value == ReviewState.MINE:
            return self._mine.get(person, 0)
        return self._bits[facet].get(value, 0)

    def _counts(
        self, facet: Facet, wanted: EventFilter, matching: int, parts: Mapping[Facet, int], days: int
    ) -> tuple[FacetCount, ...]:
        beside = matching
        if facet in SINGLE and wanted.chosen.get(facet):
            # Another value would replace the one chosen, so that is left out of what there is to choose from.
            beside = days
            for other, part in parts.items():
                beside &= part if other is not facet else self._shown
        chosen = wanted.chosen.get(facet, ())
        masks = dict(self._bits[facet])
        if facet is Facet.REVIEW and wanted.person:
            masks[ReviewState.MINE] = self._mine.get(wanted.person, 0)
        counts = {value: (mask & beside).bit_count() for value, mask in masks.items()}
        counts |= {value: counts.get(value, 0) for value in chosen}
        return tuple(
            FacetCount(
                value=value,
                count=count,
                is_chosen=value in chosen,
                name=self._place_names.get(value) if facet is Facet.PLACE else None,
            )
            for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            if count or value in chosen
        )

    def _within(self, wanted: EventFilter) -> int:
        """The events within the days and times wanted."""
        if not wanted.limits:
            return self._shown
        limits = (wanted.start, wanted.end, wanted.came_since, wanted.published_since)
        if limits not in self._limited:
            if len(self._limited) >= _REMEMBERED:
                self._limited.clear()
            self._limited[limits] = self._look_at_each(wanted)
        return self._limited[limits]

    def _look_at_each(self, wanted: EventFilter) -> int:
        found = bytearray(len(self._events) // 8 + 1)
        for slot, event in enumerate(self._events):
            if event is not None and wanted.holds(event):
                found[slot >> 3] |= 1 << (slot & 7)
        return int.from_bytes(found, "little")

    def _rows(
        self, matching: int, order: EventOrder, after: str | None, size: int
    ) -> tuple[tuple[ListedEvent, ...], str | None]:
        listed = self._orders[order]
        begin = 0 if after is None else bisect_right(listed, (place_after(after, order), len(self._events)))
        rows: list[ListedEvent] = []
        for slot in self._walk(matching, order, begin):
            event = self._events[slot]
            if event is None:
                continue
            if len(rows) == size:
                return tuple(rows), cursor_of(rows[-1], order)
            rows.append(event)
        return tuple(rows), None

    def _walk(self, matching: int, order: EventOrder, begin: int) -> Iterator[int]:
        """The slots of matching events in order, from a place of the list on."""
        listed = self._orders[order]
        if begin >= len(listed):
            return
        if matching.bit_count() * _SPARSE < len(listed):
            events = ((self._events[slot], slot) for slot in _slots(matching))
            found = sorted((place_of(event, order), slot) for event, slot in events if event is not None)
            yield from (slot for place, slot in found if (place, slot) >= listed[begin])
            return
        mask = matching.to_bytes(len(self._events) // 8 + 1, "little")
        # By index: a copy of the rest of the list would cost more than the page.
        for position in range(begin, len(listed)):
            slot = listed[position][1]
            if mask[slot >> 3] >> (slot & 7) & 1:
                yield slot


def _slots(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _either(masks: Iterable[int]) -> int:
    part = 0
    for mask in masks:
        part |= mask
    return part


def _waiting(event: ListedEvent) -> dict[Clash, int]:
    return {
        (one.type, one.one, one.other): one.count for one in event.clashes if one.judgement == "suggested"
    }
