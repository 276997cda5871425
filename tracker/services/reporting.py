"""What a report tells: what is stored about some days, read closely."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tracker.conflicts.aspects import Aspects
from tracker.conflicts.comparison import Comparator
from tracker.conflicts.ledger import figure_ledger, revisions
from tracker.conflicts.members import Member
from tracker.conflicts.questions import Said, contested_questions
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.events import Event
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.reporting import Stored, Told, Wanted
from tracker.domain.statements import Statement
from tracker.events.description import describe_event
from tracker.events.linkable import InContext
from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import EmbeddingService, TextVectors, context_text
from tracker.services.reporting_ports import ReportSource

_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReportingService:
    """Reads what reports tell. Nothing is written, not even a vector that is not kept yet.

    `embeddings` are those that events are described by, `comparing` those that statements are compared by.
    """

    source: ReportSource
    embeddings: EmbeddingService
    comparing: ComparisonVectors
    comparator: Comparator

    def gather(self, wanted: Wanted) -> Stored:
        """What is stored about some days, as it was known at the end of a day.

        Events that were altered since are described, and their statements compared, anew, by the rules and
        models of now: what people had judged by then stays as they judged it.
        """
        stored = self.source.read(wanted)
        altered = [event for event in stored.events if event.id in stored.altered]
        if not altered:
            return stored
        described = {event.id: event for event in self._described(altered, stored.told)}
        conflicts = [
            one
            for one in stored.conflicts
            if one.event not in described or one.judgement is not Judgement.SUGGESTED
        ]
        known = {one.id for one in conflicts}
        found = (one for event in altered for one in self._compared(event, stored.told))
        conflicts += [one for one in found if one.id not in known]
        return replace(
            stored,
            events=tuple(described.get(event.id, event) for event in stored.events),
            conflicts=tuple(sorted(conflicts, key=lambda one: one.id)),
        )

    def aspects(self, statements: Sequence[Statement]) -> dict[str, Aspects]:
        """What each statement's words are about, by its id."""
        return {one.statement.id: one for one in self.comparator.aspects(statements)}

    def disputes(
        self, events: Sequence[Event], stored: Stored, aspects: Mapping[str, Aspects], policy: RangePolicy
    ) -> dict[str, Dispute]:
        """What is contested in each of these events, by its id. `aspects` holds all their statements.

        A fixed number of queries, each in chunks.
        """
        standing: defaultdict[str, list[Conflict]] = defaultdict(list)
        for conflict in stored.conflicts:
            if conflict.judgement is not Judgement.REJECTED:
                standing[conflict.event].append(conflict)
        contested = [event for event in events if standing[event.id]]
        members = self._members(stored.told[one] for event in contested for one in event.statements)
        return {
            event.id: self._dispute(event, standing[event.id], stored.told, aspects, members, policy)
            for event in events
        }

    def _dispute(
        self,
        event: Event,
        conflicts: Sequence[Conflict],
        told: Mapping[str, Told],
        aspects: Mapping[str, Aspects],
        members: Mapping[str, Member],
        policy: RangePolicy,
    ) -> Dispute:
        inside = [aspects[one] for one in in_order(event, told)]
        published = {one: _day(told[one]) for one in event.statements}
        comparisons = []
        if conflicts:
            comparisons = self.comparator.comparisons(inside, [members[one.statement.id] for one in inside])
        by_id = {one.statement.id: one for one in inside}
        return Dispute(
            event=event.id,
            questions=contested_questions(Said(event.id, by_id, conflicts, comparisons)),
            ledger=figure_ledger(inside, published, policy),
            revisions=revisions(inside, published),
        )

    def _described(self, events: Sequence[Event], told: Mapping[str, Told]) -> Iterable[Event]:
        every = [told[one] for event in events for one in event.statements]
        contexts = TextVectors(self.embeddings.store, self.embeddings.embedder)
        vectors = contexts.of_unkept([context_text(one.statement) for one in every])
        described = {
            one.statement.id: InContext(one.statement, _day(one), vector)
            for one, vector in zip(every, vectors, strict=True)
        }
        for event in events:
            yield describe_event([described[one] for one in event.statements], event.members, event.id)

    def _compared(self, event: Event, told: Mapping[str, Told]) -> list[Conflict]:
        members = self._members(told[one] for one in event.statements)
        return self.comparator.compare(event.id, list(members.values()))

    def _members(self, told: Iterable[Told]) -> dict[str, Member]:
        """Statements as the comparison is told of them, by id."""
        every = {one.statement.id: one for one in told}
        published = {name: _day(one) for name, one in every.items()}
        members = self.comparing.members_unkept([one.statement for one in every.values()], published)
        return dict(zip(every, members, strict=True))


def in_order(event: Event, told: Mapping[str, Told]) -> list[str]:
    """The ids of an event's statements by time of publication, those without one last, then by place."""

    def place(one: str) -> tuple[datetime, str, int, int]:
        document, span = told[one].document, told[one].statement.span
        return document.published or _UNDATED, document.id, span.start, span.end

    return sorted(event.statements, key=place)


def _day(told: Told) -> date | None:
    return told.document.published.date() if told.document.published else None
