"""A newsroom over a real database and index, with vectors that follow from one word."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Aspect, Change, Key, SubjectKind
from tracker.domain.documents import DateFound, DatePrecision, Document, IncomingDocument, Span
from tracker.domain.events import Event, LinkVerdict
from tracker.domain.identifiers import document_id, statement_id, text_digest
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.statements import EventDate, Figure, Polarity, Statement
from tracker.registry.loading import Registry, load_registry
from tracker.services.decisions import DecisionService
from tracker.services.disputes import DisputeService
from tracker.services.linking import LinkingService
from tracker.statements.mentions import PartyFinder
from tracker.storage.store import SqlStore
from tracker.storage.tables import AuditEntryRow, ConflictRow

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PUBLISHED = datetime(2020, 3, 10, 8, 0, tzinfo=UTC)


@cache
def known() -> tuple[Registry, PartyFinder]:
    registry = load_registry()
    return registry, PartyFinder(registry.parties, registry.speakers)


class WordEmbedder:
    """The first word of a text decides its vector: the same word, the same direction."""

    name = "words"
    dimension = 384

    def __init__(self, revision: str = "1") -> None:
        self.revision = revision

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, int(text_digest(text.split()[0])[:8], 16) % self.dimension] = 1.0
        return vectors


class QuestionEmbedder(WordEmbedder):
    """The second word decides: the first of a question's text is who puts it forward."""

    name = "questions"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().encode([text.partition(" ")[2] or text for text in texts])


class Newsroom:
    """Files statements and links them."""

    def __init__(
        self,
        store: SqlStore,
        linking: LinkingService,
        disputes: DisputeService,
        decisions: DecisionService,
    ) -> None:
        self.store = store
        self.linking = linking
        self.disputes = disputes
        self.decisions = decisions
        self._filed = 0

    def file(
        self,
        *quotes: str,
        party: str = "GNA",
        published: datetime | None = PUBLISHED,
        day: date | None = None,
        polarity: Polarity = Polarity.ASSERTS,
        figures: Sequence[Figure] = (),
    ) -> list[str]:
        """Store a document for each quote, with one statement, about `day` if it is given; their ids."""
        return [self._file_one(quote, party, published, day, polarity, figures) for quote in quotes]

    def _file_one(
        self,
        quote: str,
        party: str,
        published: datetime | None,
        day: date | None,
        polarity: Polarity,
        figures: Sequence[Figure],
    ) -> str:
        self._filed += 1
        original = f"{quote} ({self._filed})".encode()
        digest = text_digest(original.decode())
        document = Document(
            document_id(digest, None, None), None, None, "", "", published, None, "en", digest, quote
        )
        statement = Statement(
            id=statement_id(document.id, 0, len(quote)),
            document=document.id,
            span=Span(0, len(quote)),
            quote=quote,
            language="en",
            attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9),
            polarity=polarity,
            figures=tuple(figures),
            date=EventDate(day, DatePrecision.DAY, DateFound.EXPLICIT) if day else None,
        )
        embeddings = self.linking.embeddings
        vectors = embeddings.missing([statement])
        with self.store.writing() as session:
            session.set_model(embeddings.identity)
            session.add_document(document, IncomingDocument("x", original, "text/plain", quote), NOW)
            session.add_statements([statement])
            embeddings.write(session, [statement], vectors)
        return statement.id

    def link(self) -> None:
        self.linking.link_pending(lambda _stage, _done, _total: None)

    def relink(self) -> None:
        self.linking.relink(lambda _stage, _done, _total: None)

    def events(self) -> list[Event]:
        return list(self.store.all_events())

    def happenings(self) -> set[frozenset[str]]:
        """The statements of each event."""
        return {frozenset(event.statements) for event in self.events()}

    def decide(self, one: str, other: str, verdict: LinkVerdict | None) -> None:
        """A decision on two statements alone, as an act on many leaves it; nothing is linked anew."""
        key = Key(SubjectKind.PAIR, " ".join(sorted((one, other))), Aspect.LINK)
        after = None if verdict is None else str(verdict)
        with self.decisions.decisions.acting() as session:
            session.apply([Change(key, session.value(key), after)], actor="amal", reason="read both")

    def judge(self, conflict: str, judgement: Judgement) -> None:
        """What a person makes of a conflict."""
        with Session(self.store._engine) as session, session.begin():
            session.execute(update(ConflictRow).where(ConflictRow.id == conflict).values(judgement=judgement))

    def dispute(self, statement: str) -> Dispute:
        """What is contested in the event of a statement."""
        event = self.store.events_of([statement])[statement]
        return self.disputes.dispute(event, RangePolicy.EVERY_FIGURE)

    def quotes(self) -> set[frozenset[str]]:
        """The words of each event."""
        quotes = {one.id: one.quote for one in self.store.all_statements()}
        return {frozenset(quotes[one] for one in happening) for happening in self.happenings()}

    def is_one(self, one: str, other: str) -> bool:
        """Whether two statements stand in one event."""
        events = self.store.events_of([one, other])
        return len(events) == 2 and events[one] == events[other]

    def audit(self, action: str) -> list[AuditEntryRow]:
        with Session(self.store._engine) as session:
            return list(session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == action)))
