"""Ingesting: documents to stored statements, then linking; idempotent, resumable, nothing lost."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Protocol

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.views import Counts
from tracker.services.embedding import Begin, EmbeddingService, TextsUnderWay
from tracker.services.intake import Intake, Taken, nobody
from tracker.services.linking import LinkingService, Progress
from tracker.services.listening import BeginReading, VoiceReader, at_once
from tracker.services.ports import Clock, Store
from tracker.services.reading_ahead import Outcomes, outcomes_ahead
from tracker.services.rounds import Rounds
from tracker.statements.extraction import Knowledge

BATCH = 400
"""Documents between two rounds of linking."""

AHEAD = 2 * BATCH
"""Documents that are read ahead: models have work for longer than a round of linking takes."""

MANY = 100
"""From so many documents on, models work beside the reading of others, where they can."""


@dataclass(slots=True)
class IngestSummary:
    """What an ingest did. `failures` are told as they happen, in the words of their errors."""

    new: int = 0
    known: int = 0
    statements: int = 0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    totals: Counts = field(default_factory=lambda: Counts(0, 0, 0, 0))

    @property
    def failed(self) -> int:
        """How many documents could not be taken in."""
        return len(self.failures)


class Apart(Protocol):
    """Models that can work beside this process."""

    def started(self) -> AbstractContextManager[tuple[BeginReading, Begin, tuple[Begin, ...]]]:
        """Have them work: what begins to hear stories, to embed for search, and for comparing."""


@dataclass(frozen=True, slots=True)
class IngestService:
    """Takes documents in, one transaction each; what was begun before a crash is finished next time.

    `voices` hears who speaks in them; without it the named features decide alone.
    """

    store: Store
    embeddings: EmbeddingService
    linking: LinkingService
    knowledge: Knowledge
    clock: Clock
    voices: VoiceReader | None = None
    apart: Apart | None = None

    def ingest(
        self, incoming: Iterable[IncomingDocument | ReadingError], progress: Progress
    ) -> IngestSummary:
        """Ingest everything that can be read; report what cannot and go on.

        Raises ModelMismatchError before anything is read where the database holds another model's vectors.
        """
        self.linking.check_model()
        summary, rounds = IngestSummary(), Rounds(BATCH, self.linking.waiting())
        with self._taking(incoming) as outcomes:
            for number, (one, taken) in enumerate(outcomes, 1):
                _add(summary, one, taken)
                progress("reading", number, 0)
                if rounds.took(taken):
                    self.linking.link_pending(progress, rounds.later)
        self.linking.link_pending(progress)
        summary.totals = self.store.counts()
        return summary

    def take(
        self,
        one: IncomingDocument | ReadingError,
        before_storing: Callable[[str], None] = nobody,
        *,
        ahead: bool = False,
    ) -> Taken:
        """Take one page in, as one document or as several; what it says is linked by `link_pending`.

        `before_storing` is told the id of each document that is not stored yet, before it is. `ahead`, where
        workers share jobs: also the vectors by which linking compares are reckoned now.
        """
        if isinstance(one, ReadingError):
            return Taken(failure=one.reason)
        compared = map(TextsUnderWay.at_once, self.linking.comparing.models) if ahead else ()
        voices = None if self.voices is None else at_once(self.voices)
        intake = self._intake(voices, TextsUnderWay.at_once(self.embeddings.texts), tuple(compared))
        return intake.keep(intake.read(intake.listen(one)), before_storing, relying=ahead)

    @contextmanager
    def _taking(self, incoming: Iterable[IncomingDocument | ReadingError]) -> Iterator[Outcomes]:
        """What becomes of each; where they are many, models work meanwhile at those that follow."""
        incoming = iter(incoming)
        first = [] if self.apart is None else list(islice(incoming, MANY))
        if self.apart is None or len(first) < MANY:
            yield ((one, self.take(one)) for one in chain(first, incoming))
            return
        with self.apart.started() as (voices, contexts, compared):
            intake = self._intake(
                voices,
                TextsUnderWay(self.embeddings.texts, contexts),
                tuple(
                    TextsUnderWay(model, begin)
                    for model, begin in zip(self.linking.comparing.models, compared, strict=True)
                ),
            )
            yield outcomes_ahead(intake, chain(first, incoming), AHEAD)

    def _intake(
        self, voices: BeginReading | None, contexts: TextsUnderWay, compared: tuple[TextsUnderWay, ...]
    ) -> Intake:
        return Intake(self.store, self.embeddings, self.knowledge, self.clock, voices, contexts, compared)


def _add(summary: IngestSummary, one: IncomingDocument | ReadingError, taken: Taken) -> None:
    summary.new += len(taken.new)
    summary.known += len(taken.known)
    summary.statements += taken.statements
    if taken.failure:
        summary.failures.append(f"{one.origin}: {taken.failure}")
    if taken.note:
        summary.notes.append(f"{one.origin}: {taken.note}")


def marked_constructed(
    incoming: Iterator[IncomingDocument | ReadingError],
) -> Iterator[IncomingDocument | ReadingError]:
    """The same documents, marked as constructed for demonstration."""
    for one in incoming:
        yield replace(one, constructed=True) if isinstance(one, IncomingDocument) else one
