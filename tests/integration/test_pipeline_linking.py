"""Linking over a real database and index, with vectors that a test chooses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES as CONFLICT_FEATURES
from tracker.domain.documents import Document, IncomingDocument, Span
from tracker.domain.errors import ModelMismatchError
from tracker.domain.events import Event, Linking, Membership
from tracker.domain.identifiers import document_id, statement_id, text_digest
from tracker.domain.models import ModelIdentity
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.events.linking import Link
from tracker.events.pairs import FEATURES, PairModel
from tracker.index import FaissIndex
from tracker.registry.loading import load_registry
from tracker.resources import MIGRATIONS
from tracker.services.embedding import EmbeddingService
from tracker.services.linking import LinkingService
from tracker.statements.mentions import PartyFinder
from tracker.storage.engine import make_engine
from tracker.storage.migration import upgrade
from tracker.storage.registry import sync_registry
from tracker.storage.store import SqlStore

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PUBLISHED = datetime(2020, 3, 10, 8, 0, tzinfo=UTC)


class WordEmbedder:
    """The first word of a text decides its vector: the same word, the same direction."""

    name = "words"
    dimension = 16

    def __init__(self, revision: str = "1") -> None:
        self.revision = revision

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, int(text_digest(text.split()[0])[:8], 16) % self.dimension] = 1.0
        return vectors


class Newsroom:
    """Files statements and links them."""

    def __init__(self, store: SqlStore, linking: LinkingService) -> None:
        self.store = store
        self.linking = linking
        self._filed = 0

    def file(self, *quotes: str, party: str = "GNA") -> list[str]:
        """Store a document for each quote, with one statement; their ids."""
        return [self._file_one(quote, party) for quote in quotes]

    def _file_one(self, quote: str, party: str) -> str:
        self._filed += 1
        original = f"{quote} ({self._filed})".encode()
        digest = text_digest(original.decode())
        document = Document(
            document_id(digest, None, None), None, None, "", "", PUBLISHED, None, "en", digest, quote
        )
        statement = Statement(
            id=statement_id(document.id, 0, len(quote)),
            document=document.id,
            span=Span(0, len(quote)),
            quote=quote,
            language="en",
            attribution=Attribution(party, AttributionMethod.SPEAKER, 0.9),
            polarity=Polarity.ASSERTS,
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

    def events(self) -> list[Event]:
        return list(self.store.all_events())


@pytest.fixture
def open_newsroom(tmp_path: Path) -> Iterator[Callable[..., Newsroom]]:
    """Opens the same database and index, anew each time, as a process would."""
    url = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    upgrade(url, MIGRATIONS)
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    engine = make_engine(url)
    sync_registry(engine, registry.parties, registry.speakers)
    weights = np.zeros(len(FEATURES))
    weights[FEATURES.index("context")] = 20.0
    suggests_everything = ConflictModel(np.zeros(len(CONFLICT_FEATURES)), intercept=0.0, threshold=0.0)

    def open_newsroom(embedder: WordEmbedder | None = None) -> Newsroom:
        chosen = embedder or WordEmbedder()
        model = ModelIdentity(chosen.name, chosen.revision, chosen.dimension)
        folder = tmp_path / "index"
        index = FaissIndex.open(folder, model) if folder.exists() else FaissIndex.create(folder, model)
        store = SqlStore(engine, lambda: NOW)
        comparator = Comparator(registry.parties, finder, suggests_everything)
        return Newsroom(
            store,
            LinkingService(
                store,
                EmbeddingService(store, chosen),
                index,
                Link(PairModel(weights, intercept=-10.0, threshold=0.5)),
                comparator,
            ),
        )

    yield open_newsroom
    engine.dispose()


@pytest.fixture
def newsroom(open_newsroom: Callable[..., Newsroom]) -> Newsroom:
    return open_newsroom()


def test_statements_alike_meet_in_one_event_and_the_others_in_theirs(newsroom: Newsroom) -> None:
    sirte = newsroom.file("Sirte fell.", "Sirte is held.")
    tripoli = newsroom.file("Tripoli was shelled.", "Tripoli is quiet.")
    (alone,) = newsroom.file("Derna is far away.")
    newsroom.link()
    assert {frozenset(event.statements) for event in newsroom.events()} == {
        frozenset(sirte),
        frozenset(tripoli),
    }
    assert newsroom.store.events_of([alone]) == {}
    assert newsroom.store.unlinked() == []


def test_a_statement_that_comes_later_joins_the_event_that_is_there(newsroom: Newsroom) -> None:
    newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.link()
    (before,) = newsroom.events()
    (later,) = newsroom.file("Sirte was entered.")
    newsroom.link()
    (after,) = newsroom.events()
    assert after.id == before.id
    assert set(after.statements) == {*before.statements, later}


def test_a_lone_statement_founds_an_event_once_a_second_one_comes(newsroom: Newsroom) -> None:
    first = newsroom.file("Sirte fell.")
    newsroom.link()
    assert newsroom.events() == []
    second = newsroom.file("Sirte is held.")
    newsroom.link()
    assert [set(event.statements) for event in newsroom.events()] == [{*first, *second}]


def test_statements_in_several_batches_end_in_the_same_events(
    open_newsroom: Callable[..., Newsroom], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 3)
    newsroom = open_newsroom()
    sirte = newsroom.file(*(f"Sirte is told of {number} times." for number in range(5)))
    tripoli = newsroom.file(*(f"Tripoli is told of {number} times." for number in range(5)))
    told: list[tuple[str, int, int]] = []
    newsroom.linking.link_pending(lambda stage, done, total: told.append((stage, done, total)))
    assert told == [("linking", 3, 10), ("linking", 6, 10), ("linking", 9, 10), ("linking", 10, 10)]
    assert {frozenset(event.statements) for event in newsroom.events()} == {
        frozenset(sirte),
        frozenset(tripoli),
    }


def test_conflicts_are_found_between_old_and_new_statements_of_an_event(newsroom: Newsroom) -> None:
    (old,) = newsroom.file("Sirte fell.", party="LNA")
    newsroom.link()
    (new,) = newsroom.file("Sirte is held.", party="GNA")
    newsroom.link()
    (conflict,) = newsroom.store.all_conflicts()
    assert {conflict.one, conflict.other} == {old, new}
    assert [conflict.event] == [event.id for event in newsroom.events()]


def test_what_one_process_linked_is_found_by_the_next(open_newsroom: Callable[..., Newsroom]) -> None:
    newsroom = open_newsroom()
    first = newsroom.file("Sirte fell.")
    newsroom.link()
    another = open_newsroom()
    second = another.file("Sirte is held and quiet.")
    another.link()
    assert [set(event.statements) for event in another.events()] == [{*first, *second}]


def test_no_statement_falls_out_of_a_large_event_when_another_joins(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with 80 and more, in less time.
    monkeypatch.setattr("tracker.services.linking._LARGEST_EVENT", 4)
    monkeypatch.setattr("tracker.services.linking._NEIGHBOURS", 2)
    members = newsroom.file(*(f"Sirte is told of {number} times." for number in range(9)))
    newsroom.link()
    joining = newsroom.file("Sirte is told of again.")
    newsroom.link()
    (event,) = newsroom.events()
    assert set(event.statements) == {*members, *joining}


def test_a_statement_joins_an_event_only_if_it_is_like_the_whole_of_it(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the nearest statement is found by search; the rest of its event still has a say.
    monkeypatch.setattr("tracker.services.linking._NEIGHBOURS", 1)
    newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.link()
    (event,) = newsroom.events()
    others = newsroom.file("Tripoli was shelled.", "Derna is quiet.", "Brak is far.", "Zintan is high.")
    members = (*event.members, *(Membership(other, 0.5, "put here by hand") for other in others))
    with newsroom.store.writing() as session:
        session.apply_linking(Linking((replace(event, members=members),), {}))
        session.mark_linked(others)
    (later,) = newsroom.file("Sirte was entered.")
    newsroom.link()
    assert newsroom.store.events_of([later]) == {}


def test_linking_anew_ends_in_the_same_events_under_the_same_ids(newsroom: Newsroom) -> None:
    newsroom.file("Sirte fell.", "Tripoli was shelled.", party="LNA")
    newsroom.link()
    newsroom.file("Sirte is held.", "Tripoli is quiet.")
    newsroom.link()
    before, conflicts = newsroom.events(), list(newsroom.store.all_conflicts())
    stages: list[str] = []
    newsroom.linking.relink(lambda stage, _done, _total: stages.append(stage))
    assert newsroom.events() == before
    assert list(newsroom.store.all_conflicts()) == conflicts
    assert stages == ["embedding", "linking"]
    assert len(conflicts) == 2


def test_another_model_is_refused_until_linked_anew(open_newsroom: Callable[..., Newsroom]) -> None:
    newsroom = open_newsroom()
    newsroom.linking.check_model()
    newsroom.file("Sirte fell.", "Sirte is held.")
    newsroom.link()
    newsroom.linking.check_model()
    other = LinkingService(
        newsroom.store,
        EmbeddingService(newsroom.store, WordEmbedder(revision="2")),
        newsroom.linking.index,
        newsroom.linking.linker,
        newsroom.linking.comparator,
    )
    with pytest.raises(ModelMismatchError, match=r"words \(1\).*words \(2\).*tracker relink"):
        other.check_model()
    other.relink(lambda _stage, _done, _total: None)
    other.check_model()
    with pytest.raises(ModelMismatchError):
        newsroom.linking.check_model()
