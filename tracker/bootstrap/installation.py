"""An installation: a database with its services, wired."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from tracker.bootstrap.clock import SystemClock
from tracker.bootstrap.indexing import FedIndex, is_in_step
from tracker.bootstrap.models import Models
from tracker.domain.errors import DatabaseError, IndexDamagedError, SettingsError
from tracker.domain.operating import Vitals
from tracker.domain.statements import NamedPlace
from tracker.embedding.apart import ApartEmbedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.events.pair_model import PairModel
from tracker.index.faiss_index import Accuracy
from tracker.index.verification import Verification, verify
from tracker.registry.current import CurrentRegistry
from tracker.services.decisions import DecisionService
from tracker.services.disputes import DisputeService
from tracker.services.dossiers import DossierService
from tracker.services.embedding import EmbeddingService
from tracker.services.ingest import IngestService
from tracker.services.jobs import JobService
from tracker.services.linking import LinkingService
from tracker.services.people import PeopleService
from tracker.services.places import PlaceService
from tracker.services.receiving import ReceivingService
from tracker.services.registry import RegistryService
from tracker.services.reporting import ReportingService
from tracker.services.search import SearchService
from tracker.services.sources import SourceService
from tracker.services.tokens import TokenService
from tracker.settings import Settings
from tracker.storage.conflict_lists import SqlConflictLists
from tracker.storage.event_desk import SqlEventDesk
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.exporting import SqlExportSource
from tracker.storage.first_password import FirstPasswordFile
from tracker.storage.library import SqlLibrary
from tracker.storage.people import SqlPeople
from tracker.storage.pgvector_index import PgvectorIndex
from tracker.storage.reading_lists import SqlReadingLists
from tracker.storage.registry import sync_registry
from tracker.storage.store import SqlStore
from tracker.storage.today import SqlDayBook
from tracker.storage.trail import SqlTrail
from tracker.storage.vitals import work_at_hand
from tracker.storage.weeks import SqlWeeks


@dataclass(frozen=True, slots=True)
class Installation:
    """A database with its services. Made by `installation`; closed with its block."""

    settings: Settings
    engine: Engine
    clock: SystemClock
    registry: CurrentRegistry
    registry_edits: RegistryService
    store: SqlStore
    library: SqlLibrary
    people: SqlPeople
    accounts: PeopleService
    first_password: FirstPasswordFile
    models: Models
    embedder: SentenceTransformerEmbedder | ApartEmbedder
    index: FedIndex | PgvectorIndex
    embeddings: EmbeddingService
    linking: LinkingService
    ingest: IngestService
    search: SearchService
    disputes: DisputeService
    reporting: ReportingService
    decisions: DecisionService
    jobs: JobService
    event_lists: SqlEventLists
    reading_lists: SqlReadingLists
    day_book: SqlDayBook
    trail: SqlTrail
    conflict_lists: SqlConflictLists
    desk: SqlEventDesk
    places: tuple[NamedPlace, ...]
    weeks: SqlWeeks
    dossiers: DossierService
    sources: SourceService
    gazetteer: PlaceService
    tokens: TokenService
    exports: SqlExportSource
    receiving: ReceivingService

    def verify_index(self) -> Verification:
        """Compare the vector index with the database. Raises ModelMismatchError."""
        self.linking.check_model()
        batches = self.store.all_vectors()
        if isinstance(self.index, PgvectorIndex):
            batches = ((keys, PgvectorIndex.as_kept(vectors)) for keys, vectors in batches)
        return verify(self.index, batches)

    def index_accuracy(self) -> Accuracy | None:
        """What searches by meaning find of what they should; None for an index that does not measure it."""
        return self.index.accuracy if isinstance(self.index, FedIndex) else None

    def rebuild_index(self) -> int:
        """Build the vector index anew from the database; returns how many vectors it holds.

        Raises ModelMismatchError.
        """
        self.linking.check_model()
        with self.linking.turns.take():
            self.index.replace(self.store.all_vectors())
            self.index.save()
        return len(self.index)

    def update_registry(self) -> None:
        """Copy the registry's parties and speakers into the database, for statements to refer to."""
        registry = self.registry.now(at_once=True)
        sync_registry(self.engine, registry.parties, registry.speakers)

    def notices(self) -> list[str]:
        """In which ways the program is degraded, a sentence each."""
        return [*self.faults(), *self._doings(), *_unread(self.registry), *unfitted(self.embedder.name)]

    def faults(self) -> list[str]:
        """What keeps search from answering, a sentence each."""
        stored, wanted = self.store.model(), self.embeddings.identity
        if stored is not None and stored != wanted:
            return [
                (
                    f"The database holds vectors of {stored}, the settings name {wanted}: search is off "
                    "until `tracker relink` has run."
                )
            ]
        if not self.linking.turns.is_held() and self._index_lacks_what_was_linked():
            return ["The search index is behind the database: run `tracker index rebuild`."]
        return []

    def _index_lacks_what_was_linked(self) -> bool:
        """Whether it does, or has too much. Statements come into it when they are linked."""
        if not self._index_is_behind():
            return False
        return not is_in_step(self.index, self.store)

    def _doings(self) -> list[str]:
        if self.jobs.is_attended():
            if self._index_is_behind():
                return [
                    "Documents are being added: search finds what they say as soon as it has been linked."
                ]
        elif self.store.count_unlinked():
            notice = (
                "Some statements are stored but not linked yet. Unless documents are being ingested just "
                "now, that was broken off: `tracker link` finishes it."
            )
            return [notice]
        return []

    def _index_is_behind(self) -> bool:
        if self.store.count_vectors() == len(self.index):
            return False
        try:
            # Another process may have linked in the meantime.
            self.index.reload_if_changed()
        except IndexDamagedError:
            return True
        return self.store.count_vectors() != len(self.index)

    def vitals(self) -> Vitals:
        """What whoever runs the program wants to know. Raises DatabaseError."""
        unlinked = self.store.count_unlinked()
        wanted = self.store.count_vectors() - unlinked
        try:
            self.index.reload_if_changed()
            indexed = len(self.index)
        except IndexDamagedError:
            indexed = 0
        return Vitals(
            work=work_at_hand(self.engine),
            is_attended=self.jobs.is_attended(),
            unlinked=unlinked,
            indexed=indexed,
            missing=max(0, wanted - indexed),
            recall=None if (measured := self.index_accuracy()) is None else measured.recall,
        )

    def ready(self) -> Mapping[str, str]:
        """For each part "ok", or the reason why it cannot serve."""
        answers = {"database": "ok", "index": "ok", "model": "ok"}
        try:
            faults = self.faults()
            self.models.load()
        except DatabaseError as error:
            answers["database"] = str(error)
        except SettingsError as error:
            answers["model"] = str(error)
        else:
            answers["index"] = " ".join(faults) or "ok"
        return answers


def _unread(registry: CurrentRegistry) -> list[str]:
    fault = registry.fault
    return [f"The desk's own parties cannot be read, so those read last stay: {fault}"] if fault else []


def unfitted(embedding: str) -> list[str]:
    """A notice for an embedding whose vectors the weights of linking were not fitted for; else nothing."""
    if PairModel.is_fitted(embedding):
        return []
    notice = (
        f"Events are linked with weights that were not fitted for the vectors of {embedding}: "
        "expect more statements in the wrong event."
    )
    return [notice]
