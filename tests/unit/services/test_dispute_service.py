from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from numpy.typing import NDArray
from service_doubles import (
    CountingEmbedder,
    MemoryStore,
    a_document,
    a_statement,
    an_event,
)

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES, Pair
from tracker.conflicts.kinds import KIND_FEATURES, KindModel
from tracker.domain.conflicts import Conflict, ConflictType, Judgement, Verdict
from tracker.domain.documents import Span
from tracker.domain.errors import NotFoundError
from tracker.domain.identifiers import conflict_id
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.statements import Figure, FigureKind, Statement
from tracker.domain.views import ConflictView, EventDetail, EventSummary, StatementView
from tracker.services.comparing import ComparisonVectors
from tracker.services.disputes import DisputeService
from tracker.services.embedding import TextVectors, question_text
from tracker.statements.extraction import Knowledge

EVERY, LATEST = RangePolicy.EVERY_FIGURE, RangePolicy.LATEST_OF_EACH
TEXT = "Three soldiers were killed. Eleven soldiers were killed."
FIRST = a_document(TEXT, published=datetime(2020, 3, 10, 8, 0, tzinfo=UTC))
SECOND = replace(FIRST, id="d2", published=datetime(2020, 3, 11, 8, 0, tzinfo=UTC))
THREE = Figure(FigureKind.KILLED, 3, 3, Span(0, 5))
ELEVEN = Figure(FigureKind.KILLED, 11, 11, Span(28, 34))
FEW = a_statement(FIRST, party="LNA", figures=(THREE,))
MANY = a_statement(FIRST, start=28, party="GNA", figures=(ELEVEN,))
LATER = replace(a_statement(SECOND, start=28, party="LNA", figures=(ELEVEN,)), id="sffffffffffffff1")
SILENT = replace(a_statement(SECOND, party="UN"), id="sffffffffffffff2")


@dataclass
class OneEvent:
    """A library that knows one event."""

    detail: EventDetail

    def event(self, event_id: str) -> EventDetail:
        if event_id != self.detail.summary.event.id:
            raise NotFoundError(f"no event is stored under {event_id}")
        return self.detail


def view(statement: Statement) -> StatementView:
    document = SECOND if statement in (LATER, SILENT) else FIRST
    return StatementView(statement, document, None, None, None, 0)


def clash(one: Statement, other: Statement, judgement: Judgement = Judgement.SUGGESTED) -> ConflictView:
    first, second = sorted((one, other), key=lambda statement: statement.id)
    verdict = Verdict(ConflictType.OCCURRENCE, 0.9, "They clash.", "denial")
    conflict = Conflict(
        conflict_id(one.id, other.id), "e1", first.id, second.id, verdict, "rules 1", judgement
    )
    return ConflictView(conflict, view(first), view(second), "", "en")


def detail(
    *conflicts: ConflictView, members: tuple[Statement, ...] = (FEW, MANY, LATER, SILENT)
) -> EventDetail:
    event = replace(an_event(*members), id="e1")
    summary = EventSummary(event, len(members), 2, len(conflicts), (), (), None, constructed=True)
    return EventDetail(summary, tuple(view(one) for one in members), conflicts)


def comparator(knowledge: Knowledge, *, agreeing: bool) -> Comparator:
    """Says of each pair that it agrees, or of none."""
    intercepts = np.array([0.0, 9.0 if agreeing else 0.0, 0.0 if agreeing else 9.0])
    kinds = KindModel.of({"other": {**dict.fromkeys(KIND_FEATURES, 0.0), "intercept": 0.0}})
    model = ConflictModel(np.zeros((3, len(FEATURES))), intercepts, 0.9, kinds)
    return Comparator([], knowledge.parties, model)


def desk(
    known: EventDetail, store: MemoryStore, knowledge: Knowledge, *, agreeing: bool = False
) -> DisputeService:
    comparing = ComparisonVectors(TextVectors(store, CountingEmbedder()))  # type: ignore[arg-type]
    return DisputeService(OneEvent(known), comparing, comparator(knowledge, agreeing=agreeing))  # type: ignore[arg-type]


def answers(dispute: Dispute) -> list[list[str]]:
    (question,) = dispute.questions
    return sorted(sorted(position.statements) for position in question.positions)


@pytest.mark.parametrize("judgement", [Judgement.SUGGESTED, Judgement.CONFIRMED, Judgement.UNSURE])
def test_a_conflict_that_stands_is_a_question(
    store: MemoryStore, knowledge: Knowledge, judgement: Judgement
) -> None:
    dispute = desk(detail(clash(FEW, MANY, judgement)), store, knowledge).dispute("e1", EVERY)
    assert dispute.event == "e1"
    assert answers(dispute) == sorted([[FEW.id], [MANY.id]])
    assert dispute.questions[0].silent == ("UN",)


def test_a_rejected_conflict_is_none(store: MemoryStore, knowledge: Knowledge) -> None:
    rejected = clash(FEW, MANY, Judgement.REJECTED)
    assert desk(detail(rejected), store, knowledge).dispute("e1", EVERY).questions == ()
    both = desk(detail(rejected, clash(SILENT, MANY)), store, knowledge).dispute("e1", EVERY)
    assert answers(both) == sorted([[SILENT.id], [MANY.id]])


def test_comparisons_are_made_anew_and_find_supporters(store: MemoryStore, knowledge: Knowledge) -> None:
    known = detail(clash(FEW, MANY), members=(FEW, MANY, SILENT))
    alone = desk(known, store, knowledge).dispute("e1", EVERY)
    assert answers(alone) == sorted([[FEW.id], [MANY.id]])
    # All agree with all, so nobody agrees with one answer alone; among two, the third agrees with one.
    assert answers(desk(known, store, knowledge, agreeing=True).dispute("e1", EVERY)) == answers(alone)
    ally = replace(SILENT, attribution=replace(SILENT.attribution, party="GNA"))
    beside = detail(clash(FEW, MANY), members=(FEW, MANY, ally))
    assert answers(desk(beside, store, knowledge, agreeing=True).dispute("e1", EVERY)) == sorted(
        [sorted([FEW.id, ally.id]), [MANY.id]]
    )


def test_an_unknown_event_is_not_found(store: MemoryStore, knowledge: Knowledge) -> None:
    with pytest.raises(NotFoundError, match="no event is stored under e2"):
        desk(detail(), store, knowledge).dispute("e2", EVERY)


def test_an_event_that_was_read_already_gives_the_same(store: MemoryStore, knowledge: Knowledge) -> None:
    known = detail(clash(FEW, MANY))
    service = desk(known, store, knowledge)
    assert service.dispute_in(known, LATEST) == service.dispute("e1", LATEST)


def test_the_ledger_goes_by_the_policy_and_the_day_of_publication(
    store: MemoryStore, knowledge: Knowledge
) -> None:
    service = desk(detail(members=(FEW, LATER, SILENT)), store, knowledge)
    for policy, low in ((EVERY, 3), (LATEST, 11)):
        (row,) = service.dispute("e1", policy).ledger
        assert (row.kind, row.group, row.policy, row.low, row.high) == (
            FigureKind.KILLED,
            None,
            policy,
            low,
            11,
        )
        assert [one.published for one in row.entries] == [date(2020, 3, 10), date(2020, 3, 11)]


def test_a_later_figure_is_a_revision_and_no_question(store: MemoryStore, knowledge: Knowledge) -> None:
    dispute = desk(detail(), store, knowledge).dispute("e1", EVERY)
    assert dispute.questions == ()
    (revision,) = dispute.revisions
    assert (revision.party, revision.towards) == ("LNA", ("GNA",))
    assert [one.statement for one in revision.trail] == [FEW.id, LATER.id]


def test_a_document_without_a_day_is_none_of_a_trail(store: MemoryStore, knowledge: Knowledge) -> None:
    known = detail(members=(FEW, LATER))
    undated = replace(known.statements[1], document=replace(SECOND, published=None))
    service = desk(replace(known, statements=(known.statements[0], undated)), store, knowledge)
    dispute = service.dispute("e1", EVERY)
    assert dispute.revisions == ()
    assert [one.published for one in dispute.ledger[0].entries] == [None, date(2020, 3, 10)]


def test_vectors_of_questions_are_reckoned_once(store: MemoryStore, knowledge: Knowledge) -> None:
    service = desk(detail(clash(FEW, MANY)), store, knowledge)
    service.dispute("e1", EVERY)
    service.dispute("e1", LATEST)
    assert store.transactions == 1
    assert len(store.vectors_kept) == len({question_text(one) for one in (FEW, MANY, LATER, SILENT)})


def test_a_conflict_with_a_statement_that_has_left_the_event_does_not_break_the_rest(
    store: MemoryStore, knowledge: Knowledge
) -> None:
    """Judged conflicts stay with one of their statements when a person puts the two apart."""
    known = detail(clash(FEW, MANY, Judgement.CONFIRMED), clash(LATER, SILENT), members=(MANY, LATER, SILENT))
    dispute = desk(known, store, knowledge).dispute("e1", EVERY)
    standing = [
        [set(position.statements) for position in question.positions] for question in dispute.questions
    ]
    assert [{LATER.id}, {SILENT.id}] in standing or [{SILENT.id}, {LATER.id}] in standing


class Judging(Comparator):
    """Counts the pairs that are compared."""

    compared = 0

    def weigh(self, pair: Pair) -> NDArray[np.float64]:
        self.compared += 1
        return super().weigh(pair)


def counted(store: MemoryStore, knowledge: Knowledge) -> tuple[DisputeService, Judging, list[object]]:
    """A service, its comparator, and the registry it reads by (the last of the list)."""
    judging, registries = (
        Judging([], knowledge.parties, comparator(knowledge, agreeing=False)._model),
        [object()],
    )
    known = detail(clash(FEW, MANY))
    comparing = ComparisonVectors(TextVectors(store, CountingEmbedder()))  # type: ignore[arg-type]
    service = DisputeService(OneEvent(known), comparing, judging, lambda: registries[-1])  # type: ignore[arg-type]
    return service, judging, registries


def test_statements_are_compared_once_and_anew_when_one_of_them_changes(
    store: MemoryStore, knowledge: Knowledge
) -> None:
    service, judging, _ = counted(store, knowledge)
    first = service.dispute("e1", EVERY)
    once = judging.compared
    assert once > 0
    assert service.dispute("e1", EVERY) == first
    service.dispute("e1", LATEST)
    rejected = detail(clash(FEW, MANY, Judgement.REJECTED))
    assert service.dispute_in(rejected, EVERY).questions == ()
    assert judging.compared == once
    corrected = view(replace(FEW, attribution=replace(FEW.attribution, party="TUR")))
    changed = replace(rejected, statements=(corrected, *rejected.statements[1:]))
    service.dispute_in(changed, EVERY)
    assert judging.compared > once


def test_another_registry_has_everything_read_anew(store: MemoryStore, knowledge: Knowledge) -> None:
    service, judging, registries = counted(store, knowledge)
    service.dispute("e1", EVERY)
    once = judging.compared
    registries.append(object())
    service.dispute("e1", EVERY)
    assert judging.compared == 2 * once
