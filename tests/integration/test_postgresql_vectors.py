"""Vectors on PostgreSQL: searched by pgvector, or by FAISS that is fed with what other machines link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import real_postgresql
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from tracker.bootstrap.indexing import FedIndex, is_in_step, open_index
from tracker.domain.errors import IndexDamagedError, NotFoundError, SettingsError
from tracker.domain.identifiers import vector_key
from tracker.domain.models import ModelIdentity
from tracker.index import FaissIndex, verify
from tracker.resources import MIGRATIONS
from tracker.storage.advisory_turns import AdvisoryTurns
from tracker.storage.engine import make_engine, writing
from tracker.storage.migration import upgrade
from tracker.storage.pgvector_index import PgvectorIndex
from tracker.storage.store import SqlStore
from tracker.storage.tables import DocumentRow, PartyRow, StatementRow

MODEL = ModelIdentity("counter", "1", 48)
NOW = datetime(2020, 1, 6, 10, tzinfo=UTC)
Vectors = NDArray[np.float32]


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def some_vectors(count: int, seed: int = 5) -> Vectors:
    """Vectors about some middles, as those of statements on some happenings are."""
    chance = np.random.default_rng(seed)
    middles = chance.normal(size=(40, MODEL.dimension))
    near = middles[chance.integers(0, 40, count)] + 0.4 * chance.normal(size=(count, MODEL.dimension))
    return unit(near.astype(np.float32))


@dataclass
class Desk:
    """A database with statements that have vectors."""

    engine: Engine
    clock: datetime = NOW

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.engine, lambda: self.clock)

    def file(self, vectors: Vectors, first: int = 0, *, link: bool = True) -> list[str]:
        """Store statements with these vectors; their ids."""
        ids = [f"s{first + place:015x}" for place in range(len(vectors))]
        digests = {one: f"{one:0>64}" for one in ids}
        with writing(self.engine) as session:
            session.add_all(
                StatementRow(
                    id=one,
                    document_id="d1",
                    start=first + place,
                    end=first + place + 1,
                    quote="x",
                    language="en",
                    party_code="LNA",
                    chain=[],
                    method="speaker",
                    confidence=1.0,
                    polarity="asserts",
                    story=0,
                    heading="",
                )
                for place, one in enumerate(ids)
            )
        with self.store.writing() as session:
            session.put_embeddings(MODEL, {digests[one]: row for one, row in zip(ids, vectors, strict=True)})
            session.set_statement_digests(MODEL, digests)
        if link:
            self.link(ids)
        return ids

    def link(self, ids: list[str]) -> None:
        with self.store.writing() as session:
            session.mark_linked(ids)

    def index(self, kind: str, folder: Path) -> FedIndex | PgvectorIndex:
        """Opened as a process opens it."""
        turns = AdvisoryTurns(self.engine)
        told: list[str] = []
        return open_index(kind, folder, self.engine, MODEL, self.store, turns, told.append)


@pytest.fixture(scope="module")
def template() -> str:
    def prepare(url: str) -> None:
        upgrade(url, MIGRATIONS)
        engine = make_engine(url)
        with writing(engine) as session:
            session.add(PartyRow(code="LNA", label={}, description="", allies=[], names={}))
            session.add(
                DocumentRow(
                    id="d1",
                    title="",
                    language="en",
                    sha256="f",
                    media_type="text/plain",
                    captured_at=NOW,
                    constructed=True,
                    text="x" * 5_000,
                    original=b"x",
                )
            )
        with SqlStore(engine, lambda: NOW).writing() as session:
            session.set_model(MODEL)
        engine.dispose()

    return real_postgresql.prepared(prepare)


@pytest.fixture
def desk(template: str) -> Iterator[Desk]:
    name = real_postgresql.new_database(template)
    engine = make_engine(real_postgresql.url_of(name))
    yield Desk(engine)
    engine.dispose()
    real_postgresql.drop(name)


def test_pgvector_finds_what_comparing_everything_finds(desk: Desk, tmp_path: Path) -> None:
    vectors = some_vectors(600)
    keys = np.array([vector_key(one) for one in desk.file(vectors)], dtype=np.int64)
    index = desk.index("pgvector", tmp_path)
    exact = FaissIndex.create(tmp_path / "exact", MODEL)
    exact.upsert(keys, vectors)
    queries = some_vectors(25, seed=6)
    for allowed in (None, keys[::7], keys[:3], keys[:0]):
        for found, wanted in zip(
            index.search(queries, 10, allowed), exact.search(queries, 10, allowed), strict=True
        ):
            assert [key for key, _ in found] == [key for key, _ in wanted]
            assert np.allclose([score for _, score in found], [score for _, score in wanted], atol=1e-6)


def test_a_filter_that_lets_many_pass_still_gets_what_it_asks_for(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.pgvector_index._NARROW", 10)
    vectors = some_vectors(3_000)
    keys = np.array([vector_key(one) for one in desk.file(vectors)], dtype=np.int64)
    index = desk.index("pgvector", tmp_path)
    assert isinstance(index, PgvectorIndex)
    allowed = keys[::30]
    queries = some_vectors(10, seed=7)
    for found, query in zip(index.search(queries, 10, allowed), queries, strict=True):
        nearest = allowed[np.argsort(-(vectors[::30].astype(np.float64) @ query), kind="stable")[:10]]
        assert len(set(nearest.tolist()) & {key for key, _ in found}) >= 9
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    with desk.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_sort = off")
        command, values = index._command(allowed)
        plan = connection.execute(
            text(f"EXPLAIN {command}"), {**values, "query": str(queries[0].tolist()), "count": 10}
        )
        assert "ix_statement_vector_nearest_48" in " ".join(row[0] for row in plan)


def test_a_vector_comes_in_with_the_transaction_that_links_its_statement(desk: Desk, tmp_path: Path) -> None:
    desk.file(some_vectors(5))
    index = desk.index("pgvector", tmp_path)
    ids = desk.file(some_vectors(3, seed=8), first=100, link=False)
    assert (len(index), is_in_step(index, desk.store)) == (5, True)
    with pytest.raises(NotFoundError), desk.store.writing() as session:  # noqa: PT012 # one transaction
        session.mark_linked(ids)
        session.mark_linked(["s0"])
    assert len(index) == 5
    desk.link(ids)
    assert len(index) == 8
    query = some_vectors(3, seed=8)[1:2]
    assert index.search(query, 1)[0][0][0] == vector_key(ids[1])
    batches = [(keys, PgvectorIndex.as_kept(rows)) for keys, rows in desk.store.all_vectors()]
    assert isinstance(index, PgvectorIndex)
    assert verify(index, batches).is_sound
    with desk.store.writing() as session:
        session.clear_linking()
    assert len(index) == 0


def test_without_pgvector_in_use_nothing_is_written_for_it(desk: Desk) -> None:
    desk.file(some_vectors(5))
    with desk.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM statement_vector")) == 0


def test_the_verification_sees_what_was_done_to_the_table(desk: Desk, tmp_path: Path) -> None:
    desk.file(some_vectors(5))
    index = desk.index("pgvector", tmp_path)
    assert isinstance(index, PgvectorIndex)
    with desk.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE statement_vector SET vector = other.vector FROM statement_vector AS other "
                "WHERE other.key = 1 AND statement_vector.key = 2"
            )
        )
        connection.execute(text("DELETE FROM statement_vector WHERE key = 3"))
        connection.execute(text("UPDATE statement_vector SET key = 77 WHERE key = 4"))
    found = verify(index, [(keys, PgvectorIndex.as_kept(rows)) for keys, rows in desk.store.all_vectors()])
    assert (found.missing, found.superfluous, found.different) == (2, 1, 1)
    with desk.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_statement_vector_nearest_48"))
    with pytest.raises(IndexDamagedError, match="tracker index rebuild"):
        index.check_files()
    assert verify(
        desk.index("pgvector", tmp_path),
        [(keys, PgvectorIndex.as_kept(rows)) for keys, rows in desk.store.all_vectors()],
    ).is_sound


def test_without_the_extension_pgvector_is_refused_with_what_to_do(desk: Desk, tmp_path: Path) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("DROP EXTENSION vector CASCADE"))
    with pytest.raises(SettingsError, match="CREATE EXTENSION vector"):
        desk.index("pgvector", tmp_path)
    # Linking goes on without it.
    desk.file(some_vectors(2))


def test_a_database_that_was_migrated_without_the_extension_can_have_it_later(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("DROP EXTENSION vector CASCADE"))
        connection.execute(text("DROP TABLE statement_vector"))
    desk.file(some_vectors(4))
    with desk.engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION vector"))
    assert len(desk.index("pgvector", tmp_path)) == 4


def test_faiss_is_fed_with_what_other_machines_link(desk: Desk, tmp_path: Path) -> None:
    desk.file(some_vectors(20))
    here, there = (desk.index("faiss", tmp_path / name) for name in ("here", "there"))
    new = some_vectors(4, seed=9)
    # Another machine's clock may be behind: what it links is linked later all the same.
    desk.clock = NOW - timedelta(hours=1)
    ids = desk.file(new, first=100)
    assert len(here) == 20
    for index in (here, there):
        assert index.reload_if_changed()
        assert not index.reload_if_changed()
        assert is_in_step(index, desk.store)
        assert verify(index, desk.store.all_vectors()).is_sound
        assert index.search(new, 1)[2][0][0] == vector_key(ids[2])
    # It was saved: whoever opens the same folder next finds it there.
    assert len(FaissIndex.open(tmp_path / "here", MODEL)) == 24
