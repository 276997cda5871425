"""Jobs over a real database, index and folder, with vectors that follow from one word.

Run as a program it is a worker: `python job_office.py HOME PAUSE`, which takes PAUSE seconds over each text.
"""

import io
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
from likeness import AlikeInContext
from newsroom import QuestionEmbedder, WordEmbedder
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from tracker.cli.bench import Bench
from tracker.cli.working import holder_name, is_gone, work
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES as CONFLICT_FEATURES
from tracker.conflicts.kinds import KIND_FEATURES, KindModel
from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.jobs import Defaults, JobDetail
from tracker.domain.models import ModelIdentity
from tracker.index import FaissIndex
from tracker.reading.paths import suffix_of
from tracker.reading.reader import READABLE
from tracker.reading.standard_input import sniffed
from tracker.registry.loading import Registry, load_places, load_registry
from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.ingest import IngestService
from tracker.services.intake import Taken
from tracker.services.job_ports import JobQueue
from tracker.services.job_worker import JobWorker
from tracker.services.jobs import JobService, OfferedFile
from tracker.services.linking import LinkingService
from tracker.services.linking_ports import Alone, Turns
from tracker.statements.extraction import Knowledge
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder
from tracker.storage.engine import make_engine, reading
from tracker.storage.incoming import IncomingFolder
from tracker.storage.job_queue import SqlJobQueue
from tracker.storage.jobs import SqlJobs
from tracker.storage.store import SqlStore

START = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


class SlowEmbedder(WordEmbedder):
    """Takes its time over each text, as a model does."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self.pause = pause

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(self.pause * len(texts))
        return super().encode(texts)

    def load(self) -> None:
        """There is nothing to open."""


@cache
def registry() -> Registry:
    return load_registry()


@cache
def knowledge() -> Knowledge:
    known = registry()
    return Knowledge(PartyFinder(known.parties, known.speakers), PlaceFinder(load_places()))


class KnownRegistry:
    """One that nobody changes."""

    def now(self, **_: bool) -> Registry:
        return registry()


@dataclass
class Installed:
    """As much of an installation as a bench asks for."""

    ingest: IngestService
    linking: LinkingService
    index: FaissIndex
    embedder: SlowEmbedder
    registry: KnownRegistry = field(default_factory=KnownRegistry)

    def update_registry(self) -> None:
        """It is in the database from the beginning."""


def installed(home: Path, engine: Engine, pause: float = 0.0, turns: Turns | None = None) -> Installed:
    """Services over a home, opened as a process opens them: an index that is behind is built anew."""
    clock = Watch()
    embedder = SlowEmbedder(pause)
    store = SqlStore(engine, clock.now)
    model = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
    folder = home / "index"
    index = FaissIndex.open(folder, model) if folder.exists() else FaissIndex.create(folder, model)
    if len(index) != store.count_vectors():
        index.replace(store.all_vectors())
        index.save()
    kinds = KindModel.of({"control": {**dict.fromkeys(KIND_FEATURES, 0.0), "intercept": 1.0}})
    scorer = ConflictModel(np.zeros((3, len(CONFLICT_FEATURES))), np.zeros(3), 0.0, kinds)
    comparator = Comparator(registry().parties, knowledge().parties, scorer)
    embeddings = EmbeddingService(store, embedder)
    linking = LinkingService(
        store,
        embeddings,
        ComparisonVectors(TextVectors(store, QuestionEmbedder())),
        index,
        AlikeInContext(),
        comparator,
        turns or Alone(),
    )
    return Installed(IngestService(store, embeddings, linking, knowledge(), clock), linking, index, embedder)


Disturbance = Callable[[IncomingDocument | ReadingError], None]


class DisturbedBench(Bench):
    """A bench at which something happens before each page is taken in."""

    def __init__(self, over: Installed, disturb: Disturbance, *, shared: bool = False) -> None:
        super().__init__(over, shared=shared)  # type: ignore[arg-type] # as much of one as it asks for
        self._disturb = disturb

    def take(self, one: IncomingDocument | ReadingError, before_storing: Callable[[str], None]) -> Taken:
        self._disturb(one)
        return super().take(one, before_storing)


def _undisturbed(_one: IncomingDocument | ReadingError) -> None:
    """Nothing happens."""


@dataclass
class JobOffice:
    """Hands jobs in, and does them."""

    home: Path
    engine: Engine
    watch: Watch = field(default_factory=Watch)
    gone: set[str] = field(default_factory=set)

    @property
    def files(self) -> IncomingFolder:
        return IncomingFolder(self.home / "incoming")

    @property
    def queue(self) -> SqlJobQueue:
        return SqlJobQueue(self.engine, self.watch.now, self.gone.__contains__)

    @property
    def jobs(self) -> JobService:
        return JobService(
            SqlJobs(self.engine, self.watch.now),
            self.files,
            self.watch,
            lambda name: suffix_of(Path(name), READABLE),
            READABLE,
            lambda stream: sniffed(stream)[0],
        )

    def hand_in(self, files: Mapping[str, bytes], defaults: Defaults | None = None) -> str:
        """A job of reading these files, by name."""
        offered = [OfferedFile(name, io.BytesIO(data)) for name, data in files.items()]
        return self.jobs.add(offered, defaults or Defaults(), actor="amal")

    def worker(
        self,
        holder: str = "one",
        disturb: Disturbance = _undisturbed,
        queue: JobQueue | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> JobWorker:
        """A worker that opens what it needs as a process of its own would."""
        return JobWorker(
            queue or self.queue,
            self.files,
            lambda: DisturbedBench(installed(self.home, self.engine), disturb),
            self.watch,
            holder,
            stopping,
        )

    def job(self, job_id: str) -> JobDetail:
        return self.jobs.job(job_id)

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """What is stored of news, without the times at which it was."""
        queries = {
            "documents": "SELECT id, title, sha256 FROM document",
            "statements": "SELECT id, document_id, quote, linked_at IS NULL FROM statement",
            "members": "SELECT statement_id, event_id FROM membership",
            "conflicts": "SELECT id, one, other FROM conflict",
        }
        with reading(self.engine) as session:
            return {
                name: sorted(tuple(row) for row in session.execute(text(query)))
                for name, query in queries.items()
            }


def main() -> None:
    home, pause = Path(sys.argv[1]), float(sys.argv[2])
    engine = make_engine(sys.argv[3])
    worker = JobWorker(
        SqlJobQueue(engine, lambda: datetime.now(UTC), is_gone),
        IncomingFolder(home / "incoming"),
        lambda: DisturbedBench(installed(home, engine, pause), _undisturbed),
        Watch(),
        holder_name(),
        lambda: False,
    )
    knowledge()
    print("ready", flush=True)  # noqa: T201
    work(worker, Event())


if __name__ == "__main__":
    main()
