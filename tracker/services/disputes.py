"""What is contested in one event, derived anew from what is stored whenever somebody looks."""

from dataclasses import dataclass

from tracker.conflicts.comparison import Comparator
from tracker.conflicts.ledger import figure_ledger, revisions
from tracker.conflicts.questions import Said, contested_questions
from tracker.domain.conflicts import Judgement
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.views import EventDetail
from tracker.services.embedding import TextVectors, question_text
from tracker.services.ports import Library


@dataclass(frozen=True, slots=True)
class DisputeService:
    """Questions, figures and revisions of an event."""

    library: Library
    questions: TextVectors
    comparator: Comparator

    def dispute(self, event: str, policy: RangePolicy) -> Dispute:
        """Everything that is contested in an event. Raises NotFoundError."""
        return self.dispute_in(self.library.event(event), policy)

    def dispute_in(self, detail: EventDetail, policy: RangePolicy) -> Dispute:
        """The same for an event that was read already."""
        statements = [view.statement for view in detail.statements]
        published = {
            view.statement.id: view.document.published.date() if view.document.published else None
            for view in detail.statements
        }
        aspects = self.comparator.aspects(statements)
        conflicts = [
            view.conflict for view in detail.conflicts if view.conflict.judgement is not Judgement.REJECTED
        ]
        vectors = self.questions.of([question_text(one) for one in statements])
        comparisons = [self.comparator.judge(pair) for pair in self.comparator.pairs_among(aspects, vectors)]
        event = detail.summary.event.id
        by_id = {one.statement.id: one for one in aspects}
        return Dispute(
            event=event,
            questions=contested_questions(Said(event, by_id, conflicts, comparisons)),
            ledger=figure_ledger(aspects, published, policy),
            revisions=revisions(aspects, published),
        )
