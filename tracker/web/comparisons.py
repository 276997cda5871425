"""One event: its conflicts, and a column for each party with what it says."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.conflicts import Conflict, ConflictType
from tracker.domain.views import EventDetail, EventSummary, StatementView
from tracker.web.clashes import Clash, choose_representative, lay_out_clashes
from tracker.web.party_labels import PartyLabel, PartyLabels, label_parties, labels_by_code
from tracker.web.reading_room import ReadingRoom

OPEN_CONFLICTS = 6
"""How many conflicts stand open above the comparison; the rest wait behind a disclosure."""


@dataclass(frozen=True, slots=True)
class ConflictMark:
    """A conflict as one of its statements sees it: `against` is the other one."""

    conflict: Conflict
    against: StatementView


@dataclass(frozen=True, slots=True)
class StatementCard:
    """A statement in its column. `score` says how well it fits the event, None where that is not kept."""

    view: StatementView
    score: float | None
    marks: tuple[ConflictMark, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What one party says, and in documents of which languages."""

    party: PartyLabel
    cards: tuple[StatementCard, ...]
    languages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What templates/events/comparison.html shows.

    `conflicts` are those that stand and are shown at once, `later` the rest of them, `types` how many there
    are of each type; `rejected` are those that an analyst threw out. `silent` are the sides of the registry
    of which no statement was found. `merged` is the id of an event that was merged into this one, where the
    reader came by its address.
    """

    summary: EventSummary
    columns: tuple[Column, ...]
    conflicts: tuple[Clash, ...]
    later: tuple[Clash, ...]
    types: tuple[tuple[ConflictType, int], ...]
    rejected: tuple[Clash, ...]
    silent: tuple[PartyLabel, ...]
    merged: str | None


def add_event_comparison(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/events/<id>`; an id that was merged away leads on for good."""

    @blueprint.get("/events/<event_id>")
    def event(event_id: str) -> str | Response:
        successor = room.library.redirect_of(event_id)
        if successor is not None and successor != event_id:
            return redirect(url_for("pages.event", event_id=successor, merged=event_id), code=301)
        detail = room.library.event(event_id)
        merged = request.args.get("merged")
        if merged is not None and room.library.redirect_of(merged) != event_id:
            merged = None
        return render_template("events/comparison.html", page=compare(detail, room, merged=merged))


def compare(detail: EventDetail, room: ReadingRoom, *, merged: str | None = None) -> ComparisonPage:
    """Lay an event out by party."""
    clashes = lay_out_clashes(detail.conflicts, room.parties)
    conflicts, later = choose_representative(clashes.standing, OPEN_CONFLICTS)
    types = Counter(clash.conflict.verdict.type for clash in clashes.standing)
    speaking = {view.statement.party for view in detail.statements}
    return ComparisonPage(
        summary=detail.summary,
        columns=_columns(detail, room, marks=_marks(clashes.standing)),
        conflicts=conflicts,
        later=later,
        types=tuple(types.most_common()),
        rejected=clashes.rejected,
        silent=tuple(
            label
            for label in label_parties(room.parties).values()
            if label.side and label.code not in speaking
        ),
        merged=merged,
    )


def _marks(clashes: Iterable[Clash]) -> Mapping[str, list[ConflictMark]]:
    marks: defaultdict[str, list[ConflictMark]] = defaultdict(list)
    for clash in clashes:
        marks[clash.left.statement.id].append(ConflictMark(conflict=clash.conflict, against=clash.right))
        marks[clash.right.statement.id].append(ConflictMark(conflict=clash.conflict, against=clash.left))
    return marks


def _columns(
    detail: EventDetail, room: ReadingRoom, *, marks: Mapping[str, list[ConflictMark]]
) -> tuple[Column, ...]:
    """Columns in the order of the registry; parties it does not hold come last, by code."""
    by_party: defaultdict[str, list[StatementView]] = defaultdict(list)
    for view in detail.statements:
        by_party[view.statement.party].append(view)
    scores = {member.statement: member.score for member in detail.summary.event.members}
    label: PartyLabels = labels_by_code(room.parties)
    places = {code: place for place, code in enumerate(room.parties)}
    codes = sorted(by_party, key=lambda code: (places.get(code, len(places)), code))
    return tuple(
        Column(
            party=label(code),
            cards=tuple(
                StatementCard(
                    view=view,
                    score=scores.get(view.statement.id),
                    marks=tuple(marks.get(view.statement.id, ())),
                )
                for view in by_party[code]
            ),
            languages=tuple(Counter(view.document.language for view in by_party[code]).most_common()),
        )
        for code in codes
    )
