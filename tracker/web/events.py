"""The list of events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request

from tracker.domain.errors import NotFoundError
from tracker.domain.views import Counts, EventSummary
from tracker.web.party_labels import PartyLabel, label_parties
from tracker.web.reading_room import ReadingRoom

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class EventsPage:
    """What templates/events/list.html shows. `party` is the party asked for, if any."""

    rows: tuple[EventSummary, ...]
    total: int
    after: str | None
    following: str | None
    party: PartyLabel | None
    parties: tuple[PartyLabel, ...]
    counts: Counts


def add_event_list(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/events?party=…&after=…`, newest first."""
    labels = label_parties(room.parties)

    @blueprint.get("/events")
    def events() -> str:
        code = request.args.get("party") or None
        if code is not None and code not in labels:
            raise NotFoundError(f"the party registry has no party {code}")
        after = request.args.get("after") or None
        rows = room.library.events_page(after, PAGE_SIZE, code)
        page = EventsPage(
            rows=tuple(_in_registry_order(row, tuple(labels)) for row in rows.rows),
            total=rows.total,
            after=after,
            following=rows.following,
            party=labels[code] if code is not None else None,
            parties=tuple(labels.values()),
            counts=room.library.counts(),
        )
        return render_template("events/list.html", page=page)


def _in_registry_order(row: EventSummary, codes: Sequence[str]) -> EventSummary:
    """The same row with its parties in the order of all pages, those unknown to the registry last."""
    places = {code: place for place, code in enumerate(codes)}
    ordered = sorted(row.parties, key=lambda party: (places.get(party[0], len(places)), party[0]))
    return replace(row, parties=tuple(ordered))
