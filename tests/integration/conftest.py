"""A newsroom to file statements in."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import real_postgresql
from likeness import AlikeInContext
from newsroom import NOW, Newsroom, QuestionEmbedder, WordEmbedder, known
from sqlalchemy import Engine

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES as CONFLICT_FEATURES
from tracker.conflicts.kinds import KIND_FEATURES, KindModel
from tracker.domain.events import Linking
from tracker.domain.models import ModelIdentity
from tracker.events.linkable import Linkable
from tracker.events.linking import Origin, link_statements
from tracker.events.window import OpenWindow
from tracker.index import FaissIndex
from tracker.resources import MIGRATIONS
from tracker.services.comparing import ComparisonVectors
from tracker.services.decisions import DecisionService
from tracker.services.disputes import DisputeService
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.linking import LinkingService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import upgrade
from tracker.storage.registry import sync_registry
from tracker.storage.store import SqlStore


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file, or the name on the server, of a database with the registry's parties and no news."""

    def prepare(url: str) -> None:
        upgrade(url, MIGRATIONS)
        engine = make_engine(url)
        registry, _ = known()
        sync_registry(engine, registry.parties, registry.speakers)
        engine.dispose()

    if real_postgresql.IN_USE:
        return real_postgresql.prepared(prepare)
    path = tmp_path_factory.mktemp("empty") / "tracker.sqlite3"
    prepare(f"sqlite:///{path}")
    return str(path)


@pytest.fixture
def new_database_url(empty_database: str) -> Iterator[Callable[[Path], str]]:
    """Makes copies of that database, those of SQLite in a folder; gives the URL of each."""
    made: list[str] = []

    def new_database_url(folder: Path) -> str:
        if not real_postgresql.IN_USE:
            return f"sqlite:///{shutil.copy(empty_database, folder)}"
        made.append(real_postgresql.new_database(empty_database))
        return real_postgresql.url_of(made[-1])

    yield new_database_url
    for name in made:
        real_postgresql.drop(name)


@pytest.fixture
def database_url(tmp_path: Path, new_database_url: Callable[[Path], str]) -> str:
    """The URL of a copy of that database."""
    return new_database_url(tmp_path)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Connections to that database."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The URL of an empty database on a real server, whichever database the other tests run on."""
    name = real_postgresql.new_database()
    yield real_postgresql.url_of(name)
    real_postgresql.drop(name)


def _weights_of(kind: str) -> dict[str, float]:
    """Figures that clash are about casualties, all else about control."""
    weights = {**dict.fromkeys(KIND_FEATURES, 0.0), "intercept": 0.0}
    return {**weights, "toll_clash": 5.0} if kind == "casualties" else {**weights, "intercept": 1.0}


@pytest.fixture
def open_newsroom(tmp_path: Path, database_url: str) -> Iterator[Callable[..., Newsroom]]:
    """Opens the same database and index, anew each time, as a process would."""
    engine = make_engine(database_url)
    registry, finder = known()
    alike = AlikeInContext()
    kinds = KindModel.of({kind: _weights_of(kind) for kind in ("control", "casualties")})

    def open_newsroom(embedder: WordEmbedder | None = None, *, suggesting: bool = True) -> Newsroom:
        """With a comparator that suggests every pair, or none."""
        chosen = embedder or WordEmbedder()
        model = ModelIdentity(chosen.name, chosen.revision, chosen.dimension)
        folder = tmp_path / "index"
        index = FaissIndex.open(folder, model) if folder.exists() else FaissIndex.create(folder, model)
        store = SqlStore(engine, lambda: NOW)
        weights = np.zeros((3, len(CONFLICT_FEATURES)))
        scorer = ConflictModel(weights, np.zeros(3), 0.0 if suggesting else 1.0, kinds)
        comparator = Comparator(registry.parties, finder, scorer)
        embeddings = EmbeddingService(store, chosen)
        comparing = ComparisonVectors(TextVectors(store, QuestionEmbedder()))
        linking = LinkingService(store, embeddings, comparing, index, alike, comparator)
        return Newsroom(
            store,
            linking,
            DisputeService(SqlLibrary(engine), comparing, comparator),
            DecisionService(SqlDecisions(engine, lambda: NOW), linking.refresh),
        )

    yield open_newsroom
    engine.dispose()


@pytest.fixture
def newsroom(open_newsroom: Callable[..., Newsroom]) -> Newsroom:
    return open_newsroom()


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """What is in the window each time that statements come to it; nothing ever stands in it twice."""
    seen: list[set[str]] = []

    def watched(
        window: OpenWindow, new: Sequence[Linkable], settled: Mapping[str, str], origin: Origin
    ) -> Linking:
        seen.append(set(window.row_of))
        linking = link_statements(window, new, settled, origin)
        assert len(window) == len(window.row_of), "a statement is in the window twice"
        return linking

    monkeypatch.setattr("tracker.services.linking.link_statements", watched)
    return seen
