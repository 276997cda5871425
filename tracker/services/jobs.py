"""Handing jobs over to a worker: files to be ingested, linking all anew, reports."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import IO, BinaryIO

from tracker.domain.errors import NotFoundError
from tracker.domain.file_names import shown_name
from tracker.domain.jobs import MOST_FILES, Defaults, Job, JobDetail, JobKind, NewItem, NewJob
from tracker.domain.report_orders import ReportOrder
from tracker.domain.views import Page
from tracker.services.job_ports import IncomingFiles, JobBook
from tracker.services.ports import Clock

_DIGITS = 15
_PART = 2_000  # statements embedded as one part of linking all anew


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file as somebody hands it in; the name is theirs and is believed in nothing but its ending.

    `suffix` says how its content is to be read where that does not follow from the name.
    """

    name: str
    stream: IO[bytes]
    suffix: str | None = None


@dataclass(frozen=True, slots=True)
class JobService:
    """What pages can do with jobs.

    `suffix_of` gives the ending of a name by which a reader knows the format of a file, None where it knows
    none; `readable` are all of them, and `sniff` tells by the content which one would fit.
    """

    book: JobBook
    files: IncomingFiles
    clock: Clock
    suffix_of: Callable[[str], str | None]
    readable: Sequence[str]
    sniff: Callable[[BinaryIO], str]

    def add(self, offered: Sequence[OfferedFile], defaults: Defaults, *, actor: str) -> str:
        """Keep files and make a job of reading them; its id.

        A file of a kind that cannot be read fails at once and leaves the others be. Raises IncomingError
        where the disk refuses, and then keeps nothing; ValueError for no files.
        """
        if not offered:
            raise ValueError("a job without files")
        job_id = _by_chance()
        try:
            items = tuple(self._keep(job_id, number, one) for number, one in enumerate(offered, 1))
            self.book.add(NewJob(job_id, JobKind.INGEST, actor, defaults, items))
        except BaseException:
            self.files.discard(job_id)
            raise
        return job_id

    def relink(self, *, actor: str) -> str:
        """Make a job of linking all statements anew; its id."""
        parts = max(1, min(MOST_FILES, -(-self.book.statement_count() // _PART)))
        return self._add(JobKind.RELINK, [f"{number}/{parts}" for number in range(1, parts + 1)], actor)

    def report(self, order: ReportOrder, endings: Sequence[str], *, actor: str) -> str:
        """Make a job of writing a report in some formats; its id.

        It tells what is known today where the order names no day, whenever it is written.
        """
        dated = replace(order, as_of=order.as_of or self.clock.now().astimezone(UTC).date())
        names = [f"{order.name}.{ending}" for ending in endings]
        return self._add(JobKind.REPORT, names, actor, dated)

    def _add(self, kind: JobKind, names: Sequence[str], actor: str, report: ReportOrder | None = None) -> str:
        job_id = _by_chance()
        items = tuple(NewItem(name, 0, "") for name in names)
        self.book.add(NewJob(job_id, kind, actor, Defaults(), items, report))
        return job_id

    def written(self, job_id: str, position: int) -> tuple[str, bytes]:
        """What an item of a job wrote: what to call it, and what it holds.

        Raises NotFoundError for one that wrote nothing, or whose file is not kept any more; IncomingError.
        """
        detail = self.book.job(job_id)
        for item in detail.items:
            if detail.job.kind is JobKind.REPORT and item.position == position and item.file:
                with self.files.opened(job_id, item.file) as path:
                    return item.name, path.read_bytes()
        raise NotFoundError(f"job {job_id} keeps no file {position}")

    def _keep(self, job_id: str, number: int, one: OfferedFile) -> NewItem:
        name = shown_name(one.name)
        suffix = one.suffix or self.suffix_of(name)
        if suffix is None:
            known = ", ".join(sorted(self.readable))
            return NewItem(name, 0, "", refusal=f"of a kind that cannot be read; these can: {known}")
        file = f"{number:04d}{suffix}"
        kept = self.files.keep(job_id, file, one.stream)
        return NewItem(name, kept.size, kept.sha256, file)

    def job(self, job_id: str) -> JobDetail:
        """A job with its files and what came of it. Raises NotFoundError."""
        return self.book.job(job_id)

    def jobs_page(self, after: str | None, size: int) -> Page[Job]:
        """Newest first. Raises NotFoundError for a cursor that is none."""
        return self.book.jobs_page(after, size)

    def is_attended(self) -> bool:
        """Whether a worker is at a job just now."""
        return self.book.is_attended()

    def cancel(self, job_id: str, *, actor: str) -> None:
        """Have a job stopped. Raises NotFoundError, and JobStateError where it is over."""
        self.book.cancel(job_id, actor=actor)

    def resume(self, job_id: str, *, actor: str) -> None:
        """Have a job go on that was cancelled or has failed. Raises NotFoundError, JobStateError."""
        self.book.resume(job_id, actor=actor)

    def retry(self, job_id: str, *, actor: str) -> None:
        """Have files read again that could not be read whole. Raises NotFoundError, JobStateError."""
        self.book.retry(job_id, actor=actor)


def _by_chance() -> str:
    return f"j{secrets.token_hex(_DIGITS)[:_DIGITS]}"
