"""The wiring itself: from settings to adapters to services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from tracker.bootstrap.clock import SystemClock
from tracker.bootstrap.installation import Installation, is_in_step, unfitted
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.errors import BusyError, IndexDamagedError, SettingsError
from tracker.domain.models import ModelIdentity
from tracker.embedding.loading import QUESTION_MODEL, load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder
from tracker.events.pairs import PairModel
from tracker.index.faiss_index import FaissIndex
from tracker.reading.paths import suffix_of
from tracker.reading.reader import READABLE
from tracker.reading.standard_input import sniffed
from tracker.registry.current import CurrentFinder, CurrentParties, CurrentRegistry
from tracker.registry.loading import Registry, load_places
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
from tracker.services.receiving import ReceivingService
from tracker.services.registry import RegistryService
from tracker.services.reporting import ReportingService
from tracker.services.search import SearchService
from tracker.services.sources import SourceService
from tracker.services.tokens import TokenService
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
from tracker.storage.exporting import SqlExportSource
from tracker.storage.first_password import FirstPasswordFile
from tracker.storage.full_text import SqlFullText
from tracker.storage.gazetteer import SqlPlaces
from tracker.storage.incoming import IncomingFolder
from tracker.storage.jobs import SqlJobs
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import require_current
from tracker.storage.passwords import Argon2Passwords
from tracker.storage.people import SqlPeople
from tracker.storage.reading_lists import SqlReadingLists
from tracker.storage.registry import sync_registry
from tracker.storage.registry_edits import SqlRegistryEdits
from tracker.storage.report_source import SqlReportSource
from tracker.storage.sessions import SqlSessions
from tracker.storage.sources import SqlSources
from tracker.storage.statement_columns import SqlStatementColumns
from tracker.storage.store import SqlStore
from tracker.storage.today import SqlDayBook
from tracker.storage.trail import SqlTrail
from tracker.storage.turns import FileTurns
from tracker.storage.weeks import SqlWeeks

INCOMING = "incoming"
"""The folder in TRACKER_HOME where uploaded files wait to be read."""

FIRST_PASSWORD = "first-password.txt"  # noqa: S105 # the name of a file in TRACKER_HOME

_PATIENCE = 5.0
"""Seconds that whoever opens an installation waits for others who link, to see to the index."""

Warn = Callable[[str], None]
"""Told of everything that is degraded or mended on the way, in a sentence for a person."""


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
    registry = CurrentRegistry(settings.home / OVERLAY)
    finder = CurrentFinder(registry)
    places = load_places()
    store, library = SqlStore(engine, clock.now), SqlLibrary(engine)
    embedder = load_embedder(settings.embedding_model, settings.home / "models")
    if warn is not None:
        for notice in unfitted(embedder.name):
            warn(notice)
    columns = SqlStatementColumns(engine)
    embeddings = EmbeddingService(store, embedder)
    turns = FileTurns(settings.home)
    index = _open_index(settings.index_folder, embedder, store, turns, warn)
    comparator = Comparator(CurrentParties(registry).values(), finder, ConflictModel.shipped())
    questions = TextVectors(store, load_embedder(QUESTION_MODEL, settings.home / "models"))
    linking = LinkingService(
        store,
        embeddings,
        questions,
        index,
        PairModel.shipped(settings.embedding_model),
        comparator,
        turns,
    )

    people, event_lists = SqlPeople(engine, clock.now), SqlEventLists(engine)
    conflict_lists = SqlConflictLists(engine)
    first_password = FirstPasswordFile(settings.home / FIRST_PASSWORD)

    ingest = IngestService(store, embeddings, linking, Knowledge(finder, PlaceFinder(places)), clock)

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
        ingest=ingest,
        search=SearchService(
            library, embedder, index, SqlFullText(engine, columns), columns, store.vectors, prepare_search
        ),
        disputes=DisputeService(library, questions, comparator, registry.now),
        reporting=ReportingService(SqlReportSource(engine), embeddings, questions, comparator),
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
        reading_lists=SqlReadingLists(engine, event_lists, conflict_lists),
        day_book=SqlDayBook(engine, event_lists, clock.now),
        trail=SqlTrail(engine),
        conflict_lists=conflict_lists,
        desk=SqlEventDesk(engine),
        places=places,
        weeks=SqlWeeks(engine),
        dossiers=DossierService(SqlDossiers(engine), library, comparator),
        sources=SourceService(SqlSources(engine)),
        gazetteer=PlaceService(SqlPlaces(engine), places, library, comparator),
        tokens=TokenService(people, clock),
        exports=SqlExportSource(engine),
        receiving=ReceivingService(ingest, linking, library, _keeping_parties(registry, engine)),
    )


def _keeping_parties(registry: CurrentRegistry, engine: Engine) -> Callable[[], None]:
    """See to it that the database has all parties and speakers that a text may be given to."""
    copied: list[Registry] = []

    def prepare() -> None:
        now = registry.now(at_once=True)
        if not copied or copied[-1] is not now:
            sync_registry(engine, now.parties, now.speakers)
            copied[:] = [now]

    return prepare


def _open_index(
    folder: Path, embedder: SentenceTransformerEmbedder, store: SqlStore, turns: FileTurns, warn: Warn | None
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
    if usable and warn is not None and (fault or not is_in_step(index, store)):
        # Not while others link: they save what they have, and what was built from an older state would
        # take its place.
        try:
            with turns.take(_PATIENCE):
                _bring_into_step(index, store, fault, warn)
        except BusyError:
            waiting = fault or "the search index is not in step with the database"
            warn(f"{waiting}, and others are linking: if it stays so, run `tracker index rebuild`")
    return index


def _bring_into_step(index: FaissIndex, store: SqlStore, fault: str, warn: Warn) -> None:
    if not fault:
        index.reload_if_changed()
    if fault or not is_in_step(index, store):
        fault = fault or "the search index is not in step with the database"
        warn(f"{fault}: building it anew from the database")
        index.replace(store.all_vectors())
        index.save()
