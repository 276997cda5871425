"""Linking all anew that was broken off goes on where it stopped, and ends as it would have in one go."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import pytest
from newsroom import PUBLISHED, Newsroom, WordEmbedder
from numpy.typing import NDArray

from tracker.services.embedding import EmbeddingService
from tracker.services.linking import LinkingService
from tracker.services.relinking import embed_part
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary

QUOTES = ("Sirte fell.", "Tripoli was shelled.", "Sirte is held.", "Sirte is quiet.")
QUOTES += ("Tripoli is quiet.", "Derna is far.", "Derna is near.", "Derna is quiet.")
BATCHES = len(QUOTES) // 2

Open = Callable[..., Newsroom]


class KilledError(Exception):
    """The process ends here."""


@pytest.fixture
def filed(open_newsroom: Open, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Events whose ids were given when other statements came first: nobody could reckon them anew."""
    monkeypatch.setattr("tracker.services.linking._BATCH", 2)
    newsroom = open_newsroom()
    for number in reversed(range(len(QUOTES))):
        party = "LNA" if number % 2 else "GNA"
        newsroom.file(QUOTES[number], party=party, published=PUBLISHED + timedelta(days=number))
        newsroom.link()
    ids = [event.id for event in newsroom.events()]
    # What stands beside the ids is as linking all anew leaves it.
    newsroom.relink()
    assert [event.id for event in newsroom.events()] == ids
    return newsroom


def of_another_model(newsroom: Newsroom, embedder: WordEmbedder) -> Newsroom:
    """The same newsroom once other vectors are in use."""
    former = newsroom.linking
    embeddings = EmbeddingService(newsroom.store, embedder)
    linking = LinkingService(
        newsroom.store, embeddings, former.comparing, former.index, former.model, former.comparator
    )
    return Newsroom(newsroom.store, linking, newsroom.disputes, newsroom.decisions)


def broken_off(newsroom: Newsroom, batches: int) -> None:
    """Begin to link anew, and die once so many batches are linked."""

    def progress(stage: str, done: int, _total: int) -> None:
        if stage == "linking" and done >= 2 * batches:
            raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        if batches == 0:
            # Nothing is told before the first batch, but that all is to be linked anew is stored by then.
            patch.setattr(LinkingService, "_link_pending", killed)
        with pytest.raises(KilledError):
            newsroom.linking.relink(progress)


def killed(*_: object, **__: object) -> None:
    raise KilledError


@pytest.mark.parametrize("batches", range(BATCHES + 1))
def test_it_ends_with_the_same_events_ids_and_conflicts(
    filed: Newsroom, open_newsroom: Open, batches: int
) -> None:
    before, conflicts = filed.events(), list(filed.store.all_conflicts())
    assert len(before) == 3
    assert conflicts
    broken_off(filed, batches)
    assert (filed.events() == before) == (batches == BATCHES)
    after = open_newsroom()
    after.link()
    assert after.events() == before
    assert list(after.store.all_conflicts()) == conflicts
    assert after.store.former_events() == {}


def test_one_that_is_begun_anew_leaves_no_id_behind(filed: Newsroom, open_newsroom: Open) -> None:
    before = filed.events()
    broken_off(filed, 1)
    partly = {event.id for event in filed.events()}
    after = open_newsroom()
    after.relink()
    assert after.events() == before
    assert partly <= {event.id for event in before}


def test_ids_of_events_that_are_gone_lead_on_though_it_was_broken_off(
    open_newsroom: Open, database_url: str
) -> None:
    database = make_engine(database_url)
    newsroom = open_newsroom()
    newsroom.file("Sirte fell.", "Sirte is held.", "Tripoli is quiet.", "Tripoli was shelled.")
    newsroom.link()
    sirte, tripoli = newsroom.events()
    # By another model all of it is one happening.
    other = of_another_model(newsroom, OneWordEmbedder(revision="2"))
    broken_off(other, 0)
    other.link()
    (event,) = other.events()
    (gone,) = {sirte.id, tripoli.id} - {event.id}
    assert SqlLibrary(database).redirect_of(gone) == event.id
    database.dispose()


class OneWordEmbedder(WordEmbedder):
    """All texts are alike to it."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().encode(["one" for _ in texts])


def test_parts_embed_every_statement_once_and_change_nothing_in_use(filed: Newsroom) -> None:
    other = of_another_model(filed, WordEmbedder(revision="2"))
    linking, store = other.linking, other.store
    before = filed.store.model()
    parts = [list(embed_part(store, linking.embeddings, linking.comparing, part, 3)) for part in range(3)]
    assert sum(done[-1] for done in parts if done) == len(QUOTES)
    assert all(done == sorted(done) for done in parts)
    assert linking.embeddings.missing(list(store.all_statements())) == {}
    assert store.model() == before
    filed.linking.check_model()
