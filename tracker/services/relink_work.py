"""Linking all anew as a job: any number of workers embed, then one links."""

from collections.abc import Sequence

from tracker.domain.jobs import ItemProgress, JobItem, Stage
from tracker.services.work import LeaveOffError, Work
from tracker.services.workbench import Workbench


class RelinkWork(Work):
    """Embeds each part of all statements with the models of now, then links all of them anew.

    Until the last part is embedded nothing that is in use changes, and the job can be cancelled.
    """

    def _prepare(self, bench: Workbench) -> None:
        bench.prepare_anew()

    def _go_through(self, bench: Workbench, items: Sequence[JobItem], *, alone: bool) -> None:  # noqa: ARG002
        for item in items:
            if self._is_interrupted():
                return
            self._enter(Stage.EMBEDDING)
            self._queue.begin_item(self._holder, item.id)
            progress = ItemProgress(read=0, failed=0)
            for done in bench.embed(item.position - 1, self._job.counts.files):
                progress = ItemProgress(read=done, failed=0)
                self._queue.record(self._holder, item.id, progress)
                if self._is_interrupted():
                    return
            self._queue.end_item(self._holder, item.id, progress)

    def _close(self, bench: Workbench) -> None:
        if self._job.to_link:
            # Another worker had begun: what is linked already stays so.
            bench.link(self._linking(bench), tuple)
            return
        linking = self._linking(bench)

        def progress(stage: str, done: int, total: int) -> None:
            if stage == Stage.LINKING:
                linking(stage, done, total)
            elif self._is_interrupted():
                raise LeaveOffError

        if not self._is_interrupted():
            bench.relink(progress)
