import pytest
from service_doubles import CountingEmbedder, FixedClock, MemoryStore, QuietLinking

from tracker.registry.loading import load_places, load_registry
from tracker.services.embedding import EmbeddingService
from tracker.services.ingest import IngestService
from tracker.statements.extraction import Knowledge
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    registry = load_registry()
    return Knowledge(PartyFinder(registry.parties, registry.speakers), PlaceFinder(load_places()))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def embeddings(store: MemoryStore, embedder: CountingEmbedder) -> EmbeddingService:
    return EmbeddingService(store, embedder)  # type: ignore[arg-type]


@pytest.fixture
def linking(store: MemoryStore) -> QuietLinking:
    return QuietLinking(store)


@pytest.fixture
def ingest(
    store: MemoryStore, embeddings: EmbeddingService, linking: QuietLinking, knowledge: Knowledge
) -> IngestService:
    return IngestService(store, embeddings, linking, knowledge, FixedClock())  # type: ignore[arg-type]
