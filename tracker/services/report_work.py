"""Making a report as a job, each of its formats by whichever worker comes first."""

import io
from collections.abc import Sequence

from tracker.domain.errors import BusyError, SettingsError
from tracker.domain.jobs import ItemError, ItemProgress, JobItem, Stage
from tracker.services.work import Work
from tracker.services.workbench import Workbench


class ReportWork(Work):
    """Writes a report in each format asked for; what cannot be carried out fails, with its reason."""

    def _prepare(self, bench: Workbench) -> None:
        bench.prepare()

    def _go_through(self, bench: Workbench, items: Sequence[JobItem], *, alone: bool) -> None:  # noqa: ARG002
        order = self._job.report
        if order is None:
            raise ValueError(f"job {self._job.id} does not say which report is wanted")
        for item in items:
            if self._is_interrupted():
                return
            self._enter(Stage.WRITING)
            self._queue.begin_item(self._holder, item.id)
            try:
                made = bench.report(order, item.name.rpartition(".")[2])
            except (SettingsError, BusyError) as error:
                failure = ItemProgress(read=1, failed=1, errors=(ItemError("", str(error)),))
                self._queue.end_item(self._holder, item.id, failure)
                continue
            file = f"{item.position:04d}.{made.name.rpartition('.')[2]}"
            # A worker may have died between keeping it and saying so.
            self._means.files.discard(self._job.id, [file])
            kept = self._means.files.keep(self._job.id, file, io.BytesIO(made.content))
            self._queue.end_written(self._holder, item.id, made.name, file, kept)

    def _close(self, bench: Workbench) -> None:
        """A report that is written needs nothing more."""
