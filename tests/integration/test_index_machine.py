"""The index against the database, through random news, decisions, deaths and damages: no drift, ever.

Some steps in a run of all tests; the thousand of docs/reliability.md, with their number printed:

    FAULTS=all python -m pytest -s tests/integration/test_index_machine.py
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import real_postgresql
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from light_desk import LightEmbedder
from likeness import AlikeInContext
from newsroom import NOW, Newsroom, known

from tracker.bootstrap.indexing import open_index
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.decisions import NothingToUndoError, StaleError
from tracker.domain.errors import TrackerError
from tracker.domain.identifiers import vector_key
from tracker.domain.models import ModelIdentity
from tracker.index import FaissIndex, verify
from tracker.index.directory import IndexDirectory
from tracker.services import linking as linking_service
from tracker.services.comparing import ComparisonVectors
from tracker.services.decisions import DecisionService
from tracker.services.disputes import DisputeService
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.linking import LinkingService
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary
from tracker.storage.store import SqlStore
from tracker.storage.turns import FileTurns

EVERY = os.environ.get("FAULTS") == "all"
RUNS, STEPS = (25, 50) if EVERY else (4, 10)

WORDS = "Sirte Gharyan Tarhuna Zuwara Misrata held shelled left denied tankers drones convoys".split(" ")  # noqa: SIM905
BY = "amal"


class Died(BaseException):
    """What kill -9 is to a process."""


DEATHS = (
    (IndexDirectory, "put"),
    (IndexDirectory, "put_manifest"),
    (IndexDirectory, "_replace"),
    (LinkingService, "_write"),
    (LinkingService, "_neighbours"),
    (FaissIndex, "save"),
)
"""Where a process dies: before or after one of these."""


class IndexMachine(RuleBasedStateMachine):
    """A desk whose processes come and go. Whoever opens it sees to the index as `tracker` does."""

    new_home: ClassVar[Callable[[], tuple[Path, str]]]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.home, url = type(self).new_home()
        self.engine = make_engine(url)
        self.newsroom = self.opened()
        # Without news there would be no index to be checked, and nothing to be put elsewhere.
        self.newsroom.file("Sirte was held, they said", "Tankers left Zuwara", "Drones over Misrata at night")
        self.newsroom.link()

    def opened(self) -> Newsroom:
        """What a process has that begins now."""
        store = SqlStore(self.engine, lambda: NOW)
        embedder = LightEmbedder("light")
        turns = FileTurns(self.home)
        model = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
        self.index = open_index(
            "faiss", self.home / "index", self.engine, model, store, turns, lambda _: None
        )
        pairs = AlikeInContext(less=16.0)
        embeddings, questions = (
            EmbeddingService(store, embedder),
            ComparisonVectors(TextVectors(store, LightEmbedder("questions"))),
        )
        registry, finder = known()
        comparator = Comparator(registry.parties, finder, ConflictModel.shipped())
        linking = LinkingService(store, embeddings, questions, self.index, pairs, comparator, turns)
        decisions = DecisionService(SqlDecisions(self.engine, lambda: NOW), linking.refresh)
        return Newsroom(
            store, linking, DisputeService(SqlLibrary(self.engine), questions, comparator), decisions
        )

    def noted(self, what: str) -> None:
        type(self).done[what] += 1

    @rule(
        words=st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5), min_size=1, max_size=4),
        day=st.integers(0, 40),
    )
    def add(self, words: list[list[str]], day: int) -> None:
        """News comes in, and waits to be linked."""
        self.noted("add")
        published = datetime(2020, 3, 1, tzinfo=UTC) + timedelta(days=day)
        for one in words:
            self.newsroom._filed = self.newsroom.store.counts().documents
            self.newsroom.file(" ".join(one), published=published)

    @rule()
    def link(self) -> None:
        self.noted("link")
        self.newsroom.link()
        self.check()

    @rule(of=st.sampled_from(DEATHS), call=st.integers(1, 3), after=st.booleans())
    def crash(self, of: tuple[Any, str], call: int, *, after: bool) -> None:
        """A process dies while it links, and another begins."""
        self.noted("crash")
        self.newsroom._filed = 20_000 + self.newsroom.store.counts().documents
        self.newsroom.file(
            f"Gharyan was shelled {call} times", f"Convoys were seen near Tarhuna, {call} of them"
        )
        owner, name = of
        real, left = getattr(owner, name), [call]

        def dying(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not after:
                raise Died
            answer = real(*given, **named)
            if left[0] == 0:
                raise Died
            return answer

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, dying)
            try:
                self.newsroom.link()
            except Died:
                self.noted("died while linking")
        self.newsroom = self.opened()
        self.check()

    @rule(seed=st.integers(0, 1_000_000), parted=st.booleans())
    def move(self, seed: int, *, parted: bool) -> None:
        """A person puts statements elsewhere."""
        chance, events = random.Random(seed), self.newsroom.events()  # noqa: S311
        if events:
            self.noted("move")
            event, target = chance.choice(events), chance.choice(events)
            self.decided(
                lambda by: by.move([chance.choice(event.statements)], None if parted else target.id, by=BY)
            )

    @rule(seed=st.integers(0, 1_000_000))
    def merge(self, seed: int) -> None:
        """A person says that two events are one."""
        chance, events = random.Random(seed), self.newsroom.events()  # noqa: S311
        if len(events) > 1:
            self.noted("merge")
            one, other = chance.sample(events, 2)
            self.decided(lambda by: by.merge(one.id, other.id, by=BY))

    @rule()
    def undo(self) -> None:
        self.noted("undo")
        self.decided(lambda by: by.undo(by=BY))

    def decided(self, act: Callable[[DecisionService], object]) -> None:
        try:
            act(self.newsroom.decisions)
        except (TrackerError, NothingToUndoError, StaleError):
            self.noted("refused")
        self.check()

    @precondition(lambda self: len(self.index) > 0)
    @rule(seed=st.integers(0, 1_000_000), saved=st.booleans())
    def delete(self, seed: int, *, saved: bool) -> None:
        """Vectors get lost from the index, which the next process notices."""
        self.noted("delete")
        chance = random.Random(seed)  # noqa: S311
        keys = self.index.keys().tolist()
        self.index.remove(np.array(chance.sample(keys, chance.randint(1, len(keys)))))
        if saved:
            self.index.save()
        self.newsroom = self.opened()
        self.check()

    @rule(seed=st.integers(0, 1_000_000))
    def damage(self, seed: int) -> None:
        """A file of the index is lost or changed."""
        chance, folder = random.Random(seed), self.home / "index"  # noqa: S311
        files = sorted(folder.iterdir()) if folder.exists() else []
        if files:
            self.noted("damage")
            path = chance.choice(files)
            content = bytearray(path.read_bytes())
            if content and chance.random() < 0.5:
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
                path.write_bytes(content)
            else:
                path.unlink()
            self.newsroom = self.opened()
            self.check()

    @rule(words=st.lists(st.sampled_from(WORDS), min_size=2, max_size=5))
    def another_process_links(self, words: list[str]) -> None:
        """And this one takes over what it saved."""
        self.noted("another process")
        mine = self.newsroom, self.index
        self.newsroom = self.opened()
        self.newsroom._filed = 10_000 + self.newsroom.store.counts().documents
        self.newsroom.file(" ".join(words))
        self.newsroom.link()
        self.newsroom, self.index = mine
        self.index.reload_if_changed()
        self.check()

    def check(self) -> None:
        """What was linked is in the index as it is in the database, and nothing that is not stored is."""
        self.index.reload_if_changed()
        store = self.newsroom.store
        found = verify(self.index, store.all_vectors())
        assert (found.superfluous, found.different) == (0, 0)
        waiting = {vector_key(one) for one in store.unlinked()}
        batches = list(store.all_vectors())
        stored = np.concatenate([keys for keys, _ in batches]) if batches else np.empty(0, dtype=np.int64)
        assert set(stored.tolist()) - set(self.index.keys().tolist()) <= waiting
        if len(stored):
            self.compare(np.concatenate([vectors for _, vectors in batches]), stored)

    def compare(self, vectors: Any, keys: Any) -> None:
        """The first twenty are those that comparing with every vector finds."""
        held = np.isin(keys, self.index.keys())
        vectors, keys = vectors[held], keys[held]
        query = LightEmbedder("light").encode(["Sirte was held, they said"])
        scores = (vectors.astype(np.float64) @ query[0].astype(np.float64)).tolist()
        wanted = sorted(zip(scores, keys.tolist(), strict=True), key=lambda hit: (-round(hit[0], 6), hit[1]))[
            :20
        ]
        got = self.index.search(query, 20)[0]
        assert sorted(round(score, 5) for _, score in got) == sorted(round(score, 5) for score, _ in wanted)
        by_key = dict(zip(keys.tolist(), scores, strict=True))
        assert all(abs(by_key[key] - score) < 1e-5 for key, score in got)

    def teardown(self) -> None:
        self.newsroom = self.opened()
        self.newsroom.link()
        self.check()
        assert self.newsroom.store.unlinked() == []
        assert verify(self.index, self.newsroom.store.all_vectors()).is_sound
        self.engine.dispose()


@real_postgresql.sqlite_only
def test_the_index_holds_what_the_database_holds_whatever_happens(
    tmp_path: Path, new_database_url: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking_service, "_BATCH", 3)
    homes = iter(range(10_000))

    def new_home() -> tuple[Path, str]:
        home = tmp_path / str(next(homes))
        home.mkdir()
        return home, new_database_url(home)

    class Placed(IndexMachine):
        done: ClassVar[Counter[str]] = Counter()

    Placed.new_home = staticmethod(new_home)  # type: ignore[assignment]
    checks = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
    run_state_machine_as_test(
        Placed,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=checks,
            phases=[Phase.generate],  # to shrink a case takes minutes
            database=None,
        ),
    )
    steps = sum(count for name, count in Placed.done.items() if name not in {"refused", "died while linking"})
    print(f"{steps} steps: {dict(sorted(Placed.done.items()))}; no drift")  # noqa: T201
    assert steps
