import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import real_postgresql
from sqlalchemy import Engine, event
from storage_examples import NOW, Examples

from tracker.domain.conflicts import Conflict
from tracker.domain.documents import Document
from tracker.domain.events import Event, Linking
from tracker.domain.parties import Party
from tracker.domain.statements import Statement
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary
from tracker.storage.migration import upgrade
from tracker.storage.registry import sync_registry
from tracker.storage.store import SqlStore

MIGRATIONS = Path(__file__).parents[3] / "migrations"


@pytest.fixture
def examples() -> Examples:
    return Examples()


@pytest.fixture(scope="session")
def migrations() -> Path:
    return MIGRATIONS


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory, migrations: Path) -> str:
    """The file, or the name on the server, of a database with three parties. To be copied, not changed."""

    def prepare(url: str) -> None:
        upgrade(url, migrations)
        engine = make_engine(url)
        parties = [Party(code, {"en": code}) for code in ("LNA", "GNA", "TUR")]
        sync_registry(engine, parties, [])
        engine.dispose()

    if real_postgresql.IN_USE:
        return real_postgresql.prepared(prepare)
    file = tmp_path_factory.mktemp("template") / "tracker.db"
    prepare(f"sqlite:///{file}")
    return str(file)


@pytest.fixture
def engine(tmp_path: Path, empty_database: str) -> Iterator[Engine]:
    if real_postgresql.IN_USE:
        name = real_postgresql.new_database(empty_database)
        engine = make_engine(real_postgresql.url_of(name))
        yield engine
        engine.dispose()
        real_postgresql.drop(name)
        return
    engine = make_engine(f"sqlite:///{shutil.copyfile(empty_database, tmp_path / 'tracker.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    return SqlStore(engine, lambda: NOW)


@pytest.fixture
def library(engine: Engine) -> SqlLibrary:
    return SqlLibrary(engine)


@pytest.fixture
def keep(store: SqlStore, examples: Examples) -> Callable[..., None]:
    """Stores documents, statements and a linking with its conflicts, one transaction."""

    def keep(
        documents: list[Document] | None = None,
        statements: list[Statement] | None = None,
        events: list[Event] | None = None,
        conflicts: list[Conflict] | None = None,
    ) -> None:
        with store.writing() as session:
            for document in documents or []:
                session.add_document(document, examples.sources[document.id], NOW)
            session.add_statements(statements or [])
            session.apply_linking(Linking(tuple(events or ()), {}))
            session.replace_conflicts([event.id for event in events or []], conflicts or [])

    return keep


@pytest.fixture
def ids(examples: Examples, keep: Callable[..., None]) -> list[str]:
    """The ids of three stored statements, in order."""
    document = examples.document()
    statements = [examples.statement(document, start) for start in range(3)]
    keep([document], statements)
    return sorted(statement.id for statement in statements)


@pytest.fixture
def count_queries(engine: Engine) -> Iterator[Callable[[Callable[[], object]], int]]:
    """Counts the SQL statements that a call sends, transaction control left out."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)

    def count(call: Callable[[], object]) -> int:
        sent.clear()
        call()
        return len(sent)

    yield count
    event.remove(engine, "before_cursor_execute", note)
