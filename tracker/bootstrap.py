"""The only wiring: from settings to adapters to services. Entry points take what they need from here."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.errors import DatabaseError, IndexDamagedError, SettingsError, TrackerError
from tracker.domain.models import ModelIdentity
from tracker.embedding.loading import QUESTION_MODEL, load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.events.pairs import PairModel
from tracker.index.faiss_index import FaissIndex
from tracker.index.verification import Verification, verify
from tracker.registry.loading import Registry, load_places, load_registry
from tracker.resources import MIGRATIONS
from tracker.services.disputes import DisputeService
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.ingest import IngestService
from tracker.services.linking import LinkingService
from tracker.services.search import SearchService
from tracker.settings import Settings
from tracker.statements.extraction import Knowledge
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import require_current, upgrade
from tracker.storage.people import SqlPeople
from tracker.storage.registry import sync_registry
from tracker.storage.store import SqlStore

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
    registry: Registry
    store: SqlStore
    library: SqlLibrary
    people: SqlPeople
    embedder: SentenceTransformerEmbedder
    index: FaissIndex
    embeddings: EmbeddingService
    linking: LinkingService
    ingest: IngestService
    search: SearchService
    disputes: DisputeService

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
        sync_registry(self.engine, self.registry.parties, self.registry.speakers)

    def notices(self) -> list[str]:
        """In which ways the program is degraded, a sentence each."""
        return [*self.faults(), *_unfitted(self.embedder.name)]

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
        if self.store.count_vectors() != len(self.index):
            return ["The search index is behind the database: run `tracker index rebuild`."]
        return []

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
        registry = load_registry()
        sync_registry(engine, registry.parties, registry.speakers)
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


def _wire(settings: Settings, engine: Engine, warn: Warn | None) -> Installation:
    clock = SystemClock()
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    store, library = SqlStore(engine, clock.now), SqlLibrary(engine)
    embedder = load_embedder(settings.embedding_model, settings.home / "models")
    if warn is not None:
        for notice in _unfitted(embedder.name):
            warn(notice)
    embeddings = EmbeddingService(store, embedder)
    index = _open_index(settings.index_folder, embedder, store, warn)
    comparator = Comparator(registry.parties, finder, ConflictModel.shipped())
    questions = TextVectors(store, load_embedder(QUESTION_MODEL, settings.home / "models"))
    linking = LinkingService(
        store, embeddings, questions, index, PairModel.shipped(settings.embedding_model), comparator
    )

    def prepare_search() -> None:
        linking.check_model()
        index.reload_if_changed()

    return Installation(
        settings=settings,
        engine=engine,
        clock=clock,
        registry=registry,
        store=store,
        library=library,
        people=SqlPeople(engine, clock.now),
        embedder=embedder,
        index=index,
        embeddings=embeddings,
        linking=linking,
        ingest=IngestService(
            store, embeddings, linking, Knowledge(finder, PlaceFinder(load_places())), clock
        ),
        search=SearchService(library, embedder, index, prepare_search),
        disputes=DisputeService(library, questions, comparator),
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
