"""Places: the list of those spoken of, and the page of one: events there, and who says that they hold it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from flask import Blueprint, request

from tracker.conflicts.aspects import Control
from tracker.domain.dossiers import PlaceSummary, Tally
from tracker.domain.errors import NotFoundError
from tracker.domain.statements import Place
from tracker.domain.views import EventSummary, Page, StatementView
from tracker.services.places import READ, ControlStatement, PlaceDetail
from tracker.web.maps import EventMap, draw_map, name_of
from tracker.web.pages import add_page
from tracker.web.party_labels import in_registry_order
from tracker.web.reading_room import ReadingRoom
from tracker.web.scripts import ScriptNames, by_script

PAGE_SIZE = 50
EVENTS = 15
FIRST_DAYS = 12
"""How many days of statements on control are shown first; the rest waits to be opened."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in a list, with its name in the reader's language and its first name in each other script."""

    summary: PlaceSummary
    name: str
    others: tuple[ScriptNames, ...]


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """What templates/places/list.html shows. `words` and `kind` are the filters, empty for none."""

    rows: tuple[PlaceRow, ...]
    total: int
    all_places: int
    kinds: tuple[tuple[str, int], ...]
    words: str
    kind: str
    after: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class ControlLine:
    """A party's statements of one day on who holds the place.

    `stances` is what their words say of the side that they name.
    """

    party: str
    stances: tuple[Control, ...]
    contested: bool
    views: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True)
class ControlDay:
    """What was said of one day; None where no day is known."""

    day: date | None
    lines: tuple[ControlLine, ...]


@dataclass(frozen=True, slots=True)
class NamedAround:
    """A place that contains the one shown, by its name in the reader's language."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class PlacePage:
    """What templates/places/place.html shows. `read` is how many statements were read for control at most."""

    summary: PlaceSummary
    name: str
    names: tuple[ScriptNames, ...]
    around: tuple[NamedAround, ...]
    inside: tuple[PlaceRow, ...]
    parties: Tally
    control: tuple[ControlDay, ...]
    later_control: tuple[ControlDay, ...]
    events: Page[EventSummary]
    after: str | None
    map: EventMap | None = field(metadata={"json": False})
    read: int = READ


def add_places(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/places?q=…&kind=…&after=…` and `/places/<id>?after=…`."""

    def place(place_id: str) -> PlacePage:
        detail = room.gazetteer.place(place_id)
        after = request.args.get("after") or None
        days = control_by_day(detail.control, room)
        summary = detail.summary
        return PlacePage(
            summary=summary,
            name=_name(summary.place, room),
            names=by_script(detail.names or {"und": (summary.place.name,)}),
            around=tuple(NamedAround(outer, _name(outer, room)) for outer in detail.around),
            inside=tuple(_row(row, room) for row in detail.inside),
            parties=_in_order(detail, room),
            control=days[:FIRST_DAYS],
            later_control=days[FIRST_DAYS:],
            events=room.gazetteer.events(place_id, after, EVENTS),
            after=after,
            map=draw_map(summary.place, room.places),
        )

    add_page(blueprint, "/places", "places", "places/list.html", lambda: _places_page(room))
    add_page(blueprint, "/places/<place_id>", "place", "places/place.html", place)


def control_by_day(told: Sequence[ControlStatement], room: ReadingRoom) -> tuple[ControlDay, ...]:
    """Statements on control, already in order of their days, by day and party."""
    days = []
    for day, group in groupby(told, key=lambda one: one.day):
        by_party: dict[str, list[ControlStatement]] = {}
        for one in group:
            by_party.setdefault(one.view.statement.party, []).append(one)
        lines = [
            ControlLine(
                party=code,
                stances=tuple(
                    stance for stance in Control if any(stance in one.stances for one in by_party[code])
                ),
                contested=any(one.contested for one in by_party[code]),
                views=tuple(one.view for one in by_party[code]),
            )
            for code in in_registry_order(by_party, room.parties)
        ]
        days.append(ControlDay(day, tuple(lines)))
    return tuple(days)


def places_asked_for(room: ReadingRoom) -> list[PlaceSummary]:
    """The rows of all pages of the list that this request asks for."""
    words, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    return [
        row
        for row in room.gazetteer.places()
        if kind in {"", row.place.kind} and (not words or _is_called(row.place, words, room))
    ]


def _places_page(room: ReadingRoom) -> PlacesPage:
    words, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    every = room.gazetteer.places()
    kinds: dict[str, int] = {}
    for row in every:
        kinds[row.place.kind] = kinds.get(row.place.kind, 0) + 1
    rows = places_asked_for(room)
    after = request.args.get("after") or None
    start = 0
    if after is not None:
        places = {row.place.id: number for number, row in enumerate(rows)}
        if after not in places:
            raise NotFoundError(f"the list of places has no page after {after!r}")
        start = places[after] + 1
    shown = rows[start : start + PAGE_SIZE]
    return PlacesPage(
        rows=tuple(_row(row, room) for row in shown),
        total=len(rows),
        all_places=len(every),
        kinds=tuple(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        words=words,
        kind=kind,
        after=after,
        following=shown[-1].place.id if start + PAGE_SIZE < len(rows) else None,
    )


def _is_called(place: Place, words: str, room: ReadingRoom) -> bool:
    """Whether some name of a place, in any script, holds these words."""
    names = [place.name, *(name for forms in room.gazetteer.names(place.id).values() for name in forms)]
    return any(words.casefold() in name.casefold() for name in names)


def _row(summary: PlaceSummary, room: ReadingRoom) -> PlaceRow:
    names = room.gazetteer.names(summary.place.id)
    first = {language: forms[:1] for language, forms in names.items() if language != "und"}
    own = _name(summary.place, room)
    others = []
    for group in by_script(first):
        kept = tuple(one for one in group.names if one.name != own)[:1]
        if kept and not any(one.name == own for one in group.names):
            others.append(ScriptNames(group.script, kept))
    return PlaceRow(summary, own, tuple(others))


def _name(place: Place, room: ReadingRoom) -> str:
    named = room.gazetteer.named(place.id)
    return name_of(named) if named else place.name


def _in_order(detail: PlaceDetail, room: ReadingRoom) -> Tally:
    counts = dict(detail.parties)
    return tuple((code, counts[code]) for code in in_registry_order(counts, room.parties))
