"""Reading the files of a job, and linking what they hold."""

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError, TrackerError
from tracker.domain.jobs import Job, JobItem, Stage
from tracker.services.ingest import BATCH
from tracker.services.intake import Taken
from tracker.services.item_ledger import ItemLedger
from tracker.services.linking_ports import Others
from tracker.services.pulse import Pulse
from tracker.services.rounds import Rounds
from tracker.services.work import Means, Work
from tracker.services.workbench import Workbench

_logger = logging.getLogger(__name__)


class IngestWork(Work):
    """Takes in the documents of each file. Alone it links now and then, with others once all are read."""

    def __init__(self, means: Means, job: Job, pulse: Pulse) -> None:
        super().__init__(means, job, pulse)
        self._ledger: ItemLedger | None = None

    def _prepare(self, bench: Workbench) -> None:
        bench.prepare()

    def _go_through(self, bench: Workbench, items: Sequence[JobItem], *, alone: bool) -> None:
        if not items or self._is_interrupted():
            return
        self._enter(Stage.READING)
        rounds = self._rounds(bench) if alone else None
        reader = bench.reader(self._job.defaults)
        with closing(_closable(reader.read(self._paths(items)))) as outcomes:
            for one in outcomes:
                ledger = self._ledger
                if ledger is None:
                    raise RuntimeError("a reader handed something over before it asked for a file")
                taken = _taken(bench, one, ledger)
                ledger.took(one, taken)
                is_round = rounds is not None and rounds.took(taken)
                if self._is_interrupted():
                    ledger.flush()
                    return
                if rounds is not None and is_round:
                    ledger.flush()
                    self._link(bench, rounds.later)
                    self._enter(Stage.READING)

    def _rounds(self, bench: Workbench) -> Rounds:
        # Files that were broken off are read from their beginning, and those that are over not again.
        begun = self._queue.documents_begun(self._job.id)
        waiting = {one: statements for one, statements in bench.waiting().items() if one in begun}
        return Rounds(BATCH, waiting, self._queue.pages_gone_through(self._job.id))

    def _paths(self, items: Sequence[JobItem]) -> Iterator[Path]:
        """Where the files lie. Each begins when the reader asks for it and ends when it asks for another."""
        for item in items:
            if self._is_interrupted():
                return
            self._queue.begin_item(self._holder, item.id)
            with self._means.files.opened(self._job.id, item.file) as path:
                self._ledger = ItemLedger(self._queue, self._holder, item.id, str(path))
                yield path
                self._ledger.end()

    def _close(self, bench: Workbench) -> None:
        """Link what was stored; also where the job was cancelled, so that nothing is left half done."""
        if not self._means.stopping():
            self._link(bench, tuple)

    def _link(self, bench: Workbench, later: Others) -> None:
        """Link what was stored, save what is linked later or with other jobs."""
        self._enter(Stage.LINKING)
        left_to_others = partial(self._queue.left_to_others, self._job.id)
        bench.link(self._linking(bench), lambda: chain(later(), left_to_others()))


def _taken(bench: Workbench, one: IncomingDocument | ReadingError, ledger: ItemLedger) -> Taken:
    try:
        return bench.take(one, ledger.about_to_store)
    except TrackerError:
        # Of the database, the model or the lease: the next page would meet it too.
        raise
    except Exception as error:
        # One page must never take the rest of a job with it, whatever is in it.
        _logger.exception("taking in %s failed", one.origin)
        return Taken(failure=f"could not be taken in ({type(error).__name__}: {error})")


def _closable(
    outcomes: Iterator[IncomingDocument | ReadingError],
) -> Generator[IncomingDocument | ReadingError, None, None]:
    yield from outcomes
