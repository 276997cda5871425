"""The review queue: one conflict at a time, or one statement whose party is doubtful."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from tracker.domain.conflict_lists import WAITING, DoubtFilter, Slot
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, Key, StaleError, SubjectKind
from tracker.domain.parties import AttributionMethod
from tracker.domain.people import Person
from tracker.domain.trail import TrailFilter
from tracker.domain.views import ConflictView, StatementView
from tracker.web.attributions import LIKELY_FROM
from tracker.web.conflict_bodies import ConflictBody, history_of, lay_out_body
from tracker.web.conflicts import LANGUAGES, LONGEST_REASON, Asked, filter_of, read_filters
from tracker.web.histories import EntryView
from tracker.web.histories_pages import describe_entries
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.party_labels import PartyLabel, label_parties
from tracker.web.reading_room import ReadingRoom
from tracker.web.stale import local_next, show_stale, without_history
from tracker.web.undoing import say_done

RECENT = 10
"""How many of a person's last decisions stand beside the queue."""

_QUEUE, _DOUBTFUL = "queue/queue.html", "queue/doubtful.html"


@dataclass(frozen=True, slots=True)
class Tabs:
    """How many conflicts and how many doubtful attributions wait in all."""

    conflicts: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What templates/queue/queue.html shows. `body` is None where nothing waits; `ahead` is the next one.

    `position` counts from 1; `previous` and `following` are ids, None at either end. `recent` are the
    person's last decisions.
    """

    body: ConflictBody | None
    ahead: ConflictBody | None
    position: int
    total: int
    previous: str | None
    following: str | None
    asked: Asked
    parties: tuple[PartyLabel, ...]
    tabs: Tabs
    recent: tuple[EntryView, ...]
    languages: tuple[str, ...] = LANGUAGES


@dataclass(frozen=True, slots=True)
class DoubtfulPage:
    """What templates/queue/doubtful.html shows. As `QueuePage`; `seen` is the stamp of the party."""

    view: StatementView | None
    position: int
    total: int
    previous: str | None
    following: str | None
    seen: str
    asked: Asked
    parties: tuple[PartyLabel, ...]
    tabs: Tabs
    recent: tuple[EntryView, ...]
    languages: tuple[str, ...] = LANGUAGES
    fault: str = ""
    typed: str = ""


def add_queue(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/review?item=…` and `/review/attributions?item=…`, and POST `/statements/<id>/attribute`."""
    add_page(blueprint, "/review", "queue", _QUEUE, lambda: _queue_page(room))
    add_page(blueprint, "/review/attributions", "doubtful", _DOUBTFUL, lambda: _doubtful_page(room, _item()))

    @blueprint.post("/review/attributions/<statement_id>")
    def attribute(statement_id: str) -> Response:
        party, reason = request.form.get("party", ""), request.form.get("reason", "").strip()
        if party not in room.parties:
            raise BadRequest("the party registry has no such party")
        if len(reason) > LONGEST_REASON:
            page = _doubtful_page(room, statement_id, fault="long", typed=reason)
            return without_history(show_page(_DOUBTFUL, page, 400))
        # A person's word is not the probability of a model.
        value = {"party": party, "method": str(AttributionMethod.REVIEW), "confidence": 1.0}
        person: Person = g.person
        try:
            entry = room.decisions.correct(
                statement_id,
                Aspect.PARTY,
                value,
                by=person.name,
                reason=reason,
                seen=request.form.get("seen"),
            )
        except StaleError as error:
            return show_stale(error, action=request.path, form=request.form)
        say_done(_("It is decided that %(party)s puts it forward.", party=party), entry)
        return redirect(local_next(request.form) or url_for("pages.doubtful"), code=303)


def _queue_page(room: ReadingRoom) -> QueuePage:
    asked = read_filters(request.args, room)
    slot = room.conflict_lists.conflict_slot(filter_of(asked, WAITING), _item())
    bodies = _bodies(slot, room)
    return QueuePage(
        body=bodies[0],
        ahead=bodies[1],
        position=slot.position if slot else 0,
        total=slot.total if slot else 0,
        previous=slot.previous if slot else None,
        following=slot.following.conflict.id if slot and slot.following else None,
        asked=asked,
        parties=tuple(label_parties(room.parties).values()),
        tabs=_tabs(room),
        recent=_recent(room),
    )


def _bodies(
    slot: Slot[ConflictView] | None, room: ReadingRoom
) -> tuple[ConflictBody | None, ConflictBody | None]:
    if slot is None:
        return None, None
    conflict = slot.row.conflict
    # Where nobody decided, there is nothing to be looked up.
    history = () if conflict.judgement is Judgement.SUGGESTED else history_of(room, conflict.id)
    body = lay_out_body(slot.row, room, history)
    # Nobody decides on the next one before it has come to its turn: so its history is not needed yet.
    return body, lay_out_body(slot.following, room, ()) if slot.following else None


def _doubtful_page(room: ReadingRoom, item: str | None, *, fault: str = "", typed: str = "") -> DoubtfulPage:
    asked = read_filters(request.args, room)
    wanted = DoubtFilter(asked.party or None, asked.event or None, asked.language or None)
    slot = room.conflict_lists.doubtful_slot(wanted, LIKELY_FROM, item)
    return DoubtfulPage(
        view=slot.row if slot else None,
        position=slot.position if slot else 0,
        total=slot.total if slot else 0,
        previous=slot.previous if slot else None,
        following=slot.following.statement.id if slot and slot.following else None,
        seen=room.decisions.stamp([_party_key(slot.row.statement.id)]) if slot else "",
        asked=asked,
        parties=tuple(label_parties(room.parties).values()),
        tabs=_tabs(room),
        recent=_recent(room),
        fault=fault,
        typed=typed,
    )


def _item() -> str | None:
    return request.args.get("item") or None


def _party_key(statement: str) -> Key:
    return Key(SubjectKind.STATEMENT, statement, Aspect.PARTY)


def _tabs(room: ReadingRoom) -> Tabs:
    counts = room.conflict_lists.counts(filter_of(Asked()))
    return Tabs(
        conflicts=sum(count for (judgement, _type), count in counts.items() if judgement in WAITING),
        doubtful=room.conflict_lists.count_doubtful(DoubtFilter(), LIKELY_FROM),
    )


def _recent(room: ReadingRoom) -> tuple[EntryView, ...]:
    """The person's last decisions, the latest first."""
    wanted = TrailFilter(actor=g.person.name, by_people=True)
    return describe_entries(room, room.trail.entries(wanted, None, RECENT))
