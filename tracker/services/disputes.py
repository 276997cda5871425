"""What is contested in one event, derived from what is stored whenever somebody looks.

Nothing of it is stored. Within a process it is remembered by everything that it follows from: statements,
days of publication and conflicts as they stand, and the registry. What anybody changes makes another key.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.comparison import Comparator
from tracker.conflicts.ledger import figure_ledger, revisions
from tracker.conflicts.questions import Said, contested_questions
from tracker.domain.conflicts import Comparison, Conflict, Judgement
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.statements import Statement
from tracker.domain.views import EventDetail
from tracker.services.comparing import ComparisonVectors
from tracker.services.ports import Library
from tracker.services.remembering import Remembered, Same

_EVENTS_KEPT = 64

Compared = tuple[list[Aspects], list[Comparison]]
"""Statements with what their words are about, and how the pairs worth comparing stand to each other."""


def _disputes() -> Remembered[Dispute]:
    return Remembered(_EVENTS_KEPT)


def _comparisons() -> Remembered[Compared]:
    return Remembered(_EVENTS_KEPT)


def _fixed() -> None:
    """A registry that never changes."""


@dataclass(frozen=True, slots=True)
class DisputeService:
    """Questions, figures and revisions of an event.

    `registry` gives the registry by which the comparator reads now: another object once it has changed.
    """

    library: Library
    comparing: ComparisonVectors
    comparator: Comparator
    registry: Callable[[], object] = _fixed
    _derived: Remembered[Dispute] = field(default_factory=_disputes, init=False, repr=False, compare=False)
    _compared: Remembered[Compared] = field(
        default_factory=_comparisons, init=False, repr=False, compare=False
    )

    def dispute(self, event: str, policy: RangePolicy) -> Dispute:
        """Everything that is contested in an event. Raises NotFoundError."""
        return self.dispute_in(self.library.event(event), policy)

    def dispute_in(self, detail: EventDetail, policy: RangePolicy) -> Dispute:
        """The same for an event that was read already."""
        event = detail.summary.event.id
        statements = tuple(view.statement for view in detail.statements)
        published = {
            view.statement.id: view.document.published.date() if view.document.published else None
            for view in detail.statements
        }
        conflicts = tuple(
            view.conflict for view in detail.conflicts if view.conflict.judgement is not Judgement.REJECTED
        )
        return self._derived.of(
            (Same(self.registry()), event, statements, tuple(published.values()), conflicts, policy),
            lambda: self._derive(event, statements, published, conflicts, policy),
        )

    def _derive(
        self,
        event: str,
        statements: Sequence[Statement],
        published: Mapping[str, date | None],
        conflicts: Sequence[Conflict],
        policy: RangePolicy,
    ) -> Dispute:
        # What is judged changes more often than what is said, and comparing takes the most time.
        aspects, comparisons = self._compared.of(
            (Same(self.registry()), tuple(statements), tuple(published.values())),
            lambda: self._compare(statements, published),
        )
        by_id = {one.statement.id: one for one in aspects}
        return Dispute(
            event=event,
            questions=contested_questions(Said(event, by_id, conflicts, comparisons)),
            ledger=figure_ledger(aspects, published, policy),
            revisions=revisions(aspects, published),
        )

    def _compare(self, statements: Sequence[Statement], published: Mapping[str, date | None]) -> Compared:
        aspects = self.comparator.aspects(statements)
        members = self.comparing.members(statements, published)
        return aspects, self.comparator.comparisons(aspects, members)
