"""One event: what is contested in it, its figures, and a column for each party with what it says."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.conflicts import Conflict
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.views import EventDetail, EventSummary, StatementView
from tracker.web.clashes import Clash, lay_out_clashes
from tracker.web.disputes import QuestionCard, StatementsOf, lay_out_questions
from tracker.web.ledgers import PARAMETER, FigureLedger, lay_out_figures, read_policy
from tracker.web.party_labels import PartyLabel, in_registry_order, label_parties, labels_by_code
from tracker.web.reading_room import ReadingRoom


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

    `questions` hold the conflicts that stand, but for those of no question, which are `loose`; `standing`
    counts all of them. `rejected` are those that an analyst threw out. `silent` are the sides of the registry
    of which no statement was found. `merged` is the id of an event that was merged into this one, where the
    reader came by its address.
    """

    summary: EventSummary
    questions: tuple[QuestionCard, ...]
    loose: tuple[Clash, ...]
    standing: int
    rejected: tuple[Clash, ...]
    ledger: FigureLedger
    columns: tuple[Column, ...]
    silent: tuple[PartyLabel, ...]
    merged: str | None


def add_event_comparison(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/events/<id>?range=…`; an id that was merged away leads on for good."""

    @blueprint.get("/events/<event_id>")
    def event(event_id: str) -> str | Response:
        policy = read_policy(request.args)
        successor = room.library.redirect_of(event_id)
        if successor is not None and successor != event_id:
            kept = policy.value if PARAMETER in request.args else None
            return redirect(url_for("pages.event", event_id=successor, merged=event_id, range=kept), code=301)
        detail = room.library.event(event_id)
        merged = request.args.get("merged")
        if merged is not None and room.library.redirect_of(merged) != event_id:
            merged = None
        page = compare(detail, room.dispute(event_id, policy), room, policy=policy, merged=merged)
        return render_template("events/comparison.html", page=page)


def compare(
    detail: EventDetail,
    dispute: Dispute,
    room: ReadingRoom,
    *,
    policy: RangePolicy,
    merged: str | None = None,
) -> ComparisonPage:
    """Lay an event out: its questions, its figures, and what each party says."""
    clashes = lay_out_clashes(detail.conflicts, room.parties)
    find = StatementsOf(detail, room.library)
    questions, loose = lay_out_questions(dispute.questions, clashes.standing, find, room)
    speaking = {view.statement.party for view in detail.statements}
    return ComparisonPage(
        summary=detail.summary,
        questions=questions,
        loose=loose,
        standing=len(clashes.standing),
        rejected=clashes.rejected,
        ledger=lay_out_figures(dispute.ledger, dispute.revisions, policy, find, room),
        columns=_columns(detail, room, marks=_marks(clashes.standing)),
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
    label = labels_by_code(room.parties)
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
        for code in in_registry_order(by_party, room.parties)
    )
