"""Parties: the list of them, and the dossier of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from tracker.domain.conflicts import ConflictType
from tracker.domain.dossiers import PartyCounts, PartyFilter
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import Party, Speaker
from tracker.domain.registry_edits import NameKind
from tracker.domain.views import Page, StatementView
from tracker.services.dossiers import ADMITTING, REVISED_EVENTS, Dossier
from tracker.web.month_charts import MonthChart, draw_months
from tracker.web.pages import add_page
from tracker.web.party_labels import PartyLabel, in_registry_order, labels_by_code
from tracker.web.reading_room import ReadingRoom
from tracker.web.scripts import ScriptNames, by_script

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party in the list. `known` is false for one that statements name but the registry no longer holds."""

    label: PartyLabel
    counts: PartyCounts
    conflicts: int
    allies: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class PartiesPage:
    """What templates/parties/list.html shows, in the order of the registry."""

    rows: tuple[PartyRow, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a dossier as they were given; `faults` maps a field to a word the template knows.

    `show` is "denials" where only those are listed, else empty.
    """

    start: str = ""
    end: str = ""
    place: str = ""
    place_name: str = ""
    show: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, str]:
        """The same as parts of an address, without what is listed."""
        values = {"from": self.start, "to": self.end, "place": self.place}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class ClashRow:
    """In how many conflicts it stands against another party, and of which types, the most first."""

    party: str
    conflicts: int
    types: tuple[tuple[ConflictType, int], ...]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The words that name a party in one way, by script."""

    kind: NameKind
    scripts: tuple[ScriptNames, ...]


@dataclass(frozen=True, slots=True)
class PartyPage:
    """What templates/parties/dossier.html shows.

    `party` is None for one that the registry does not hold. `labels` are its labels by script, `names` the
    words by which texts name it. `read_events` and `read_statements` say how many were read at most for what
    it revised and conceded.
    """

    label: PartyLabel
    party: Party | None = field(metadata={"json": False})
    description: str
    allies: tuple[str, ...]
    labels: tuple[ScriptNames, ...]
    names: tuple[KnownNames, ...]
    speakers: tuple[Speaker, ...]
    asked: Asked
    dossier: Dossier
    months: MonthChart | None = field(metadata={"json": False})
    clashes: tuple[ClashRow, ...]
    statements: Page[StatementView]
    after: str | None
    read_events: int = REVISED_EVENTS
    read_statements: int = ADMITTING


def add_parties(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/parties` and `/parties/<code>?from=…&to=…&place=…&show=denials&after=…`."""

    def parties() -> PartiesPage:
        room.registry.parties()  # what was added a moment ago is there at once
        label = labels_by_code(room.parties)
        counts, conflicts = room.dossiers.parties(), room.dossiers.conflicts()
        codes = in_registry_order({*room.parties, *counts}, room.parties)
        return PartiesPage(
            tuple(
                PartyRow(
                    label=label(code),
                    counts=counts.get(code, PartyCounts()),
                    conflicts=conflicts.get(code, 0),
                    allies=_allies(code, room.parties),
                    known=code in room.parties,
                )
                for code in codes
            )
        )

    def party(code: str) -> tuple[PartyPage, int]:
        page = _party_page(code, room)
        return page, 400 if page.asked.faults else 200

    add_page(blueprint, "/parties", "parties", "parties/list.html", parties)
    add_page(blueprint, "/parties/<code>", "party", "parties/dossier.html", party)


def party_statements_asked_for(
    code: str, room: ReadingRoom, size: int
) -> Callable[[str | None], Page[StatementView]]:
    """The statements of a party that pass this request's filters, page by page of `size`, by a cursor.

    Raises NotFoundError for no such party.
    """
    _require_known(code, room)
    asked, wanted = read_filters(request.args, code, room)

    def page(after: str | None) -> Page[StatementView]:
        return room.dossiers.statements(wanted, denials=asked.show == "denials", after=after, size=size)

    return page


def _require_known(code: str, room: ReadingRoom) -> None:
    if code not in room.parties and code not in room.dossiers.parties():
        raise NotFoundError(f"no party is known under {code}")


def _party_page(code: str, room: ReadingRoom) -> PartyPage:
    party = room.parties.get(code)
    _require_known(code, room)
    asked, wanted = read_filters(request.args, code, room)
    after = request.args.get("after") or None
    dossier = room.dossiers.dossier(wanted)
    return PartyPage(
        label=labels_by_code(room.parties)(code),
        party=party,
        description=party.description if party else "",
        allies=_allies(code, room.parties),
        labels=by_script({key: (name,) for key, name in party.label.items()}) if party else (),
        names=_names(party) if party else (),
        speakers=room.registry.speakers(code),
        asked=asked,
        dossier=dossier,
        months=draw_months(dossier.numbers.months),
        clashes=_clashes(dossier, room),
        statements=room.dossiers.statements(
            wanted, denials=asked.show == "denials", after=after, size=PAGE_SIZE
        ),
        after=after,
    )


def read_filters(arguments: MultiDict[str, str], party: str, room: ReadingRoom) -> tuple[Asked, PartyFilter]:
    """The filters of an address, and what they mean; what cannot be understood does not restrict."""
    faults: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        written = arguments.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(written) if written else None
        except ValueError:
            faults[name], days[name] = "date", None
    start, end = days["from"], days["to"]
    if start and end and end < start:
        faults["to"], end = "reversed", None
    place, place_name = arguments.get("place", ""), ""
    places: tuple[str, ...] = ()
    if place:
        try:
            place_name = room.gazetteer.place(place).summary.place.name
        except NotFoundError:
            faults["place"] = "unknown"
        else:
            places = room.gazetteer.within(place)
    show = "denials" if arguments.get("show") == "denials" else ""
    asked = Asked(arguments.get("from", ""), arguments.get("to", ""), place, place_name, show, faults)
    return asked, PartyFilter(party, start, end, places)


def _allies(code: str, parties: Mapping[str, Party]) -> tuple[str, ...]:
    """Its own allies, and those who name it as theirs."""
    own = parties[code].allies if code in parties else ()
    others = (other for other, party in parties.items() if code in party.allies)
    return in_registry_order({*own, *others}, parties)


def _names(party: Party) -> tuple[KnownNames, ...]:
    found = (KnownNames(kind, by_script(getattr(party, kind))) for kind in NameKind)
    return tuple(names for names in found if names.scripts)


def _clashes(dossier: Dossier, room: ReadingRoom) -> tuple[ClashRow, ...]:
    by_party: dict[str, list[tuple[ConflictType, int]]] = {}
    for clash in dossier.clashes:
        by_party.setdefault(clash.party, []).append((clash.type, clash.conflicts))
    order = in_registry_order(by_party, room.parties)
    rows = [ClashRow(code, sum(n for _, n in by_party[code]), tuple(by_party[code])) for code in order]
    return tuple(sorted(rows, key=lambda row: -row.conflicts))
