"""The only wiring: from settings to adapters to services. Entry points take what they need from here."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.audit import AuditEntry
from tracker.domain.errors import DatabaseError, IndexDamagedError, SettingsError, TrackerError
from tracker.domain.models import ModelIdentity
from tracker.domain.statements import NamedPlace
from tracker.embedding.loading import QUESTION_MODEL, load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.events.pairs import PairModel
from tracker.index.faiss_index import FaissIndex
from tracker.index.verification import Verification, verify
from tracker.reading.paths import suffix_of
from tracker.reading.reader import READABLE
from tracker.reading.standard_input import sniffed
from tracker.registry.current import CurrentFinder, CurrentParties, CurrentRegistry
from tracker.registry.loading import load_places
from tracker.registry.overlay import OVERLAY
from tracker.resources import MIGRATIONS
from tracker.services.decisions import DecisionService
from tracker.services.disputes import DisputeService
from tracker.services.dossiers import DossierService
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.ingest import IngestService
from tracker.services.jobs import JobService
from tracker.services.linking import LinkingService
from tracker.services.people import PeopleService
from tracker.services.places import PlaceService
from tracker.services.registry import RegistryService
from tracker.services.search import SearchService
from tracker.services.sources import SourceService
from tracker.settings import Settings
from tracker.statements.extraction import Knowledge
from tracker.statements.places import PlaceFinder
from tracker.storage.attempts import SqlAttempts
from tracker.storage.conflict_lists import SqlConflictLists
from tracker.storage.decisions import SqlDecisions
from tracker.storage.dossiers import SqlDossiers
from tracker.storage.engine import make_engine
from tracker.storage.event_desk import SqlEventDesk
from tracker.storage.event_lists import SqlEventLists
from tracker.storage.event_summaries import complete_summaries
from tracker.storage.first_password import FirstPasswordFile
from tracker.storage.gazetteer import SqlPlaces
from tracker.storage.incoming import IncomingFolder
from tracker.storage.job_queue import SqlJobQueue
from tracker.storage.jobs import SqlJobs
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import require_current, upgrade
from tracker.storage.passwords import Argon2Passwords
from tracker.storage.people import SqlPeople
from tracker.storage.registry import sync_registry
from tracker.storage.registry_edits import SqlRegistryEdits
from tracker.storage.sessions import SqlSessions
from tracker.storage.sources import SqlSources
from tracker.storage.store import SqlStore
from tracker.storage.today import SqlDayBook
from tracker.storage.trail import SqlTrail
from tracker.storage.weeks import SqlWeeks

INCOMING = "incoming"
"""The folder in TRACKER_HOME where uploaded files wait to be read."""

FIRST_PASSWORD = "first-password.txt"  # noqa: S105 # the name of a file in TRACKER_HOME

Warn = Callable[[str], None]
"""Told of everything that is degraded or mended on the way, in a sentence for a person."""


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The time now."""
        return datetime.now(UTC)


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
    embedder: SentenceTransformerEmbedder
    index: FaissIndex
    embeddings: EmbeddingService
    linking: LinkingService
    ingest: IngestService
    search: SearchService
    disputes: DisputeService
    decisions: DecisionService
    jobs: JobService
    event_lists: SqlEventLists
    day_book: SqlDayBook
    trail: SqlTrail
    conflict_lists: SqlConflictLists
    desk: SqlEventDesk
    places: tuple[NamedPlace, ...]
    weeks: SqlWeeks
    dossiers: DossierService
    sources: SourceService
    gazetteer: PlaceService

    def verify_index(self) -> Verification:
        """Compare the vector index with the database. Raises ModelMismatchError."""
        self.linking.check_model()
        return verify(self.index, self.store.all_vectors())

    def rebuild_index(self) -> int:
        """Build the vector index anew from the database; returns how many vectors it holds.

        Raises ModelMismatchError.
        """
        self.linking.check_model()
        self.index.replace(self.store.all_vectors())
        self.index.save()
        return len(self.index)

    def update_registry(self) -> None:
        """Copy the registry's parties and speakers into the database, for statements to refer to."""
        registry = self.registry.now(at_once=True)
        sync_registry(self.engine, registry.parties, registry.speakers)

    def notices(self) -> list[str]:
        """In which ways the program is degraded, a sentence each."""
        return [*self.faults(), *self._doings(), *_unread(self.registry), *_unfitted(self.embedder.name)]

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
        if self._index_is_behind() and not self.jobs.is_attended():
            return ["The search index is behind the database: run `tracker index rebuild`."]
        return []

    def _doings(self) -> list[str]:
        if self._index_is_behind() and self.jobs.is_attended():
            return ["Documents are being added: search finds what they say as soon as it has been linked."]
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

    def ready(self) -> Mapping[str, str]:
        """For each part "ok", or the reason why it cannot serve."""
        answers = {"database": "ok", "index": "ok", "model": "ok"}
        try:
            faults = self.faults()
            self.embedder.load()
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


def _unfitted(embedding: str) -> list[str]:
    if PairModel.is_fitted(embedding):
        return []
    notice = (
        f"Events are linked with weights that were not fitted for the vectors of {embedding}: "
        "expect more statements in the wrong event."
    )
    return [notice]


def initialise(settings: Settings) -> None:
    """Create the database or bring it to the newest revision, and copy the registry into it."""
    upgrade(settings.database, MIGRATIONS)
    engine = make_engine(settings.database)
    try:
        registry = CurrentRegistry(settings.home / OVERLAY)
        sync_registry(engine, registry.parties, registry.speakers)
        complete_summaries(engine)
    finally:
        engine.dispose()


def audit_trail(settings: Settings) -> tuple[int, str, AuditEntry | None]:
    """How many entries the audit trail has, the seal of the last, and the first whose seal does not fit.

    None where the trail is whole. Needs neither model nor index. Raises DatabaseError.
    """
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        decisions = SqlDecisions(engine, SystemClock().now)
        count, head = decisions.head()
        return count, head, decisions.broken_entry()
    finally:
        engine.dispose()


@contextmanager
def installation(settings: Settings, warn: Warn, *, repair: bool = True) -> Iterator[Installation]:
    """Open the database and wire the services. Raises TrackerError with what to do about it.

    With `repair`, an index that cannot be used, or is not in step, is built anew, with a word about it;
    without, it is left as it is and IndexDamagedError raised where it cannot be used.
    """
    if settings.vector_index != "faiss":
        raise SettingsError("TRACKER_VECTOR_INDEX=pgvector is not available in this version; use faiss")
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        yield _wire(settings, engine, warn if repair else None)
    finally:
        engine.dispose()


@contextmanager
def job_queue(
    settings: Settings, is_gone: Callable[[str], bool]
) -> Iterator[tuple[SqlJobQueue, IncomingFolder]]:
    """The jobs and their files, as a worker needs them while there is nothing to do: without model and index.

    `is_gone` says of a worker's name whether its process has ended. Raises DatabaseError.
    """
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        yield SqlJobQueue(engine, SystemClock().now, is_gone), IncomingFolder(settings.home / INCOMING)
    finally:
        engine.dispose()


def _wire(settings: Settings, engine: Engine, warn: Warn | None) -> Installation:
    clock = SystemClock()
    registry = CurrentRegistry(settings.home / OVERLAY)
    finder = CurrentFinder(registry)
    places = load_places()
    store, library = SqlStore(engine, clock.now), SqlLibrary(engine)
    embedder = load_embedder(settings.embedding_model, settings.home / "models")
    if warn is not None:
        for notice in _unfitted(embedder.name):
            warn(notice)
    embeddings = EmbeddingService(store, embedder)
    index = _open_index(settings.index_folder, embedder, store, warn)
    comparator = Comparator(CurrentParties(registry).values(), finder, ConflictModel.shipped())
    questions = TextVectors(store, load_embedder(QUESTION_MODEL, settings.home / "models"))
    linking = LinkingService(
        store, embeddings, questions, index, PairModel.shipped(settings.embedding_model), comparator
    )

    people, event_lists = SqlPeople(engine, clock.now), SqlEventLists(engine)
    first_password = FirstPasswordFile(settings.home / FIRST_PASSWORD)

    def prepare_search() -> None:
        linking.check_model()
        index.reload_if_changed()

    return Installation(
        settings=settings,
        engine=engine,
        clock=clock,
        registry=registry,
        registry_edits=RegistryService(registry, SqlRegistryEdits(engine, clock.now, registry)),
        store=store,
        library=library,
        people=people,
        accounts=PeopleService(
            people,
            SqlSessions(engine, clock.now),
            SqlAttempts(engine, clock.now),
            Argon2Passwords(),
            clock,
            first_password.forget,
        ),
        first_password=first_password,
        embedder=embedder,
        index=index,
        embeddings=embeddings,
        linking=linking,
        ingest=IngestService(store, embeddings, linking, Knowledge(finder, PlaceFinder(places)), clock),
        search=SearchService(library, embedder, index, prepare_search),
        disputes=DisputeService(library, questions, comparator, registry.now),
        jobs=JobService(
            SqlJobs(engine, clock.now),
            IncomingFolder(settings.home / INCOMING),
            clock,
            lambda name: suffix_of(Path(name), READABLE),
            READABLE,
            lambda stream: sniffed(stream)[0],
        ),
        decisions=DecisionService(SqlDecisions(engine, clock.now), linking.refresh),
        event_lists=event_lists,
        day_book=SqlDayBook(engine, event_lists, clock.now),
        trail=SqlTrail(engine),
        conflict_lists=SqlConflictLists(engine),
        desk=SqlEventDesk(engine),
        places=places,
        weeks=SqlWeeks(engine),
        dossiers=DossierService(SqlDossiers(engine), library, comparator),
        sources=SourceService(SqlSources(engine)),
        gazetteer=PlaceService(SqlPlaces(engine), places, library, comparator),
    )


def _open_index(
    folder: Path, embedder: SentenceTransformerEmbedder, store: SqlStore, warn: Warn | None
) -> FaissIndex:
    """The index on disk; where it does not serve, built anew if there is someone to tell."""
    model = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
    usable = store.model() == model
    try:
        index, fault = FaissIndex.open(folder, model), ""
    except IndexDamagedError as error:
        if usable and warn is None:
            raise
        index, fault = FaissIndex.create(folder, model), str(error)
    if usable and not fault and len(index) != store.count_vectors():
        fault = "the search index is not in step with the database"
    if usable and fault and warn is not None:
        warn(f"{fault}: building it anew from the database")
        index.replace(store.all_vectors())
        index.save()
    return index


def token_digest(token: str) -> str:
    """What is stored of a token: its SHA-256, which is enough for a secret of 160 random bits."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def checks(settings: Settings) -> Sequence[tuple[str, str]]:
    """What `doctor` looks at: for each part "ok" or what is wrong and what to do about it."""
    results = [("settings", "ok")]
    try:
        with installation(settings, lambda _: None, repair=False) as installed:
            results.append(("database", "ok"))
            report = installed.verify_index()
            results.append(("index", "ok" if report.is_sound else "run `tracker index rebuild`"))
            installed.embedder.load()
            results.append(("model", "ok"))
            results += [("notice", notice) for notice in installed.notices()]
    except TrackerError as error:
        results.append((type(error).__name__.removesuffix("Error").lower(), str(error)))
    return results
