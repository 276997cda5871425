"""One event: what is contested in it, its figures, and a column for each party with what it says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.conflicts import Conflict
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.views import EventDetail, EventSummary, StatementView
from tracker.services.remembering import Remembered, Same
from tracker.web.clashes import Clash, lay_out_clashes
from tracker.web.coverage import Coverage, count_coverage
from tracker.web.disputes import QuestionCard, StatementsOf, lay_out_questions
from tracker.web.event_desks import Colleagues, EventDeskView, Fault, lay_out_event_desk
from tracker.web.languages import current_language
from tracker.web.ledgers import PARAMETER, FigureLedger, lay_out_figures, read_policy
from tracker.web.maps import EventMap, draw_map
from tracker.web.pages import add_page
from tracker.web.party_labels import PartyLabel, in_registry_order, label_parties, labels_by_code
from tracker.web.question_grids import QuestionGrid, lay_out_grid
from tracker.web.reading_room import ReadingRoom
from tracker.web.timelines import Timeline, draw_timeline


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
class EventLayout:
    """What stands in an event, laid out, whoever reads it.

    `questions` hold the conflicts that stand, but for those of no question, which are `loose`; `standing`
    counts all of them. `rejected` are those that an analyst threw out. `silent` are the sides of the registry
    of which no statement was found.
    """

    summary: EventSummary
    questions: tuple[QuestionCard, ...]
    loose: tuple[Clash, ...]
    standing: int
    rejected: tuple[Clash, ...]
    ledger: FigureLedger
    columns: tuple[Column, ...]
    silent: tuple[PartyLabel, ...]
    grid: QuestionGrid
    timeline: Timeline
    coverage: Coverage
    map: EventMap | None


@dataclass(frozen=True, slots=True)
class ComparisonPage(EventLayout):
    """What templates/events/comparison.html shows.

    `merged` is the id of an event that was merged into this one, where the reader came by its address. `desk`
    is what people decided and can do. `layout` is what all readers of one language share: the same object, as
    long as nothing in the event changes.
    """

    merged: str | None
    desk: EventDeskView
    layout: EventLayout = field(metadata={"json": False})


_STATEMENTS_KEPT = 8_000
"""Of how many statements events are kept: some large ones, or all small ones of a morning."""


def add_event_comparison(
    blueprint: Blueprint, room: ReadingRoom, colleagues: Colleagues
) -> Callable[[str, Fault], ComparisonPage]:
    """Answer `/events/<id>?range=…`; an id that was merged away leads on for good.

    Returns what shows the page once more, with a fault in one of its forms.
    """
    details = Remembered[EventDetail](_STATEMENTS_KEPT, lambda detail: 1 + len(detail.statements))
    known = Remembered[EventDetail](_STATEMENTS_KEPT, lambda detail: 1 + len(detail.statements))
    layouts = Remembered[EventLayout](_STATEMENTS_KEPT, lambda layout: 1 + layout.summary.statements)

    def read(event_id: str) -> EventDetail:
        # Something has changed, but most often not here: then it is the same as before.
        detail = room.library.event(event_id)
        return known.of(detail, lambda: detail)

    def lay_out(
        event_id: str, policy: RangePolicy, *, merged: str | None = None, fault: Fault | None = None
    ) -> ComparisonPage:
        # Looked up first: what changes while the event is read makes another state.
        state = room.desk.state()
        detail = details.of((event_id, state), lambda: read(event_id))
        named = tuple(Same(party) for party in room.parties.values())
        layout = layouts.of(
            (Same(detail), policy, current_language().code, named),
            lambda: compare(detail, room.dispute(detail, policy), room, policy=policy),
        )
        shared = {part.name: getattr(layout, part.name) for part in fields(EventLayout)}
        desk = lay_out_event_desk(detail.summary.event, room, colleagues, fault)
        return ComparisonPage(**shared, merged=merged, desk=desk, layout=layout)

    def again(event_id: str, fault: Fault) -> ComparisonPage:
        return lay_out(event_id, RangePolicy.EVERY_FIGURE, fault=fault)

    def event(event_id: str) -> ComparisonPage | Response:
        policy = read_policy(request.args)
        successor = room.library.redirect_of(event_id)
        if successor is not None and successor != event_id:
            kept = policy.value if PARAMETER in request.args else None
            return redirect(url_for("pages.event", event_id=successor, merged=event_id, range=kept), code=301)
        merged = request.args.get("merged")
        if merged is not None and room.library.redirect_of(merged) != event_id:
            merged = None
        return lay_out(event_id, policy, merged=merged)

    add_page(blueprint, "/events/<event_id>", "event", "events/comparison.html", event)
    return again


def compare(
    detail: EventDetail,
    dispute: Dispute,
    room: ReadingRoom,
    *,
    policy: RangePolicy,
) -> EventLayout:
    """Lay an event out: its questions, its figures, and what each party says."""
    clashes = lay_out_clashes(detail.conflicts, room.parties)
    find = StatementsOf(detail, room.library)
    questions, loose = lay_out_questions(dispute.questions, clashes.standing, find, room)
    speaking = {view.statement.party for view in detail.statements}
    return EventLayout(
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
        grid=lay_out_grid(questions, room.parties),
        timeline=draw_timeline(detail.statements, room.parties),
        coverage=count_coverage(detail.statements, room.parties),
        map=draw_map(detail.summary.event.place, room.places),
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
