"""The wiring itself: from settings to adapters to services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from tracker.bootstrap.clock import SystemClock
from tracker.bootstrap.indexing import IndexCare, Warn, open_index, vectors_at_hand
from tracker.bootstrap.installation import Installation, unfitted
from tracker.bootstrap.models import Models
from tracker.bootstrap.sharing import deliveries, incoming_files
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.models import ModelIdentity
from tracker.events.pair_model import PairModel
from tracker.reading.paths import suffix_of
from tracker.reading.reader import READABLE
from tracker.reading.standard_input import sniffed
from tracker.registry.current import CurrentFinder, CurrentParties, CurrentRegistry
from tracker.registry.loading import Registry, load_places
from tracker.registry.overlay import OVERLAY
from tracker.resources import MIGRATIONS
from tracker.services.comparing import ComparisonVectors
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
from tracker.storage.advisory_turns import AdvisoryTurns
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

FIRST_PASSWORD = "first-password.txt"  # noqa: S105 # the name of a file in TRACKER_HOME


@contextmanager
def installation(
    settings: Settings, warn: Warn, *, care: IndexCare = IndexCare.MEND, models: Models | None = None
) -> Iterator[Installation]:
    """Open the database and wire the services. Raises TrackerError with what to do about it.

    `care` is what is done with an index that does not serve. `models` are those that the settings name, where
    the process has them already.
    """
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        yield _wire(settings, engine, warn, care, models or Models.of(settings))
    finally:
        engine.dispose()


def _wire(settings: Settings, engine: Engine, warn: Warn, care: IndexCare, models: Models) -> Installation:
    clock = SystemClock()
    delivered = deliveries(engine)
    registry = CurrentRegistry(settings.home / OVERLAY)
    finder = CurrentFinder(registry)
    places = load_places()
    store, library = SqlStore(engine, clock.now), SqlLibrary(engine)
    embedder = models.claims
    for notice in unfitted(embedder.name):
        warn(notice)
    columns = SqlStatementColumns(engine)
    embeddings = EmbeddingService(store, embedder)
    turns = AdvisoryTurns(engine) if engine.dialect.name == "postgresql" else FileTurns(settings.home)
    model = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
    index = open_index(settings.vector_index, settings.index_folder, engine, model, store, turns, warn, care)
    comparator = Comparator(CurrentParties(registry).values(), finder, ConflictModel.shipped(), registry.now)
    comparing = ComparisonVectors(TextVectors(store, models.questions), TextVectors(store, models.stances))
    linking = LinkingService(
        store,
        embeddings,
        comparing,
        index,
        PairModel.shipped(settings.embedding_model),
        comparator,
        turns,
    )

    people, event_lists = SqlPeople(engine, clock.now), SqlEventLists(engine)
    conflict_lists = SqlConflictLists(engine)
    first_password = FirstPasswordFile(settings.home / FIRST_PASSWORD)

    knowledge = Knowledge(finder, PlaceFinder(places))
    apart = None if models.process is None else models
    ingest = IngestService(store, embeddings, linking, knowledge, clock, models.voices, apart)

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
        models=models,
        embedder=embedder,
        index=index,
        embeddings=embeddings,
        linking=linking,
        ingest=ingest,
        search=SearchService(
            library,
            embedder,
            index,
            SqlFullText(engine, columns),
            columns,
            vectors_at_hand(index, store),
            prepare_search,
        ),
        disputes=DisputeService(library, comparing, comparator, registry.now),
        reporting=ReportingService(SqlReportSource(engine), embeddings, comparing, comparator),
        jobs=JobService(
            SqlJobs(engine, clock.now, None if delivered is None else delivered.send),
            incoming_files(settings, engine),
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
